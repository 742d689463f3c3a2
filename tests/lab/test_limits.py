"""Limits of what is read and made: a message names limit, size and the variable that raises it."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, LabError, Playbook
from phantom_lab.apps import Apps
from phantom_lab.history.encoding import encode
from phantom_lab.history.reading import read_journal
from phantom_lab.limits import VARIABLE, largest, read_plain
from phantom_lab.outcomes import ResultsFile
from phantom_lab.rules import metered
from phantom_lab.scenarios.http_entries import read_request
from phantom_lab.scenarios.list_file import rows_of
from phantom_lab.scenarios.yaml_text import read_document
from tests.table import tabled

READERS: dict[str, Callable[[Path], Any]] = {
    "container.json": Lab, "results.json": ResultsFile, "rows.json": rows_of, "rows.csv": rows_of,
    "run.jsonl": read_journal,
    "playbook.py": Playbook.load, "apps.zip": Apps.load, "apps.json": Apps.load, "apps.tar.gz": Apps.load,
    "file.bin": lambda path: Lab({"name": "x"}, files=[path]), "situation.yaml": read_document,
}


def made(path: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's name may not be long
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
        os.chdir(here)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(10 ** 12)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes that are files")
@pytest.mark.parametrize(("kind", "told"), [
    ("pipe", "it is a pipe"), ("folder", "folder"), ("socket", "it is a socket"), ("device", "it is a device"),
    ("sparse", VARIABLE)])
@pytest.mark.parametrize("name", READERS)
def test_only_plain_files_of_some_size_are_read(name: str, kind: str, told: str, tmp_path: Path):
    """None of them is read to an end that never comes."""
    if kind == "folder" and name.startswith("apps"):
        return  # of apps, folders are read
    made(tmp_path / name, kind)
    with pytest.raises(LabError) as caught:
        READERS[name](tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    if (kind, name) not in (("folder", "playbook.py"), ("sparse", "run.jsonl")):  # no such name; no journal's beginning
        assert told in str(caught.value)


def test_a_variable_sets_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Up and down; the message tells what would do."""
    (tmp_path / "rows.csv").write_text("a,b\n" * 100, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, "399")
    with pytest.raises(InputError, match=f"400 bytes, and more than 399 bytes are not read .{VARIABLE}=400 allows it"):
        rows_of(tmp_path / "rows.csv")
    monkeypatch.setenv(VARIABLE, "400")
    assert len(rows_of(tmp_path / "rows.csv")) == 100
    for wrong in ("-1", "1 GB", "٣", "9" * 30):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(InputError, match="is no number of bytes"):
            largest()


@pytest.mark.skipif(not Path("/proc/self/maps").is_file(), reason="the system has no files without a size")
def test_a_file_without_a_size_is_read_to_the_limit(monkeypatch: pytest.MonkeyPatch):
    """Those of /proc are empty, and hold something."""
    assert read_plain("/proc/self/maps")
    monkeypatch.setenv(VARIABLE, "10")
    with pytest.raises(OSError, match="more than 10 bytes"):
        read_plain("/proc/self/maps")


@tabled(("pattern", "url", "matches"), [
    ("https://a.example/*", "https://a.example/x", True), ("https://a.example/*", "https://b.example/x", False),
    ("*x*y", "https://a/x/x/y", True), ("*/ab*ab", "https://a/ab", False), ("*/ab*ab", "https://a/abab", True),
    ("*", "", True), ("*a*b*c*", "https://x/a/c/b", False), ("*a*b*c*", "https://x/a/b\nc", True),
    ("a*" * 100, "https://x/" + "a" * 5000 + "b", False), ("*" + "a*" * 100 + "c", "https://x/" + "a" * 100_000, False),
])
def test_stars_stand_for_anything(pattern: str, url: str, matches: bool):
    """A hundred of them take no longer than one."""
    entry = read_request({"url": pattern, "body": ""}, lambda *_: "")
    assert entry.matches("GET", url) is matches


