"""``phantom-lab graph``: where blocks lead, and how often a run went there."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from phantom_lab.bounded import MOST
from phantom_lab.cli import main
from tests.conftest import SAMPLES

PLAYBOOK = str(SAMPLES / "playbooks" / "contain_host.py")
SCENARIO = str(SAMPLES / "scenarios" / "contain_host.yaml#answered")


def test_a_playbook_and_its_run_are_told_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """As text, as bounded JSON, as SVG and as a page that loads nothing."""
    journal = str(tmp_path / "run.jsonl")
    assert main(["run", PLAYBOOK, "--scenario", SCENARIO, "--journal", journal]) == 0
    capsys.readouterr()
    for name in ("graph.svg", "graph.html", "graph.svg"):  # the second time over the first
        assert main(["graph", journal, "--out", str(tmp_path / name)]) == 0
    told = capsys.readouterr().out
    assert "\nanswer_decision  (decision, line 65, 1×)\n    if -> quarantine_device  1×\n" in told
    assert "    else if -> ask_nobody  0×\n" in told
    drawn = ElementTree.parse(tmp_path / "graph.svg").getroot()
    assert {"ask_owner", "quarantine_device"} <= {one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")}
    page = (tmp_path / "graph.html").read_text(encoding="utf-8")
    assert (page.count("<svg"), "default-src 'none'" in page) == (1, True)

    assert main(["graph", PLAYBOOK, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["blocks"][0] == {"name": "on_start", "type": "start", "detail": "", "line": 12, "exported": False,
                                  "leads": [{"to": "ask_owner", "branch": ""}]}
    assert (found["playbook"], found["written"]) == ("contain_host", "")
    many = tmp_path / "many.py"
    further = [f"def f_{n}(container=None, **kwargs):\n    f_{n + 1}(container=container)\n" for n in range(99)]
    many.write_text("import phantom.rules as phantom\ndef on_start(container):\n    f_0(container=container)\n"
                    + "".join(further), encoding="utf-8")
    assert main(["graph", str(many), "--json"]) == 0
    text = capsys.readouterr().out
    assert (len(text.encode()) <= MOST + 1, json.loads(text)["left_out"]["blocks"] > 0) == (True, True)


@pytest.mark.parametrize(("options", "says"), [
    (["nowhere"], "no such playbook file"), ([PLAYBOOK, "--run", "2"], "--run is for a journal"),
    ([PLAYBOOK, "--out", "graph.png"], "drawn as .svg or .html"), (["other.md"], "this is no journal"),
    ([PLAYBOOK, "--out", "other.svg"], "is not touched"), ([PLAYBOOK, "--out", "no/graph.svg"], "cannot be written")])
def test_what_cannot_be_drawn_is_told_in_one_line(options: list[str], says: str, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """And nothing but a graph is written over."""
    monkeypatch.chdir(tmp_path)
    for name in ("other.md", "other.svg"):
        Path(name).write_text("mine", encoding="utf-8")
    assert main(["graph", *options]) == 2
    told = capsys.readouterr().err
    assert (says in told, told.count("\n"), Path("other.svg").read_text(encoding="utf-8")) == (True, 1, "mine")
