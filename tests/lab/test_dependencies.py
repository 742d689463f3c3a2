"""What the package depends on is told, with licences, and held against known advisories where that can be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.advisories import KEPT, held, keep, kept, read
from tests.dependencies import FILE, declared, judged, licence, rows, written


def test_the_table_tells_of_every_dependency():
    """``python -m tests.dependencies`` writes it anew; two packages tell no licence."""
    text = FILE.read_text(encoding="utf-8")
    assert rows(text).keys() == declared().keys()
    assert text == written(text)
    assert [name for name, row in rows(text).items() if "not told" in row] == ["maxminddb-geolite2", "soarsdk"]
    assert licence("requests") == "Apache-2.0"


def test_an_advisory_fails_and_what_could_not_be_looked_up_says_so():
    """By what the tool tells."""
    found = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]},
                              {"name": "b", "version": "1", "vulns": []}, {"name": "C_c", "skip_reason": "local"}]}
    assert judged(json.dumps(found), "") == (1, [
        "a 1: CVE-1, mended in 2", "KNOWN ADVISORIES: NOT LOOKED UP HERE for 1 of 3 packages: local",
        "known advisories: 1 for 2 packages"], {"c-c"})
    found["dependencies"] = found["dependencies"][1:2]
    assert judged(json.dumps(found), "") == (0, ["known advisories: 0 for 1 packages"], set())
    assert judged("", "no network") == (0, ["KNOWN ADVISORIES: NOT LOOKED UP HERE: no network"], None)


def test_without_a_network_records_at_hand_are_asked(tmp_path: Path):
    """By the very command: a forged record fails, and its day, its age and what it does not cover are told."""
    forged(tmp_path, "PYSEC-1.yaml", [{"introduced": "0"}], name="PyYAML")
    (tmp_path / "PYSEC-1.yaml").rename(tmp_path / "PYSEC-1.json")  # JSON is YAML
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-m", "tests.dependencies", "--audit"], capture_output=True, text=True,
                          env={**nowhere, "PHANTOM_LAB_ADVISORIES": str(tmp_path)}, cwd=FILE.parent, check=False)
    first, hit, last = done.stdout.splitlines()
    assert (done.returncode, first[:38]) == (1, "KNOWN ADVISORIES: NOT LOOKED UP HERE: "), done.stderr
    assert hit == f"pyyaml {version('pyyaml')}: PYSEC-1, CVE-PYSEC-1, mended in none yet"
    assert re.fullmatch(rf"KNOWN ADVISORIES: 1 for \d+ packages, FROM {tmp_path} OF 2024-02-01, \d+ DAYS OLD: .*", last)


RANGES = [([{"introduced": "0"}, {"fixed": "2"}], "1.9", 1), ([{"introduced": "0"}, {"fixed": "2"}], "2", 0),
          ([{"introduced": "0"}, {"fixed": "2"}], "2rc1", 1), ([{"introduced": "0"}, {"fixed": "1.10"}], "1.9", 1),
          ([{"introduced": "1"}, {"last_affected": "2"}], "2", 1),
          ([{"introduced": "1"}, {"last_affected": "2"}], "3", 0),
          ([{"introduced": "3"}, {"fixed": "4"}, {"introduced": "1"}, {"fixed": "2"}], "2.5", 0),
          ([{"introduced": "3"}, {"fixed": "4"}, {"introduced": "1"}, {"fixed": "2"}], "3.1", 1),
          ([], "7", 1), ([], "8", 0)]


def test_versions_are_compared_as_the_format_says(tmp_path: Path):
    """In order, also where the events are not; listed ones count besides; withdrawn records and other ecosystems do
    not; what cannot be compared and who is not known is told."""
    for number, (events, _, _) in enumerate(RANGES):
        forged(tmp_path / str(number), "A.yaml", events)
        forged(tmp_path / str(number), "B.yaml", [{"introduced": "0"}], withdrawn="2024-01-02T00:00:00Z")
        forged(tmp_path / str(number), "C.yaml", [{"introduced": "0"}], ecosystem="npm")
    known = [read(tmp_path / str(number), {"a-b"}) for number in range(len(RANGES))]
    assert [held({"a-b": given}, one, "here")[0] for (_, given, _), one in zip(RANGES, known, strict=True)] == [
        code for *_, code in RANGES]
    code, lines = held({"a-b": "of mine", "other": "1"}, known[0], "here")
    assert (code, lines[:2]) == (0, ["a-b of mine: A cannot be compared",
                                     "KNOWN ADVISORIES: NOT CHECKED for other: not in it"])


def test_the_copy_that_is_kept_covers_what_is_declared(tmp_path: Path):
    """It says of when it is, and is the same when it is written again."""
    assert kept().names >= {canonicalize_name(one) for one in declared()}
    assert date.fromisoformat(kept().day) >= date(2024, 10, 10)
    assert {one["name"] for one in kept().records} >= {"django", "requests", "pyyaml"}
    keep(kept(), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == KEPT.read_bytes()
    old = {"requests": "2.30.0"}
    assert held(old, kept(), "")[0] == 1


def forged(folder: Path, file: str, events: list[dict[str, str]], name: str = "A.b", ecosystem: str = "PyPI",
           **more: str) -> None:
    """A record that nobody published."""
    key = file.partition(".")[0]
    package = {"package": {"name": name, "ecosystem": ecosystem}, "versions": ["7", "1.5"],
               "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}, {"type": "ECOSYSTEM", "events": events}]}
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(json.dumps({"id": key, "modified": "2024-02-01T00:00:00Z", "aliases": [f"CVE-{key}"],
                                           "affected": [package], **more}, indent=1), encoding="utf-8")
