"""Where values that a run handed over came from, and where those of an artifact or result went to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from phantom_lab.answers.answer import Asked, Question, Shown
from phantom_lab.answers.happened import happened
from phantom_lab.answers.ran import runs_of
from phantom_lab.answers.what import BLOCK, target_of
from phantom_lab.errors import InputError, cut
from phantom_lab.history.events import (
    ActionStarted,
    ApiCalled,
    Changed,
    CustomFunctionStarted,
    Evaluated,
    Event,
    OutputSaved,
    PlaybookStarted,
)
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.history.written_by import calls_of
from phantom_lab.later import dataclass
from phantom_lab.misspelt import meant
from phantom_lab.model import QUESTIONS
from phantom_lab.progress import followed
from phantom_lab.terminal import brief
from phantom_lab.why.origins.handed_over import HandedOver, Parameter
from phantom_lab.why.origins.origin import ValueOrigin

_TOLD = 25
"""Values that a text tells."""
_ARGUMENTS = {"debug": ("message", "message"), "error": ("message", "message"), "save_run_data": ("run data", "value"),
              "save_block_result": ("run data", "value")}
"""What further calls make, and the arguments that it is made of."""


@dataclass(frozen=True, slots=True, repr=False)
class Origin(Shown):
    """Where one value came from; as a text, one line and one for each step on the way."""

    to: str
    """What it was handed over to: ``action geo_1``, ``container 1 severity``, ``condition filter_1:condition_1``."""
    parameter: str
    value: Any
    block: str
    line: int
    run: int
    invocation: int
    origin: ValueOrigin

    def __str__(self) -> str:
        steps = "".join(f"\n    through {one}" for one in self.origin.through)
        return (f"{self.to}, {cut(self.parameter)} = {cut(repr(self.value))} ({self.block}, line {self.line})\n"
                f"  from {self.origin}{steps}")

    def as_json(self) -> dict[str, Any]:
        """Its fields, with `phantom_lab.why.origins.origin.ValueOrigin` as ``origin``, and the steps as ``through``."""
        steps = [{"call": one.call, "name": one.name, "line": one.line, "source": one.source, "told": str(one)}
                 for one in self.origin.through]
        return {"to": self.to, "parameter": self.parameter, "value": self.value, "block": self.block, "line": self.line,
                "run": self.run, "invocation": self.invocation, "through": steps, "origin": self.origin.as_json()}


@dataclass(frozen=True, slots=True, repr=False)
class Origins(Shown):
    """Values and where they came from, or the uses of a value; as a text, for people."""

    ask: str
    """``origin`` or ``uses``."""
    what: str
    found: tuple[Origin, ...]
    next: tuple[Question, ...] = ()

    def __iter__(self) -> Iterator[Origin]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __str__(self) -> str:
        return self.text(Question.command)

    def text(self, asked: Asked, *, whole: bool = False) -> str:
        """For people, who ask what follows in this way.

        Args:
            whole: with all values.
        """
        found = self.found if whole else self.found[:_TOLD]
        lines = [str(one) for one in found]
        if more := len(self.found) - len(found):
            lines.append(f"… and {more} more")
        if not lines:
            lines = [f"{self.what}: {'no value of it was used' if self.ask == 'uses' else 'it was handed nothing'}"]
        lines += [f"  ask: {one.told(asked)}" for one in self.next]
        return brief((part for one in lines for part in one.split("\n")), whole=whole)

    def to_json(self) -> dict[str, Any]:
        """All fields, as JSON has them."""
        return {"ask": self.ask, "what": self.what, "found": [one.as_json() for one in self.found],
                "next": [one.as_json() for one in self.next]}


def origin(run: Held, what: str, parameter: str | None = None) -> Origins:
    """Where the values came from that an action, a block, a change or an output was made of.

    Args:
        run: a run, its stepper, its journal, or the file of one.
        what: as of `phantom_lab.explain`; of a block all that its last invocation handed over, and what its conditions
            compared.
        parameter: one of them, by its name; of a condition the text of the side.

    Raises:
        InputError: nothing is called so, or has such a parameter.
    """
    journal = journal_of(run)
    target = target_of(journal, runs_of(journal), what)
    places = happened(journal, target) or happened(journal, replace(target, runs=()))
    if target.kind == BLOCK:
        n = getattr(journal.events[places[-1]], "n", 0) if places else -1
        events = [one for one in journal.index.within(n) if getattr(one, "invocation", 0) == n]
    else:
        events = [journal.events[one] for one in places[-1:]]
    if not places:
        raise InputError(f"{what!r} did not happen in this run",
                         hint=f"phantom-lab why JOURNAL {what!r} --not says why.")
    found = list(_origins(journal, events))
    if parameter is not None:
        named = [one for one in found if one.parameter == parameter]
        if not named:
            raise InputError(f"{what!r} was handed no {parameter!r}",
                             hint=meant(parameter, dict.fromkeys(one.parameter for one in found)))
        found = named
    return Origins("origin", str(target), tuple(found), tuple(dict.fromkeys(_back(found))))


def uses(run: Held, what: str, path: str | None = None) -> Origins:
    """Where the values of something ended up: parameters, conditions, writes, outputs and messages made of them.

    Args:
        run: a run, its stepper, its journal, or the file of one.
        what: ``artifact 3``, ``container 1``, the name of an action run, custom function, child playbook, input, list
            or format, or a key of run data.
        path: of it, such as ``cef.sourceAddress``; what is below it counts as well.

    Raises:
        InputError: no value that was handed over came from there.
    """
    journal = journal_of(run)
    every = list(_origins(journal, followed(journal.events, "events", journal.length)))
    places = {one.where for each in every for one in _parts(each.origin) if one.where}
    if what not in places:
        raise InputError(f"no value in this run came from {what!r}", hint=meant(what, sorted(places)))
    found = [each for each in every if any(_is(one, what, path) for one in _parts(each.origin))]
    if not found and path is not None:
        paths = {one.path for each in every for one in _parts(each.origin) if one.where == what and one.path}
        raise InputError(f"no value in this run came from {path!r} of {what!r}", hint=meant(path, sorted(paths)))
    return Origins("uses", " ".join(filter(None, (what, path))), tuple(found))


def _is(one: ValueOrigin, what: str, path: str | None) -> bool:
    return one.where == what and (path is None or one.path == path or one.path.startswith(f"{path}."))


def _parts(origin: ValueOrigin) -> Iterator[ValueOrigin]:
    yield origin
    for one in origin.of:
        yield from _parts(one)


def _origins(journal: Journal, events: Iterable[Event]) -> Iterator[Origin]:
    """Of everything that events handed over."""
    over = HandedOver(journal)
    for event in events:
        for to, line, parameters in _handed(journal, over, event):
            n = getattr(event, "invocation", 0)
            block = journal.index.block_of(n) or "the playbook"
            yield from (Origin(to, one.name, one.value, block, line, event.run, n, one.origin) for one in parameters)


def _handed(journal: Journal, over: HandedOver, event: Event) -> Iterator[tuple[str, int, list[Parameter]]]:
    line = journal.index.line_of
    match event:
        case ActionStarted():
            sets = [one for one in journal.get(event.parameters) if isinstance(one, dict)]
            found = ([over.of_question(event, one) for one in sets] if event.action in QUESTIONS else
                     over.of_sets(event, sets))
            yield from ((f"action {event.name}", line(event.command), one) for one in found)
        case CustomFunctionStarted():
            yield from ((f"custom function {event.name}", line(event.command), one) for one in over.of_function(event))
        case PlaybookStarted():
            yield f"child playbook {event.name}", line(event.command), over.of_child(event)
        case Evaluated():
            yield f"{event.api} {event.name}".strip(), event.line, over.of_condition(event)
        case OutputSaved():
            calls = journal.index.calls("save_playbook_output_data")
            at = next((one.line for one in calls if one.invocation == event.invocation), 0)
            yield "output", at, over.of_output(event)
        case Changed():
            call = calls_of(journal).behind.get(id(event))
            yield f"{event.kind} {event.id} {event.field}", call.line if call else 0, over.of_write(event)
        case ApiCalled() if event.name == "format":
            name = journal.get(event.arguments["name"]) if "name" in event.arguments else ""
            yield f"format {name}".strip(), event.line, over.of_format(event)
        case ApiCalled() if event.name in _ARGUMENTS:
            yield _ARGUMENTS[event.name][0], event.line, over.of_call(event, _ARGUMENTS[event.name][1:])
        case ApiCalled() if event.name.startswith("requests."):
            yield event.name, event.line, over.of_call(event)


def _back(found: list[Origin]) -> Iterator[Question]:
    for one in found[:2]:
        if one.origin.kind in ("result", "reply", "custom function", "child playbook"):
            yield Question("origin", (one.origin.where,), "where its own parameters came from")
        elif one.origin.kind == "artifact" and one.origin.path:
            yield Question("uses", (one.origin.where, one.origin.path), "where else the value went")
