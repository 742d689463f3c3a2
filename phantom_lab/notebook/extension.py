"""``%load_ext phantom_lab``: panels, ``%%playbook``, ``%phantom``, one-line errors, and a ``phantom`` for cells."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable
from copy import deepcopy
from types import ModuleType
from typing import Any

import pandas as pd

from phantom_lab.control import Stepper
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError, StepperError
from phantom_lab.notebook import asking, magic
from phantom_lab.progress import show_with
from phantom_lab.rules.registry import EMULATED
from phantom_lab.rules.surface import Entry, surface
from phantom_lab.shim.vault import names_of_vault

_FORMULAS = ("display.html.use_mathjax", "styler.html.mathjax")
"""A notebook makes formulas of what stands between dollars in tables, and links of ``\\href`` in them. Data of
strangers is neither, also in frames that are made of the lab's own, so that these options of pandas are off for all."""
_MODULES = ("rules", "utils", "vault")
READS = frozenset({"collect2", "completed", "get_container", "get_format_data", "get_run_data", "parse_errors",
                   "parse_success"})
"""What a cell may ask of a run at rest: looking changes nothing."""


def load_ipython_extension(ipython: Any) -> None:
    """Register the panel as the display of a `Stepper`, ``%%playbook``, one-line errors, and stand-in modules; frames
    are shown without formulas."""
    from phantom_lab.notebook.panel import settle, show
    from phantom_lab.notebook.progress import bar

    ipython.events.register("post_run_cell", settle)
    show_with(bar)
    for option in _FORMULAS:
        pd.set_option(option, False)
    ipython.display_formatter.ipython_display_formatter.for_type(Stepper, show)
    ipython.set_custom_exc((LabError,), _one_line)
    magic.register(ipython)
    asking.register(ipython)
    _put_modules(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Undo `load_ipython_extension`."""
    from phantom_lab.notebook.panel import settle

    show_with(None)
    for option in _FORMULAS:
        pd.reset_option(option)
    if settle in ipython.events.callbacks["post_run_cell"]:
        ipython.events.unregister("post_run_cell", settle)
    ipython.display_formatter.ipython_display_formatter.pop(Stepper, None)
    ipython.set_custom_exc((), None)
    magic.unregister(ipython)
    asking.unregister(ipython)
    for name in ("phantom", *(f"phantom.{one}" for one in _MODULES)):
        if isinstance(sys.modules.get(name), StandIn):
            del sys.modules[name]


def _one_line(shell: Any, kind: type[LabError], exc: LabError, trace: Any, tb_offset: Any = None) -> list[str]:
    """An error of the lab is one line; the traceback behind it would be our own depths."""
    line = f"{kind.__name__}: {exc}"
    print(line, file=sys.stderr)
    return [line]


# -- phantom in cells ------------------------------------------------------------------------------------------------


class StandIn(ModuleType):
    """What ``import phantom.rules as phantom`` finds in a cell. A playbook under the lab never meets it: its imports
    are bound to its run."""


def _put_modules(shell: Any) -> None:
    """Another package may be called ``phantom``: ours is never in its way."""
    if not _free("phantom"):
        return
    package = StandIn("phantom", "Stands in for the platform, in cells.")
    package.__path__ = []
    rules = StandIn("phantom.rules", "Stands in for the platform, in cells.")
    for name, value in surface().constants.items():
        setattr(rules, name, value)
    for name, entry in surface().functions.items():
        setattr(rules, name, _block_decorator if name == "playbook_block" else _function(shell, entry))
    modules = {"rules": rules, "utils": _showing("utils", surface().utils, rules),
               "vault": _showing("vault", names_of_vault(), rules)}
    package.__dict__.update(modules)
    sys.modules.update({"phantom": package, **{f"phantom.{name}": one for name, one in modules.items()}})


def _showing(name: str, names: Iterable[str], rules: ModuleType) -> StandIn:
    """Another module of the platform, which shows functions and constants of ``phantom.rules``."""
    module = StandIn(f"phantom.{name}", "Stands in for the platform, in cells.")
    module.__dict__.update({one: vars(rules)[one] for one in names if one in vars(rules)})
    return module


def _free(name: str) -> bool:
    if name in sys.modules:
        return isinstance(sys.modules[name], StandIn)
    found = importlib.util.find_spec(name)
    return found is None or found.origin is None  # a mere folder of that name is no package


def _block_decorator(**options: Any) -> Callable[[Any], Any]:
    """Leaves the function as it is: a cell defines blocks, the lab runs them."""
    return lambda function: function


_block_decorator.__name__ = _block_decorator.__qualname__ = "playbook_block"
_block_decorator.__module__ = "phantom.rules"


def _function(shell: Any, entry: Entry) -> Callable[..., Any]:
    emulation = EMULATED.get(entry.name)

    def function(*args: Any, **kwargs: Any) -> Any:
        if entry.name not in READS or emulation is None:
            raise StepperError(f"phantom.{entry.name} works inside a playbook only",
                               hint="lab.step(on_start) runs the blocks of your cells.")
        if entry.name == "collect2" and not args:
            kwargs.setdefault("container", None)  # public playbooks leave it out
        given = entry.signature.bind(*args, **kwargs)
        given.apply_defaults()
        stepper = _at_rest(shell, entry.name)
        with stepper.lock:
            return deepcopy(emulation.function(_Reader(stepper.resting), **given.arguments))

    function.__name__ = function.__qualname__ = entry.name
    function.__module__ = "phantom.rules"
    function.__doc__ = emulation.function.__doc__ if emulation else f"Not emulated yet (chapter: {entry.chapter})."
    function.__signature__ = entry.signature  # type: ignore[attr-defined]
    return function


class _Reader:
    """A run that is only looked at: nothing is noted, so that its journal stays as it is."""

    def __init__(self, run: PlaybookRun) -> None:
        self._run = run

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, name)

    def note(self, *_: Any) -> None:
        """Say nothing."""

    log = diagnose = hint = note


def _at_rest(shell: Any, wanted: str) -> Stepper:
    """The one stepper at rest that the notebook holds: in a variable, or else as the result of a cell."""
    held = {name: one for name, one in shell.user_ns.items() if not name.startswith("_")}
    results = {f"Out[{number}]": one for number, one in shell.user_ns.get("Out", {}).items()}
    found: dict[Stepper, str] = {one: name for name, one in held.items() if _rests(one)}
    found = found or {one: name for name, one in results.items() if _rests(one)}
    if not found:
        raise StepperError(f"phantom.{wanted} reads from a run, and none is at rest here",
                           hint="stepper = lab.step(playbook) starts one.")
    if len(found) > 1:
        raise StepperError(f"phantom.{wanted}: several runs are at rest here ({', '.join(found.values())})",
                           hint="End those that you do not mean, with .stop().")
    return next(iter(found))


def _rests(value: Any) -> bool:
    return isinstance(value, Stepper) and value.position.state in ("resting", "needs_outcome")
