"""Text of hostile origin steers no terminal, wherever it stands and whichever command meets it."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from phantom_lab import Lab, LabError, Playbook
from phantom_lab.cli import main
from phantom_lab.terminal import MOST, Inert, brief, visible

EVIL = {
    "steers": "a\x1b[2J\x1b]0;t\x07\x9b2J\u202egnp.exe\u2066\u2028FORGED\x85FORGED\x0b\x0c\x08\x08\x7f\rFORGED b",
    "line": "a\nFORGED b", "long": "x" * 10_000 + "\x1b[0m", "no text": "a\udce9\x00b"}
FORGED = "FORGED"


def file_name(evil: str) -> str:
    """As much of a text as a file may be called."""
    return evil.replace("/", "").replace("\x00", "")[-100:]


def playbook(evil: str) -> str:
    """A playbook that says a text wherever it can."""
    return f"""
import sys
import phantom.rules as phantom
EVIL = {evil!a}
def on_start(container):
    phantom.debug(EVIL)
    print(EVIL)
    print(EVIL, file=sys.stderr)
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        stream.write(EVIL.replace("\\n", "") + "\\n")
        if hasattr(stream, "buffer"):
            stream.buffer.write(EVIL.replace("\\n", "").encode("utf-8", "replace") + b"\\n")
            stream.buffer.flush()
    phantom.set_status(container, EVIL)
    phantom.add_artifact(container=container, raw_data={{}}, cef_data={{EVIL: EVIL}}, label=EVIL, name=EVIL,
                         severity="low", identifier=EVIL)
    phantom.save_run_data(key=EVIL, value=EVIL)
    phantom.collect2(container=container, datapath=["artifact:*.cef." + EVIL, EVIL])
    phantom.decision(container=container, conditions=[["artifact:*.cef." + EVIL, "==", EVIL]], name=EVIL)
    phantom.format(container=container, template=EVIL + "{{0}}", parameters=[EVIL], name=EVIL)
    phantom.playbook("local/" + EVIL, container=container, name=EVIL)
    phantom.custom_function(EVIL, parameters=[{{EVIL: EVIL}}], name=EVIL)
    phantom.prompt2(container=container, user=EVIL, message=EVIL, respond_in_mins=1, name=EVIL,
                    response_types=[{{"prompt": EVIL, "options": {{"type": "list", "choices": [EVIL]}}}}])
    phantom.act(EVIL, parameters=[{{EVIL: EVIL}}], assets=[EVIL], name=EVIL, callback=after)
def after(**kwargs):
    raise ValueError(EVIL)
def on_finish(container, summary):
    phantom.save_playbook_output_data(output={{EVIL: EVIL}})
"""


@pytest.fixture(params=EVIL)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A folder in which a text stands in every name and in every value, and the text."""
    evil = EVIL[request.param]
    name, folder = file_name(evil), tmp_path / file_name(evil)
    folder.mkdir()
    artifacts = [{"name": evil, "cef": {evil: evil}, evil: 1}]
    rows = [{"name": evil, evil: evil, "data": {evil: evil}, "artifacts": artifacts}]
    answers = [{"action": evil, "data": [{evil: evil}], "message": evil, evil: evil, "statuss": evil}]
    files = {
        "flow.py": playbook(evil), f"{name}.py": playbook(evil), "broken.py": f"x = {evil!a} +\n", f"{name}.txt": "",
        "c.json": json.dumps(rows), f"{name}.json": "[", "results.json": json.dumps(answers),
        "other.json": json.dumps({evil: [{evil: evil}], "ph_user": [{"username": evil}]}),
        "s.json": json.dumps({"container": {"name": evil}, "results": answers, "variants": {evil: {}, "b": {}}}),
        "slip.json": json.dumps({"container": {"name": evil}, evil: evil, "resultss": []}),
        "list.json": json.dumps({evil: evil}), "cut.jsonl": '{"journal": 9, "hash_seed": "' + json.dumps(evil)[1:-1],
        "fields.jsonl": json.dumps({"journal": evil, evil: evil}) + "\n" + json.dumps({"event": evil}) + "\n"}
    for one, text in files.items():
        (folder / one).write_text(text, encoding="utf-8")
    apps = {"name": evil, "appid": evil, "actions": [{"action": evil, "output": [{"data_path": evil}]}, evil]}
    member = name.encode("utf-8", "replace").decode()
    with zipfile.ZipFile(folder / "apps.zip", "w") as archive:
        archive.writestr(f"{member}/app.json", json.dumps(apps))
        archive.writestr(f"{member}/broken.json", "{")
    with tarfile.open(folder / "apps.tgz", "w:gz") as archive:
        for one, text in {f"{member}/app.json": json.dumps(apps), f"{member}/../../x.json": "{"}.items():
            info = tarfile.TarInfo(one)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return folder, evil


