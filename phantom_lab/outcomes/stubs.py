"""Python functions as outcomes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from phantom_lab.errors import InputError, LabError
from phantom_lab.model import App, Asset, json_copy
from phantom_lab.outcomes.answer import outcome_of
from phantom_lab.outcomes.offers import Offer
from phantom_lab.outcomes.outcome import ActionCall, Outcome
from phantom_lab.outcomes.remembering import Keeping, Remembering
from phantom_lab.outcomes.stand_ins import PLAYBOOK, StandIn

Stub = Callable[..., Any]


class Stubs:
    """Functions by action name and, where given, asset.

    A stub declares what it wants of ``parameter`` (dict), ``asset``, ``action``, ``name`` (str), ``number`` (int) and
    ``call`` (`ActionCall`); a single argument of any other name is the parameter. It returns an answer
    (`phantom_lab.success`, `phantom_lab.failure`, ``{"status", "message", "summary", "data"}`` or a list of data), or
    None to leave the call to the next provider.
    """

    def __init__(self) -> None:
        self._stubs: list[tuple[str, str | None, Remembering]] = []

    def __len__(self) -> int:
        return len(self._stubs)

    def add(self, action: str, asset: str | None, stub: Stub) -> None:
        """Register a stub; the newest of an action wins, so that a notebook cell can be run again."""
        self._stubs.insert(0, (action.lower(), asset, Remembering(stub)))

    def keeping(self) -> list[Keeping]:
        """Those that keep something from one call to the next."""
        return [Keeping(_source(stub), None, stub.calls) for _, _, stub in self._stubs if stub.keeps]

    def outcome(self, call: ActionCall) -> Outcome | None:
        """Ask the first stub that fits."""
        for action, asset, stub in self._stubs:
            if action != call.action.lower() or asset not in (None, call.asset):
                continue
            where = _where(stub)
            try:
                answer = _called(stub, {
                    "parameter": json_copy(call.parameter), "asset": call.asset, "action": call.action,
                    "name": call.name, "number": call.number, "call": call}, main="parameter")
            except LabError:
                raise
            except (Exception, SystemExit) as exc:
                raise InputError(f"the stub for '{call.action}' raised {type(exc).__name__}: {exc}", where=where,
                                 hint="Return phantom_lab.failure(message) for an action that fails.") from exc
            if answer is not None:
                return outcome_of(answer, call, where=where, source=_source(stub), by="stub")
        return None

    def offers(self) -> Iterable[Offer]:
        """What they were registered for."""
        return [Offer(where=f"stub {_where(stub)}", action=action, asset=asset) for action, asset, stub in self._stubs]

    def assets(self, action: str) -> Iterable[Asset]:
        """The assets that stubs of the action were registered for."""
        return [Asset(asset, App(asset)) for name, asset, _ in self._stubs if asset and name == action.lower()]


def standing_in(kind: str, name: str, stub: Stub) -> StandIn:
    """A function that stands in for a child playbook or a custom function.

    Args:
        kind: ``playbook`` or ``custom function``.
        name: what it stands in for.
        stub: for a playbook it declares what it wants of ``inputs`` and ``container`` (dicts); a single argument of any
            other name is the inputs. For a custom function it declares what it wants of the parameters; one that was
            not passed is None, as on the platform.
    """

    called = Remembering(stub)

    def parameters(given: dict[str, Any]) -> Any:
        needed = [one.name for one in inspect.signature(stub).parameters.values()
                  if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
        return _called(called, {**dict.fromkeys(needed), **given})

    function = (lambda given: _called(called, given, main="inputs")) if kind == PLAYBOOK else parameters
    return StandIn(kind, name, function, _where(called), _source(called), called)


def _called(stub: Remembering, offered: dict[str, Any], *, main: str | None = None) -> Any:
    """Call a stub with what it declares; a single argument of any other name is the main one."""
    declared = list(inspect.signature(stub.function).parameters.values())
    if any(one.kind is one.VAR_KEYWORD for one in declared):
        return stub(**offered)
    if main and len(declared) == 1 and (declared[0].name not in offered
                                        or declared[0].kind is declared[0].POSITIONAL_ONLY):
        return stub(offered[main])
    return stub(**{one.name: offered[one.name] for one in declared if one.name in offered})


def _source(stub: Remembering) -> str:
    return f"stub {_where(stub)}"


def _where(stub: Remembering) -> str:
    code = getattr(stub.function, "__code__", None)
    name = getattr(stub.function, "__name__", type(stub.function).__name__)
    if code is None:
        return name
    file, line = code.co_filename.replace("\\", "/"), code.co_firstlineno
    if "/ipykernel_" in file or file.startswith("<ipython-input"):  # a number that nobody has seen
        return f"{name} (a cell, line {line})"
    return f"{name} ({file.rsplit('/', 1)[-1]}:{line})"
