"""The whole of `phantom.rules`: exact signatures, constants, and honest gaps."""

from __future__ import annotations

import inspect
import json
from ast import literal_eval
from pathlib import Path

import pytest

import phantom_lab
from phantom_lab.journal import GapMet
from phantom_lab.rules.registry import EMULATED

SURFACE = json.loads((Path(phantom_lab.__file__).parent / "rules" / "surface.json").read_text(encoding="utf-8"))
FUNCTIONS, CONSTANTS = SURFACE["functions"], SURFACE["constants"]
GAPS = sorted(FUNCTIONS.keys() - EMULATED.keys())
HANDLERS = {"unguarded": "", "except Exception": "Exception", "bare except": ""}
GUARDED = """
def on_start(container):
    try:
        phantom.{call}
    except{caught}:
        pass
    phantom.debug("went on")

def on_finish(container, summary):
    phantom.debug("finished")
"""


@pytest.fixture
def phantom(lab, playbook):
    """The module as a playbook imports it."""
    kept = {}
    lab.action("look up")(lambda parameter: [])
    source = playbook("KEPT = []\ndef on_start(container):\n    KEPT.append(phantom)\n    return phantom\n")
    return vars(lab.prepare(source)._module)["phantom"] if not kept else None


def parameter_of(stored):
    """Kind, name and default of one stored parameter, as `inspect` calls them."""
    name = stored["name"].lstrip("*")
    kind = ("POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "VAR_KEYWORD")[len(stored["name"]) - len(name)]
    default = literal_eval(stored["default"]) if "default" in stored else inspect.Parameter.empty
    return kind, name, default
