"""Golden journals: a sample playbook is run in a situation, and its journal written as text for people and for diffs.

One line per event, indented by the depth of its block. A long value stands once, below the event that shows it first,
under a name such as ``$results_1``. Digests are resolved; guids, moments of the run's clock, paths of this machine and
carets of tracebacks are told by rule, so that the text is the same whenever, wherever and under whichever hash seed
the playbook runs. Ids are numbers that each run counts from 1, and stay.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import Field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from phantom_lab.history import (
    ApiCalled,
    CallMade,
    Cause,
    Event,
    Failure,
    InvocationStarted,
    Journal,
    Logged,
    RunSpec,
    RunStarted,
)
from phantom_lab.rules.namespace import binding_of
from phantom_lab.rules.surface import surface
from tests.layout import SHORT, as_json, lines_of, plain, wrapped
from tests.situations import ROOT, situations

_GUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_REPRESENTED = re.compile(r"datetime\.datetime\(([\d, ]+)\)")
_BEGUN = re.compile(r'(started_at\\*": )(\d+)\.\d+')
_CARETS = re.compile(r"\n *[~^]+ *(?=\n|$)")


def text_of(journal: Journal) -> str:
    """A whole journal as normalised text."""
    return "\n".join(_Writer(journal).lines()) + "\n"


class _Writer:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        first = next(event for event in journal.events if isinstance(event, RunStarted))
        self.root = first.run
        self.rules = _Rules(datetime.fromisoformat(first.clock))
        self.depths: dict[int, int] = {}
        self.names: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.below: list[str] = []

    def lines(self) -> list[str]:
        found: list[str] = []
        before: Event | None = None
        for event in self.journal.events:
            if isinstance(event, RunSpec | CallMade):
                continue  # the whole lab: what of it matters to people stands in what follows; a call, where it returns
            if not self._said(event, before):
                found += self._event(event)
            before = event
        return found

    def _said(self, event: Event, before: Event | None) -> bool:
        """``phantom.debug`` and ``error`` stand in the line that they wrote."""
        if not (isinstance(event, ApiCalled) and isinstance(before, Logged)) or event.error:
            return False
        given = self.journal.get(event.arguments["message"]) if "message" in event.arguments else None
        return event.name == before.level and event.line == before.line and str(given) == before.message

    def _event(self, event: Event) -> list[str]:
        depth = self._depth(event)
        self.below = []
        words = [sentence(type(event).__name__)]
        made = fields(event.made)[1:] if isinstance(event, ApiCalled) else ()
        for one in (*made, *(one for one in fields(event) if one.name not in ("made", "command") or not made)):
            if not self._left_out(event, one):
                words += self._field(event, one.name, str(one.type), getattr(event, one.name))
        return wrapped(words, depth) + [f"{'  ' * depth}    {line}" for line in self.below]

    def _left_out(self, event: Event, one: Field[Any]) -> bool:
        """Defaults, the run unless it is a child's, the depth that the margin shows, and the text of the source."""
        value = getattr(event, one.name)
        return (value == one.default or (one.name == "run" and value == self.root)
                or (one.name, one.type) in (("depth", "int"), ("source", "Ref")))

    def _depth(self, event: Event) -> int:
        if isinstance(event, InvocationStarted):
            self.depths[event.n] = event.depth
            return event.depth
        number = getattr(event, "n", getattr(event, "invocation", 0))
        inside = hasattr(event, "invocation") and number in self.depths
        return self.depths.get(number, 0) + inside

    def _field(self, event: Event, name: str, kind: str, value: Any) -> list[str]:
        if value is None or value == "" or value == []:
            return []
        if kind == "Ref":
            return [f"{name}={self._value(name, value)}"]
        if kind == "dict[str, Ref]":
            return [f"{key}={self._value(key, ref)}" for key, ref in self._arguments(event, value).items()]
        if isinstance(value, Cause):
            return [f"cause=({', '.join(_told(value))})"]
        if isinstance(value, Failure):
            self.below += self.rules.text(value.traceback).splitlines()
            return [f"failure=({self.rules.text(str(value))})"]
        if name == "failures":
            return [f"failures={as_json(self.rules.value([str(one) for one in value]))}"]
        return [f"{name}={plain(self.rules.value(value))}"]

    def _arguments(self, event: Event, given: dict[str, str]) -> dict[str, str]:
        """Arguments of an API call that are not the vendor's defaults; those of a block all."""
        if not isinstance(event, ApiCalled) or event.name not in surface().functions:
            return given
        defaults = {key: one.default for key, one in binding_of(surface().functions[event.name]).parameters.items()}
        return {key: ref for key, ref in given.items()
                if key not in defaults or self.journal.get(ref) != defaults[key]}

    def _value(self, name: str, ref: str) -> str:
        value = self.rules.value(self.journal.get(ref))
        text = as_json(value)
        if len(text) <= SHORT:
            return text
        if text not in self.names:
            self.counts[name] += 1
            own = f"${name}_{self.counts[name]}"
            first, *rest = lines_of(value, self.names)
            self.below += [f"{own} = {first}", *rest]
            self._name(value, own)
        return self.names[text]

    def _name(self, value: Any, name: str) -> None:
        """Name a value and the long ones in it, which stand once in the text as well."""
        text = as_json(value)
        if len(text) <= SHORT or text in self.names:
            return
        self.names[text] = name
        parts = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        for key, one in parts.items():
            self._name(one, f"{name}.{key}")


def sentence(kind: str) -> str:
    """How a kind of event is written."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()


def _told(given: Cause) -> list[str]:
    return [f"{one.name}={plain(value)}" for one in fields(given) if (value := getattr(given, one.name))]


class _Rules:
    """What differs from one run to the next, told by rule; before lines are broken, so that they break alike."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.guids: dict[str, str] = {}

    def text(self, text: str) -> str:
        """A text without what differs."""
        text = text.replace(f"{ROOT}/", "")
        text = _MOMENT.sub(lambda found: self._moment(found[0], found[0]), text)
        text = _REPRESENTED.sub(lambda found: self._moment(found[0], _isoformat(found[1])), text)
        text = _BEGUN.sub(r"\1\2", _CARETS.sub("", text))
        return _GUID.sub(lambda found: self.guids.setdefault(found[0], f"<guid {len(self.guids) + 1}>"), text)

    def value(self, value: Any) -> Any:
        """A JSON value without what differs."""
        return json.loads(self.text(json.dumps(value)))

    def _moment(self, text: str, moment: str) -> str:
        """A moment from shortly before the start until a month later, in whole seconds; a naive one is local time.
        Any other is data, and stays."""
        try:
            passed = datetime.fromisoformat(moment).astimezone(UTC) - self.start
        except (ValueError, OverflowError):  # it only looks like one
            return text
        if not timedelta(minutes=-5) < passed < timedelta(days=31):
            return text
        seconds = round(passed.total_seconds())
        return f"<start+{seconds}s>" if seconds > 1 else "<start>"


def _isoformat(numbers: str) -> str:
    """What ``repr`` shows of a moment, as a text."""
    return datetime(*map(int, numbers.split(","))).isoformat()


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        sys.stdout.write(text_of(situations()[wanted].run().journal))
