"""The command line's output: strict JSON, any text on any terminal, and no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from phantom_lab.cli import main

START = "import phantom.rules as phantom\ndef on_start(container):\n"


@pytest.fixture
def command(tmp_path: Path, incident: Path):
    """Run the installed command on a playbook: the finished process."""

    def call(source: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "flow.py"
        file.write_text(source, encoding="utf-8")
        return subprocess.run([sys.executable, "-m", "phantom_lab", "run", str(file), "--container", str(incident),
                               *options],
                              capture_output=True, check=False, timeout=60,
                              encoding=environment.get("PYTHONIOENCODING", "utf-8"),
                              env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment})

    return call


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("text", ["\\ud800", "\\udfff and more", "ünï", "\\u2028", "日本", "\\x00\\x1b[31m"])
def test_any_text_is_printed(form: str, encoding: str, text: str, command):
    """Lone surrogates, control characters and what the terminal cannot show do not end the command."""
    done = command(f"{START}    phantom.debug('<{text}>')\n    phantom.set_status(container, '{text}')\n",
                   *(["--json"] if form == "json" else []), PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    if form == "json":
        assert json.loads(done.stdout)["debug"] == [f"<{text}>".encode().decode("unicode_escape") if text.isascii()
                                                    else f"<{text}>"]
    else:
        assert done.stdout.splitlines()[-1] == "success"


@pytest.mark.parametrize("place", ["START", "import", "raised"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_playbook_prints_goes_to_stderr_during_the_run(form: str, place: str, command):
    """Standard output holds the command's own answer."""
    source = {"START": f"{START}    print('mine')\n",
              "raised": f"{START}    print('mine')\n    raise ValueError('x')\n",
              "import": f"{START}    import sys\n    sys.stdout.write('mine\\n')\n"}[place]
    done = command(source, *(["--json"] if form == "json" else []))
    assert done.stderr == "mine\n"
    assert "mine" not in done.stdout
    if form == "json":
        assert json.loads(done.stdout)["status"] == ("error" if place == "raised" else "success")


@pytest.mark.parametrize(("value", "text"), [("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity")])
def test_a_number_that_json_does_not_have_becomes_a_text(value: str, text: str, command):
    """The object can be read by every JSON reader."""
    source = (f"{START}    pass\ndef on_finish(container, summary):\n"
              f"    phantom.save_playbook_output_data(output={{'v': [float('{value}'), 1.5]}})\n")
    done = command(source, "--json")

    def refused(found: str) -> None:
        raise AssertionError(found)

    told = json.loads(done.stdout, parse_constant=refused)
    assert (done.returncode, told["outputs"]) == (0, {"v": [text, 1.5]})


def test_an_interrupt_at_import_is_exit_code_4(command):
    """One line on stderr, and no traceback."""
    done = command(f"raise KeyboardInterrupt\n{START}    pass\n")
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "phantom-lab: interrupted\n")


def test_an_interrupt_in_a_block_is_a_stopped_run(command):
    """What the run did until then is told."""
    done = command(f"{START}    phantom.debug('seen')\n    raise KeyboardInterrupt\n", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["status"], told["debug"]) == (4, "", "stopped", ["seen"])


@pytest.mark.parametrize("statement", ["import phantom.cef", "from phantom import cef", "from phantom.app import X",
                                       "try:\n    import phantom.cef\nexcept:\n    pass"])
def test_an_unknown_module_of_the_platform_at_import_is_a_gap(statement: str, command):
    """The command says what is missing and exits with 4, as for a gap in a block."""
    done = command(f"{statement}\n{START}    pass\n", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["status"]) == (4, "", "not_emulated")
    assert list(told["gaps"]) == [name for name in told["gaps"] if name.startswith("module phantom.")] != []
    assert "is not emulated yet (block <module>)" in told["message"]


def test_hostile_text_does_not_steer_the_terminal(tmp_path, capsys):
    """Control and direction characters, and newlines that would forge a line, are shown as escapes."""
    (tmp_path / "c.json").write_text('{"name": "x"}')
    (tmp_path / "p.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                   "    phantom.debug('a\\x1b[2J\\nsuccess\\u202e')\n")
    assert main(["run", str(tmp_path / "p.py"), "--container", str(tmp_path / "c.json")]) == 0
    out = capsys.readouterr().out
    assert "a\\x1b[2J\\nsuccess\\u202e" in out
    assert out.count("\nsuccess") == 1
