"""What the check says of a name is what the lab does when it is reached."""

from __future__ import annotations

from phantom_lab import Lab
from phantom_lab.check.platform import gaps
from phantom_lab.reading.read import read
from phantom_lab.rules import namespace, surface
from phantom_lab.rules.registry import EMULATED
from phantom_lab.source.playbook import Playbook
from tests.table import tabled

assert namespace
NAMES = [f"phantom.{name}" for name in sorted(surface().names | {"LoopState", "Vault", "requests", "APP_ERROR", "act"})]
FUNCTIONS = [f"phantom.{name}()" for name in sorted(surface().functions.keys() - EMULATED.keys())]


@tabled("expression", [*NAMES, *FUNCTIONS[:20]])
def test_a_name_is_a_gap_where_a_run_stops_at_it(expression: str, incident, playbook):
    """Not one that the lab gives by another way."""
    made: Playbook = playbook(f"def on_start(container):\n    {expression}\n")
    run = Lab(incident, maxmind=False).run(made)
    assert [one for one, _ in gaps(read(made))] == list(run.summary().gaps)


@tabled("name", ["phantom.app", "phantom.rules", "phantom.utils", "phantom.vault"])
@tabled("form", ["import {0}", "from {0} import something", "import {0} as other"])
def test_a_module_is_a_gap_where_a_run_stops_at_it(name: str, form: str, incident, playbook):
    """Under the very name that the run tells."""
    made: Playbook = playbook(f"def on_start(container):\n    {form.format(name)}\n")
    run = Lab(incident, maxmind=False).run(made)
    assert [one for one, _ in gaps(read(made))] == list(run.summary().gaps)


def test_a_name_of_another_module_is_told_as_a_run_tells_it(incident, playbook):
    """One of `phantom.utils` that the lab does not have, and one that it has."""
    made: Playbook = playbook("import phantom.utils as utils\ndef on_start(container):\n    utils.is_ip('192.0.2.1')\n")
    assert not list(gaps(read(made)))
    assert Lab(incident, maxmind=False).run(made).status == "success"