@tabled("value", [
    "x'" * 5000, 'x"' * 5000, b"x" * 5000, b"'\"" * 5000, bytearray(b"a'" * 5000), [b"x" * 5000] * 3, (b"",), ((), b""),
    {b"k": {b"k": [1]}}, [frozenset(), frozenset({b"a"}), {b"b"}], [{(1, 2): "it's"}, b'"'],
], ids=lambda value: type(value).__name__)
def test_what_is_shown_of_a_value_is_its_repr(value: Any):
    """As far as it is shown."""
    given = {(1, 2): value}
    assert json.loads(encode(given)) == {"__repr__": repr(given)[:2000]}


def test_of_a_large_value_only_what_is_shown_is_made():
    """Not even its elements are gone through."""
    class Counted:
        shown = 0

        def __repr__(self) -> str:
            Counted.shown += 1
            return "x" * 100

    assert len(encode({(1, 2): [Counted() for _ in range(1000)]})) < 2100
    assert Counted.shown <= 21


def called(calls: str, **known: Any) -> str:
    """What a playbook that makes calls ends with: its message, or ``success``."""
    source = f"import phantom.rules as phantom\nTEXT = {known.get('text', '')!r}\n"
    source += "def on_start(container=None):\n" + "".join(f"    {one}\n" for one in calls.splitlines())
    run = Lab({"name": "x"}).run(Playbook.from_source(source, name="calls"))
    return run.message or run.status


LOOPS = "{% for a in t %}{% for b in t %}{% for c in t %}.{% endfor %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(("template", "told"), [
    (LOOPS, "more than 100,000 steps"), ("{{ t|rjust:'999999999' }}", "characters"), ("{{ t|join:t }}", "characters"),
    ("{% lorem 100000000 w %}", "characters"), ("{% filter center:'999999999' %}x{% endfilter %}", "characters"),
    ("{{ 1|floatformat:'-999999999' }}", "characters"), ("{{ 1|stringformat:'999999999d' }}", "characters"),
    ("{% for a in t %}{{ t }}{{ t }}{% endfor %}", "characters"),
    ("{% with t|add:t as u %}{% with u|add:u as v %}{{ v|add:v|add:v }}{% endwith %}{% endwith %}", ""),
])
def test_a_template_of_django_ends(template: str, told: str, monkeypatch: pytest.MonkeyPatch):
    """By its steps, its time and what it makes; what is only long is rendered."""
    monkeypatch.setattr(metered, "STEPS", metered.STEPS // 10)
    message = called(f"phantom.render_template({template!r}, {{'t': 'x' * 20_000}})")
    assert (told in message and "PlaybookArgumentError" in message) if told else message == "success"


@pytest.mark.parametrize("template", ["{0}" * 5000, "%%\\n" + "{0}" * 5000 + "\\n%%\\n"])
def test_a_format_makes_no_endless_text(template: str):
    """It is measured before it is made."""
    message = called(f"phantom.format(template='{template}', parameters=['x' * 100_000])")
    assert "PlaybookArgumentError" in message
    assert f"at most 100,000,000 are made ({VARIABLE}=" in message


@pytest.mark.parametrize("call", [
    "comment(comment=TEXT)", "set_status(status=TEXT)",
    "add_artifact(container=container, raw_data={}, cef_data={'a': TEXT}, label=TEXT, name='x', severity='low')",
    "add_list('l', [TEXT])", "format(template=TEXT, parameters=[])",
    "collect2(datapath=[TEXT])", "decision(conditions=[['a', '==', TEXT]])", "debug(TEXT)", "save_run_data(TEXT)",
    "render_template(TEXT, {'a': TEXT})", "check_list('l', TEXT)", "add_tags(tags=[TEXT])",
    "vault_add(file_location=TEXT)",
])
def test_the_cost_of_a_call_is_linear_in_its_text(call: str):
    """Ten times the text takes no more than fifteen times as long, a fixed share left out."""
    def seconds(size: int) -> float:
        text = "artifact:*.cef.a of 1.2.3.4 /x/y <b> "
        begun = time.process_time()
        assert called(f"phantom.{call.replace('TEXT', f'(TEXT * {size})')}", text=text) == "success"
        return time.process_time() - begun

    seconds(1)
    fixed = seconds(1)
    assert seconds(200_000) - fixed < 15 * max(seconds(20_000) - fixed, 0.01)
