"""Run and step through Splunk SOAR playbooks, unmodified and offline."""

from importlib import import_module

from phantom_lab.version import __version__ as __version__

__all__ = ["ActionCall", "Apps", "Asset", "InputError", "Lab", "LabError", "LossError", "NotEmulatedError", "Options",
           "Playbook", "PlaybookLoadError", "PlaybookRun", "RecordedRun", "Scenario", "Stepper", "Trials", "User",
           "asserted", "declined", "diff", "explain", "explore", "explore_orders", "export", "failure", "flip", "fork",
           "frames", "fuzz", "history_tree", "html_report", "inside", "last_answer", "made_up", "orders", "origin",
           "pin_answer", "questions_of", "read_scenarios", "reload", "rerun", "responses", "save_scenario",
           "share", "success", "timed_out", "to_test", "upgrade_check", "uses", "walk", "watch", "why_not"]

_HOME = {
    "ActionCall": "outcomes", "Apps": "apps", "Asset": "model", "InputError": "errors", "Lab": "lab",
    "LabError": "errors", "NotEmulatedError": "errors", "Options": "model", "Playbook": "source.playbook",
    "PlaybookLoadError": "errors", "PlaybookRun": "engine", "RecordedRun": "lab.opened", "Scenario": "scenarios",
    "Stepper": "control", "User": "model", "asserted": "expecting", "declined": "outcomes",
    "diff": "views.differences", "explain": "answers",
    "failure": "outcomes", "flip": "trials.flip", "fork": "lab.travel", "history_tree": "views.history_tree",
    "html_report": "pages", "explore": "trials.explore", "explore_orders": "trials.explore_orders",
    "fuzz": "trials.fuzz", "Trials": "trials.trial",
    "inside": "lab.inside", "last_answer": "lab.giving", "made_up": "lab.giving",
    "orders": "trials.orders", "origin": "answers", "pin_answer": "lab.giving", "questions_of": "answers",
    "save_scenario": "lab.giving", "share": "lab.sharing", "upgrade_check": "trials.upgrading",
    "read_scenarios": "scenarios", "reload": "lab.travel", "rerun": "lab.travel", "responses": "outcomes",
    "success": "outcomes", "timed_out": "outcomes", "to_test": "testing.from_run", "uses": "answers",
    "walk": "answers.walk", "watch": "views.watching", "why_not": "answers",
    "LossError": "exchange.writing", "export": "exchange.writing",
}

TYPE_CHECKING = False  # nothing is imported: `python -m phantom_lab` has the folder that it is called in on its path
if TYPE_CHECKING:
    from typing import Any

    from phantom_lab import frames
    from phantom_lab.answers import explain, origin, questions_of, uses, why_not
    from phantom_lab.answers.walk import walk
    from phantom_lab.apps import Apps
    from phantom_lab.control import Stepper
    from phantom_lab.engine import PlaybookRun
    from phantom_lab.errors import InputError, LabError, NotEmulatedError, PlaybookLoadError
    from phantom_lab.exchange.writing import LossError, export
    from phantom_lab.expecting import asserted
    from phantom_lab.lab import Lab
    from phantom_lab.lab.giving import last_answer, made_up, pin_answer, save_scenario
    from phantom_lab.lab.inside import inside
    from phantom_lab.lab.opened import RecordedRun
    from phantom_lab.lab.sharing import share
    from phantom_lab.lab.travel import fork, reload, rerun
    from phantom_lab.model import Asset, Options, User
    from phantom_lab.outcomes import ActionCall, declined, failure, responses, success, timed_out
    from phantom_lab.pages import html_report
    from phantom_lab.scenarios import Scenario, read_scenarios
    from phantom_lab.source.playbook import Playbook
    from phantom_lab.testing.from_run import to_test
    from phantom_lab.trials.explore import explore
    from phantom_lab.trials.explore_orders import explore_orders
    from phantom_lab.trials.flip import flip
    from phantom_lab.trials.fuzz import fuzz
    from phantom_lab.trials.orders import orders
    from phantom_lab.trials.trial import Trials
    from phantom_lab.trials.upgrading import upgrade_check
    from phantom_lab.views.differences import diff
    from phantom_lab.views.history_tree import history_tree
    from phantom_lab.views.watching import watch


def __getattr__(name: str) -> "Any":
    if name in _HOME:
        return getattr(import_module(f"phantom_lab.{_HOME[name]}"), name)
    if name == "frames":
        return import_module("phantom_lab.frames")
    from phantom_lab.misspelt import closest

    raise AttributeError(f"module 'phantom_lab' has no attribute {name!r}{closest(name, __all__)}")


def load_ipython_extension(ipython: "Any") -> None:
    """``%load_ext phantom_lab``: a `Stepper` at the end of a cell shows itself as a panel."""
    from phantom_lab.notebook import load_ipython_extension as load

    load(ipython)


def unload_ipython_extension(ipython: "Any") -> None:
    """``%unload_ext phantom_lab``: undo it."""
    from phantom_lab.notebook import unload_ipython_extension as unload

    unload(ipython)