COMMANDS: dict[str, Callable[[str], list[str]]] = {
    one: lambda evil, one=one: [file_name(evil) + part[1:] if part.startswith("@") else  # type: ignore[misc]
                                evil.replace("\x00", "") + part[1:] if part.startswith("%") else part
                                for part in one.split()]
    for one in (
        "run flow.py --container c.json --option max_steps=100000", "run flow.py --container c.json --json",
        "run @.py --container c.json --results results.json", "run @.py --container @.json", "run @ --container c.json",
        "run @.py --scenario s.json", "run @.py --scenario s.json --json", "run @.py --scenario s.json#%",
        "run @.py --scenario slip.json", "run broken.py --container c.json", "run @.txt --container c.json",
        "run flow.py --container c.json --apps apps.zip --generate", "run flow.py --container c.json --apps apps.tgz",
        "run flow.py --container c.json --input %=% --input %", "run flow.py --container c.json --option %=%",
        "run flow.py --container c.json --list %=list.json", "run flow.py --container c.json --list %=%",
        "run flow.py --container c.json --scope %", "run flow.py --container c.json --seed %",
        "run flow.py --container c.json --contract %", "run flow.py --container c.json --user % --finding c.json",
        "run flow.py --container c.json --file % --maxmind %", "run flow.py --container c.json --%",
        "run flow.py --container c.json --journal @/@/@", "run flow.py --container c.json --recording fields.jsonl",
        "check .", "check . --json", "check @.py @.txt @",
        "check . --run --apps apps.zip --jobs 1 --option max_steps=9999",
        "explore flow.py --runs 4", "explore flow.py --runs 4 --json --write @.yaml", "explore @ --apps @.json",
        "fuzz flow.py --examples 2", "fuzz flow.py --examples 2 --json --write @", "fuzz @.py --apps @",
        "test . --playbook flow.py --jobs 1", "test . --playbook flow.py --jobs 1 --json --junit @.xml",
        "test @ % --failed",
        "test s.json#% --playbook @.py --jobs 1 --out @", "test --from recorded.jsonl --to @ --jobs 1",
        "show cut.jsonl", "show fields.jsonl", "show @", "show recorded.jsonl", "show recorded.jsonl --json",
        "replay fields.jsonl", "replay recorded.jsonl", "replay recorded.jsonl --playbook @.py", "replay @",
        "serve --container @.json", "serve --records list.json", "serve --port %", "serve --records @ --%",
        "graph @.py", "graph recorded.jsonl --out @.svg", "graph % --out %", "graph flow.py --run %", "lab @ --copy",
        "lab --port %", "%", "run %")}


@pytest.fixture
def recorded(place: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A journal of a run, in the folder."""
    monkeypatch.chdir(place[0])
    main(["run", "flow.py", "--container", "c.json", "--journal", "recorded.jsonl"])
    assert Path("recorded.jsonl").stat().st_size > 1000
    capsys.readouterr()


def test_no_command_hands_on_what_steers_a_terminal(place: tuple[Path, str], recorded: None,
                                                    capsys: pytest.CaptureFixture[str]):
    """Nor a line that somebody else's text has made up; JSON holds it exactly."""
    _, evil = place
    exact = 0
    for title, of in COMMANDS.items():
        try:
            code: object = main(of(evil))
        except SystemExit as exc:
            code = exc.code
        told = capsys.readouterr()
        for text in told:
            steering = {one for one in text if not one.isprintable() and one not in "\n\t"}
            assert not steering, (title, steering, text)
            forged = [line for line in text.splitlines() if line.startswith(FORGED)]
            if text is told.out or not title.startswith(("run", "fuzz", "replay")):  # to stderr playbooks print as well
                assert not forged, (title, text)
        assert code in (0, 1, 2, 3, 4), title
        assert told.out or told.err, title
        assert "Traceback" not in told.err, title
        if "--json" in title and code != 2:
            exact += evil in _texts(json.loads(told.out))
    assert exact >= 3


def _texts(found: object) -> set[str]:
    """All keys and texts of a JSON value."""
    if isinstance(found, dict):
        return {*found}.union(*map(_texts, found.values()))
    if isinstance(found, list):
        return set().union(*map(_texts, found))
    return {found} if isinstance(found, str) else set()


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_what_a_notebook_shows_is_visible(evil: str):
    """Errors and objects of the lab are one line."""
    with pytest.raises(LabError) as caught:
        Playbook.load(f"/nowhere/{file_name(evil)}.py")
    playbook = Playbook.from_source("def on_start(container): pass\n", name=file_name(evil))
    stepper = Lab({"name": evil}).step(playbook)
    stepper.breakpoints.add("on_start", condition=f"success == {evil!a}")
    for told in (str(caught.value), *map(repr, (stepper, stepper.position, stepper.run, stepper.breakpoints))):
        assert told.isprintable()


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_bytes_are_made_visible_as_text_is(evil: str):
    """Also those of a character that is written in parts."""
    real = io.StringIO()
    stream = Inert(real)
    for one in evil.encode("utf-8", "surrogatepass"):
        stream.buffer.write(bytes([one]))
    stream.write(evil)
    told = real.getvalue()
    assert all(one.isprintable() or one == "\n" for one in told)
    assert told.endswith(visible(evil))


def test_the_streams_are_the_callers_again(capsys: pytest.CaptureFixture[str]):
    """Whatever became of the command; a stream that was put there is used."""
    before = sys.stdout, sys.stderr, sys.__stdout__
    with redirect_stdout(io.StringIO()) as there, pytest.raises(SystemExit):
        main(["--help"])
    assert "usage: phantom-lab" in there.getvalue()
    assert (sys.stdout, sys.stderr, sys.__stdout__) == before


def test_of_a_long_answer_the_ends_are_told_and_how_much_is_left_out_between_them():
    """A long line is cut; whoever asks for everything gets it."""
    lines = [f"line {n}" for n in range(5_000)]
    told = brief(["x" * 5_000, *lines]).split("\n")
    assert (told[0], told[1], told[-1]) == (f"{'x' * 1_000}… (5,000 characters)", "line 0", "line 4999")
    left = 5_001 - (len(told) - 1)
    assert f"… {left:,} of 5,001 lines left out" in told
    assert sum(len(one) + 1 for one in told) <= MOST + 100
    assert brief(lines, whole=True).split("\n") == lines
    assert brief(["a\x1b[2J\nb"]) == "a\\x1b[2J\\nb"
