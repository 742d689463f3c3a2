"""Results from a JSON list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, NotJSONError
from phantom_lab.later import dataclass
from phantom_lab.limits import read_plain
from phantom_lab.misspelt import near
from phantom_lab.model import App, Asset, naming, read_json
from phantom_lab.outcomes.answer import KEYS, failure, key_meant, outcome_of, read_answer
from phantom_lab.outcomes.from_platform import entries_of
from phantom_lab.outcomes.offers import Offer
from phantom_lab.outcomes.outcome import ActionCall, Outcome
from phantom_lab.outcomes.stand_ins import CUSTOM_FUNCTION, PLAYBOOK, StandIn

_PRINTED = ("action_results", "result_data", "app_run_id")
"""What stands in a log in which results were printed."""
_KEYS = {"action", "name", "asset", "parameter", *KEYS}
_STAND_INS: dict[str, tuple[str, str, tuple[type, ...], str]] = {
    "playbook": (PLAYBOOK, "outputs", (dict,), "an object"),
    "custom_function": (CUSTOM_FUNCTION, "data", (dict, list), "an object or a list"),
}
"""By the key that names what an entry stands in for: its kind, the key of what it comes back with, and that one's
types."""


@dataclass(frozen=True, slots=True)
class _Entry:
    action: str
    name: str | None
    asset: str | None
    parameter: dict[str, Any]
    answer: dict[str, Any]
    where: str

    def matches(self, call: ActionCall, meant: Collection[str]) -> bool:
        """Whether it answers a call, whose block may be called by these names."""
        missing = object()
        return (self.action == call.action.lower() and self.asset in (None, call.asset)
                and self.name in (None, *meant)
                and all(call.parameter.get(key, missing) == value for key, value in self.parameter.items()))


class ResultsFile:
    """A list of ``{"action", "name"?, "asset"?, "parameter"?, "status"?, "message"?, "summary"?, "data"?, "delay"?}``.

    The first entry that matches a call (its block name, its asset, and a subset of its parameters) answers it. A
    prompt is an action called ``prompt``, answered by ``"responses": [...]``, ``"timed_out": true`` or
    ``"declined": true``; so are a ``task`` and the ``approve`` of an action with a reviewer.

    ``{"playbook", "outputs"}`` stands in for a child playbook, and ``{"custom_function", "data"}`` for a custom
    function; ``"status": "failed"`` with a ``"message"`` lets it fail.

    What a platform tells of results is read as well: see `phantom_lab.outcomes.from_platform`, and of a log
    `phantom_lab.outcomes.printed`.

    Args:
        given: a path, or what it would hold.

    Raises:
        InputError: not JSON, or an entry of another shape; every entry is looked at before anything runs.
    """

    def __init__(self, given: str | Path | list[Any] | dict[str, Any]) -> None:
        where = str(given) if isinstance(given, str | Path) else "results"
        self.name = Path(where).name
        """The file's; ``results`` of a decoded list."""
        items = entries_of(_read(given) if isinstance(given, str | Path) else given, where)
        if not isinstance(items, list):
            raise InputError("the results must be a JSON list", where=where,
                             hint='Give [{"action": "whois ip", "data": [{}]}, …].')
        read = [_stand_in(item, f"{where}[{number}]") or _entry(item, f"{where}[{number}]")
                for number, item in enumerate(items)]
        self._entries = [one for one in read if isinstance(one, _Entry)]
        self.stand_ins = [one for one in read if isinstance(one, StandIn)]

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The first matching entry's answer."""
        meant = naming.meant(call.name, [entry.name for entry in self._entries if entry.name])
        for entry in self._entries:
            if entry.matches(call, meant):
                return outcome_of(entry.answer, call, where=entry.where, source=entry.where, by="results file")
        return None

    def offers(self) -> Iterable[Offer]:
        """Its entries."""
        return [Offer(where=one.where, action=one.action, asset=one.asset, name=one.name, parameter=one.parameter)
                for one in self._entries]

    def assets(self, action: str) -> Iterable[Asset]:
        """The assets that entries of the action name."""
        names = dict.fromkeys(entry.asset for entry in self._entries if entry.asset and entry.action == action.lower())
        return [Asset(name, App(name)) for name in names]


def _read(given: str | Path) -> Any:
    """What a file holds as JSON, or else the results in a log."""
    try:
        return read_json(given, "results")
    except NotJSONError:
        text = read_plain(given).decode("utf-8-sig")
        if not any(one in text for one in _PRINTED):
            raise
    from phantom_lab.outcomes.printed import printed_results  # only now: most results are JSON

    return printed_results(text, str(given))


def _entry(item: Any, where: str) -> _Entry:
    if not isinstance(item, dict) or not isinstance(item.get("action"), str):
        misspelt = near("action", map(str, item)) if isinstance(item, dict) and "action" not in item else []
        raise InputError("an entry must be an object with an \"action\"", where=where,
                         hint=f"Is {misspelt[0]!r} meant?" if misspelt else "")
    _check_keys(item, _KEYS | {"block", "choice"}, where)
    item = _as_here(item, where)
    parameter = item.get("parameter") or {}
    for key in ("asset", "name"):
        if item.get(key) is not None and not isinstance(item[key], str):
            raise InputError(f"`{key}` must be a text", where=where)
    if not isinstance(parameter, dict):
        raise InputError("`parameter` must be an object", where=where)
    answer = {key: value for key, value in item.items() if key in KEYS}
    read_answer(answer, parameter, where=where)
    return _Entry(item["action"].lower(), item.get("name"), item.get("asset"), parameter, answer, where)


def _as_here(item: dict[str, Any], where: str) -> dict[str, Any]:
    """An entry that may be written as in a scenario."""
    found = {key: one for key, one in item.items() if key not in ("block", "choice")}
    for key, here, value in (("block", "name", item.get("block")), ("choice", "responses", [item.get("choice")])):
        if key in item:
            if here in found:
                raise InputError(f"`{key}` and `{here}` say the same: give one of them", where=where)
            found[here] = value
    return found


def _stand_in(item: Any, where: str) -> StandIn | None:
    """An entry for a child playbook or a custom function; None for one of another kind."""
    key = next((one for one in _STAND_INS if isinstance(item, dict) and isinstance(item.get(one), str)), None)
    if key is None:
        return None
    kind, holds, types, shape = _STAND_INS[key]
    _check_keys(item, {key, holds, "status", "message"}, where)
    if item.get("status", "success") not in ("success", "failed"):
        raise InputError(f"status {item['status']!r} is neither \"success\" nor \"failed\"", where=where)
    answer = failure(str(item.get("message") or "")) if item.get("status") == "failed" else item.get(holds)
    if not isinstance(answer, types):
        raise InputError(f"`{holds}` must be {shape}", where=where)
    return StandIn(kind, item[key], lambda given: answer, where, where)


def _check_keys(item: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := item.keys() - known:
        raise InputError(f"an entry has no key {', '.join(sorted(map(repr, unknown)))}", where=where,
                         hint=f"{key_meant(unknown, known - item.keys())} "
                              f"Known are {', '.join(sorted(known))}.".strip())
