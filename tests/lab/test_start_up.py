"""What a command loads until it is done: only what it uses. That is counted, not timed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from phantom_lab.cli.main import COMMANDS as MODULES
from tests.conftest import SAMPLES

CLASSIC = str(SAMPLES / "playbooks" / "classic_filters.py")
PLAIN = ("run", CLASSIC, "--container", str(SAMPLES / "containers" / "test_incident.json"))
SCENARIOS = ("run", CLASSIC, "--scenario", str(SAMPLES / "scenarios" / "classic_filters.yaml"))
TEST = ("test", str(SAMPLES / "scenarios" / "classic_filters.yaml"))
SCENARIO = (*SCENARIOS[:-1], SCENARIOS[-1] + "#suspicious")
RUNNING = {"apps", "control", "datapath", "engine", "enterprise_security", "errors", "history", "isolation", "lab",
           "limits", "misspelt", "model", "outcomes", "progress", "questions", "rest", "rules", "scenarios", "shim",
           "source", "state", "terminal", "views", "why"}
"""Packages that it takes to execute a playbook."""
READING = {"errors", "history", "limits", "misspelt", "model", "progress", "source", "terminal", "views", "why"}
"""Packages that it takes to read a journal."""
TRYING = RUNNING | {"reading", "trials"}
CHECKING = RUNNING | {"check", "reading"}
ANSWERING = {"answers", "bounded", "datapath", "engine", "errors", "history", "isolation", "limits", "misspelt",
             "model", "outcomes", "progress", "questions", "reading", "rules", "source", "state", "terminal", "views",
             "why"}
SURFACE = RUNNING - {"apps", "control", "enterprise_security", "lab", "rest", "scenarios"} | {"repository"}
"""Packages that it takes to know the platform's surface and what is emulated of it."""
COMMANDS: dict[tuple[str, ...], tuple[set[str], set[str]]] = {
    ("show", "nowhere"): (READING | {"bounded"}, set()),
    ("why", "nowhere"): (ANSWERING, set()),
    ("origin", "nowhere", "block"): (ANSWERING, set()),
    ("replay", "nowhere"): (RUNNING, set()),
    ("resume", "nowhere"): (RUNNING | {"bounded"}, set()),
    ("rerun", "nowhere"): (RUNNING | {"bounded"}, set()),
    ("fork", "nowhere"): (RUNNING | {"bounded"}, set()),
    ("history", "nowhere"): (READING | {"bounded"}, set()),
    ("watch", "nowhere", "container:name"): (READING | {"bounded", "datapath"}, set()),
    ("diff", "nowhere", "nowhere"): (READING | {"bounded", "outcomes"}, set()),
    ("diff", CLASSIC, CLASSIC, "--container", PLAIN[-1]): (RUNNING | {"bounded"}, set()),
    ("upgrade-check", CLASSIC, "--baseline", CLASSIC): (CHECKING | TRYING | {"bounded"}, set()),
    ("inside", "nowhere", "1"): (RUNNING | {"bounded"}, set()),
    ("share", "nowhere", "--out", "elsewhere"): (RUNNING | {"bounded"}, set()),
    ("export", "nowhere"): ({"archives", "bounded", "errors", "exchange", "history", "limits", "misspelt", "model",
                             "outcomes", "progress", "source", "terminal"}, set()),
    ("graph", "nowhere"): (ANSWERING - {"answers"} | {"apps", "flow_graph"}, set()),
    ("lab", CLASSIC): ({"errors", "repository", "terminal"}, set()),
    ("new", CLASSIC): (SURFACE, set()),
    ("stubs", "/dev/null/nowhere"): (SURFACE, set()),
    ("gate", "no-such-commit"): ({"errors", "progress", "repository", "terminal"}, set()),
    ("serve", "--records", "nowhere"): (RUNNING, {"werkzeug", "markupsafe"}),
    PLAIN: (RUNNING, set()),
    SCENARIO: (RUNNING, {"yaml"}),
    TEST: (TRYING | {"expecting", "testing"}, {"yaml"}),
    SCENARIOS: (TRYING | {"expecting"}, {"yaml"}),
    ("check", CLASSIC): (CHECKING | {"exchange"}, set()),
    ("check", "--run", CLASSIC): (CHECKING | TRYING | {"exchange"}, set()),
    ("explore", CLASSIC): (TRYING, set()),
    ("flip", "nowhere", "block"): (
        {"bounded", "errors", "history", "isolation", "limits", "misspelt", "progress", "terminal"}, set()),
    ("orders", CLASSIC, *PLAIN[2:], "--generate"): (TRYING | {"bounded"}, set()),
    ("fuzz", "--examples", "1", CLASSIC): (TRYING, {"yaml", "hypothesis", "sortedcontainers"}),
}
"""By command: our packages besides the command line, and those of others."""


@cache
def loaded(*arguments: str) -> frozenset[str]:
    """The modules that a Python with these arguments loads, those of processes that it starts included."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, errors="replace",
                          env={**os.environ, "PYTHONVERBOSE": "1"})
    return frozenset(re.findall(r"^import '([\w.]+)' #", done.stderr, re.MULTILINE))


def ours(modules: frozenset[str]) -> set[str]:
    """The packages of phantom_lab; its version is nothing that is loaded, and `later` is there to load less."""
    return {name.split(".")[1] for name in modules if name.startswith("phantom_lab.")} - {"version", "later"}


def others(modules: frozenset[str]) -> set[str]:
    """Packages that come neither from Python nor from us; nor with this environment's start of any Python."""
    names = {name.partition(".")[0] for name in modules - loaded("-c", "pass")}
    ignored = {"phantom_lab", "_hypothesis_globals", "typing_extensions", *sys.stdlib_module_names}
    return {name for name in names - ignored if not name.startswith("_sysconfigdata")}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(map(os.path.basename, command)))
def test_a_command_loads_what_it_uses(command: tuple[str, ...]):
    """Neither another command, nor a package of which it needs nothing."""
    found = loaded("-m", "phantom_lab", *command)
    own, foreign = COMMANDS[command]
    assert ours(found) - {"__main__", "cli"} == own
    assert others(found) == foreign
    modules = {name: f"phantom_lab.cli.{module}" for name, module in MODULES.items()}
    assert {name for name in modules if modules[name] in found} == {command[0]}


def test_the_package_itself_loads_nothing():
    """Its names are there when they are asked for."""
    assert ours(loaded("-c", "import phantom_lab")) | others(loaded("-c", "import phantom_lab")) == set()


def test_a_scenario_costs_no_more_than_what_reads_it():
    """A run in a scenario starts almost as quickly as one without."""
    plain, scenario = (loaded("-m", "phantom_lab", *one) for one in (PLAIN, SCENARIO))
    assert len(scenario) < 1.2 * len(plain)


def test_what_a_playbook_uses_is_loaded_for_it(tmp_path: Path):
    """No other run pays for it: see `PLAIN`."""
    file = tmp_path / "flow.py"
    file.write_text("import phantom.rules as phantom\ndef on_start(container):\n    import requests\n"
                    "    from bs4 import BeautifulSoup\n    phantom.render_template('x', {})\n"
                    "    phantom.requests.get(phantom.build_phantom_rest_url())\n", encoding="utf-8")
    found = others(loaded("-m", "phantom_lab", "run", str(file), *PLAIN[2:]))
    assert {"requests", "bs4", "django", "werkzeug"} <= found
