"""What the package depends on is told, with licences, and held against known advisories where that can be."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.dependencies import FILE, declared, judged, licence, rows, written


def test_the_table_tells_of_every_dependency():
    """``python -m tests.dependencies`` writes it anew; two packages tell no licence."""
    text = FILE.read_text(encoding="utf-8")
    assert rows(text).keys() == declared().keys()
    assert text == written(text)
    assert [name for name, row in rows(text).items() if "not told" in row] == ["maxminddb-geolite2", "soarsdk"]
    assert licence("requests") == "Apache-2.0"


def test_an_advisory_fails_and_what_could_not_be_looked_up_says_so():
    """A build without a network goes on, and does not pass for checked."""
    found = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]},
                              {"name": "b", "version": "1", "vulns": []}, {"name": "c", "skip_reason": "local"}]}
    assert judged(json.dumps(found), "") == (1, [
        "a 1: CVE-1, mended in 2", "KNOWN ADVISORIES: NOT CHECKED HERE for 1 of 3 packages: local",
        "known advisories: 1 for 2 packages"])
    found["dependencies"] = found["dependencies"][1:2]
    assert judged(json.dumps(found), "") == (0, ["known advisories: 0 for 1 packages"])
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-m", "tests.dependencies", "--audit"], capture_output=True, text=True,
                          env=nowhere, cwd=FILE.parent, check=False)
    assert (done.returncode, done.stdout[:36]) == (0, "KNOWN ADVISORIES: NOT CHECKED HERE: "), done.stderr
