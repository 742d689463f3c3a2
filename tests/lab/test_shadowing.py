"""A folder that is only read executes nothing, whatever its files are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.patience import LONG
from tests.shadowing import shadow

FLOW = """
import json, random, string, queue
import phantom.rules as phantom
def on_start(container):
    phantom.act("look up", parameters=[{"ip": json.dumps(container["name"])}], assets=["a"], name="a", callback=after)
def after(**kwargs):
    import csv
"""
FLOWS = {"one": f"""{FLOW}
    phantom.requests.get(phantom.build_phantom_rest_url("container"), verify=False)
    phantom.render_template("{{{{ x }}}}", {{"x": 1}})
""", "two": f"{FLOW}# two", "three": f"{FLOW}# three"}
"""By name; the first one loads whatever a playbook may load, which takes a while."""
PROCESSES = ("run one.py --scenario s.json#a --json --journal j.jsonl --isolated", "show j.jsonl",
             "check two.py three.py --run --no-isolated --jobs 2", "test . --playbook two.py --no-isolated",
             "lab tour --copy")
"""A process behind walls, one that nobody watches, several beside each other, and another program."""
COMMANDS = ("run one.py --scenario s.json", *PROCESSES, "check .", "check two.py --run", "explore two.py --runs 3",
            "fuzz two.py --examples 1 --no-isolated", "replay j.jsonl", "serve --records c.json", "--help")
FINDING = {one.partition(".")[0] for one in subprocess.run(
    [sys.executable, "-c", "import runpy, sys; print(*sys.modules)"], capture_output=True, text=True, check=True,
).stdout.split()}
"""What Python imports to find a module, before anything of the module is executed."""
STARTS: dict[str, tuple[list[str], set[str], Sequence[str]]] = {
    "command": ([sys.executable, str(Path(sys.executable).with_name("phantom-lab"))], set(), COMMANDS),
    "safe module": ([sys.executable, "-P", "-m", "phantom_lab"], set(), PROCESSES),
    "module": ([sys.executable, "-m", "phantom_lab"], {"phantom_lab", *FINDING}, PROCESSES)}
"""Ways to start the program, modules that Python itself takes from that folder all the same, and commands: what a start
leaves behind is the path of its processes, and each kind of them is started in each way."""


@pytest.mark.parametrize("start", STARTS)
def test_no_command_executes_what_lies_in_the_folder_that_it_is_called_in(start: str, tmp_path: Path):
    """Nor do the processes that it starts."""
    begin, but, commands = STARTS[start]
    witness = shadow(tmp_path / "theirs", but=but)
    for name, source in FLOWS.items():
        (tmp_path / "theirs" / f"{name}.py").write_text(source, encoding="utf-8")
    (tmp_path / "theirs" / "c.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "theirs" / "s.json").write_text(json.dumps(
        {"container": {"name": "x"}, "generate": True, "variants": {"a": {}, "b": {}}}), encoding="utf-8")
    for command in commands:
        done = subprocess.run([*begin, *command.split()], cwd=tmp_path / "theirs", capture_output=True, text=True,
                              timeout=LONG, check=False)
        assert not witness.exists(), (command, witness.read_text(), done.stderr)
        assert done.returncode in (0, 1) or command.startswith(("serve", "lab")), (command, done.stderr)
        assert "Traceback" not in done.stderr, (command, done.stderr)


def test_what_lies_there_would_be_executed(tmp_path: Path):
    """Where Python is asked for it."""
    witness = shadow(tmp_path)
    subprocess.run([sys.executable, "-c", "import json"], cwd=tmp_path, check=True,
                   env={name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"})
    assert witness.read_text() == f"{tmp_path / 'json.py'}\n"


def test_the_package_imports_nothing_that_a_folder_could_shadow():
    """Until its command line has taken that folder off the path: only what Python has loaded before."""
    code = "import runpy, sys; before = {*sys.modules}; import phantom_lab; print(sorted({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['phantom_lab', 'phantom_lab.version']\n"
