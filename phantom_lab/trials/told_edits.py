"""Parts of a change as data: what, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.history import ActionStarted, CustomFunctionCompleted, Journal, OutcomeGiven, PlaybookCompleted
from phantom_lab.later import dataclass
from phantom_lab.model import PEOPLE
from phantom_lab.trials.atoms import Atom
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.unexpected import ABSENT

_KINDS = {"inputs": "input", "lists": "list", "playbooks": "playbook", "custom_functions": "custom function",
          "http": "requests", "seed": "seed"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit."""

    kind: str
    """``artifact``, ``container``, ``finding``, ``input``, ``list``, ``result``, ``reply``, ``custom function``,
    ``playbook``, ``requests`` or ``seed``."""
    of: str
    """The number of an artifact, from 1, with commas between several; a name of an input, a list or a block; empty
    where there is but one."""
    path: str
    """Within it; empty: the whole."""
    before: Any
    """`ABSENT` where there was none."""
    after: Any

    @property
    def what(self) -> str:
        """What is edited, in words: ``artifact 1 cef.sourceAddress``."""
        word = {"result": "result of", "reply": "reply to", "playbook": "outputs of playbook",
                "custom function": "data of custom function", "requests": "answer to every request"}.get(
                    self.kind, self.kind)
        return " ".join(one for one in (f"{word}s" if "," in self.of else word, self.of, self.path) if one)

    def to_json(self) -> dict[str, Any]:
        """``before`` or ``after`` is left out where there is none."""
        sides = {key: one for key, one in (("before", self.before), ("after", self.after)) if one is not ABSENT}
        return {"what": self.what, "kind": self.kind, "of": self.of, "path": self.path, **sides}


def told_edits(parts: Sequence[Atom], base: Situation, journal: Journal) -> list[Edit]:
    """The edits that parts of a change are; the same in several artifacts is one."""
    groups: dict[tuple[Any, ...], list[Atom]] = {}
    for one in parts:
        groups.setdefault(one.group, []).append(one)
    return [_edit(some, base, journal) for some in groups.values()]


def value_before(one: Atom, base: Situation, journal: Journal) -> Any:
    """What stood where a part of a change puts something; `ABSENT` where nothing did."""
    return _edit([one], base, journal).before


def _edit(some: list[Atom], base: Situation, journal: Journal) -> Edit:
    kind, *where = some[0].spot
    after = some[0].after
    if kind == "artifact":
        before = [_at(base["container"]["artifacts"], one.spot[1:]) for one in some]
        same = all(one == before[0] for one in before)
        return Edit(kind, ", ".join(str(one.spot[1] + 1) for one in some), ".".join(where[1:]),
                    before[0] if same else before, after)
    if kind in ("container", "finding"):
        return Edit(kind, "", ".".join(where), _at(base[kind], where), after)
    if kind in ("set", "answer"):
        head = json.loads(where[0])
        word = "reply" if head["action"] in PEOPLE else "result"
        path = where[1].removeprefix("action_result.") if kind == "set" else ""
        return Edit(word, head["block"], path, _recorded(journal, head, path, after), after)
    before = _at(base.get(kind, {}), where) if where else base.get(kind, ABSENT)
    if before is ABSENT and kind in ("playbooks", "custom_functions"):
        before = next(_gave(journal, kind, where[0]), ABSENT)
    return Edit(_KINDS[kind], "".join(where), "", before, after)


def _at(found: Any, steps: Sequence[Any]) -> Any:
    for step in steps:
        if isinstance(found, list) and (isinstance(step, int) or str(step).isdecimal()):
            found = found[int(step)] if int(step) < len(found) else ABSENT
        else:
            found = found.get(step, ABSENT) if isinstance(found, dict) else ABSENT
    return found


def _recorded(journal: Journal, head: dict[str, Any], path: str, after: Any) -> Any:
    """What the block's calls came back with: the value of a path, or of the keys of an answer."""
    ids = {one.action_run_id for one in journal.events if isinstance(one, ActionStarted)
           and (one.name, one.action) == (head["block"], head["action"])}
    results = [one for event in journal.events if isinstance(event, OutcomeGiven) and event.action_run_id in ids
               for one in journal.get(event.results)]
    if not results:
        return ABSENT
    if not path:
        keys = {"status", "message"} & after.keys() or after.keys() & {"data", "summary"}
        if head["action"] in PEOPLE:
            return {"responses": (results[0]["summary"] or {}).get("responses", []), "status": results[0]["status"]}
        return {key: results[0][key] for key in results[0] if key in keys}
    found = [value for one in results for value in _values(one, path.split("."))]
    return ABSENT if not found else found[0] if all(one == found[0] for one in found) else found


def _values(found: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield found
    elif steps[0] == "*":
        for one in found if isinstance(found, list) else ():
            yield from _values(one, steps[1:])
    elif (inner := _at(found, steps[:1])) is not ABSENT:
        yield from _values(inner, steps[1:])


def _gave(journal: Journal, kind: str, name: str) -> Iterator[Any]:
    for event in journal.events:
        if kind == "custom_functions" and isinstance(event, CustomFunctionCompleted) and event.function == name:
            yield from (one["data"] for given in journal.get(event.results)
                        for one in given.get("custom_function_results", []))
        elif kind == "playbooks" and isinstance(event, PlaybookCompleted) and event.playbook == name:
            yield from (json.loads(one) for given in journal.get(event.results) or []
                        for one in (given.get("outputs") or [])[:1])
