"""What a run tells by a number, a uuid or a moment, told so that another run tells the same of the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any

from phantom_lab.history.encoding import encode
from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    Changed,
    CustomFunctionStarted,
    OutcomeGiven,
    RunSpec,
    RunStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.later import regex
from phantom_lab.views.written import WrittenRecords

_RECORDS = {"container": "container", "artifact": "artifact", "note": "note", "task": "workbook_task",
            "phase": "workbook_phase"}
"""Kinds of records, by the word that refers to one."""
_RUNS = {one: one for one in ("action_run", "app_run", "playbook_run", "custom_function_run")} | {
    "current_rule_run": "playbook_run", "run": "playbook_run"}
_WORDS = "|".join((*_RECORDS, *(one.replace("_", "[ _]") for one in _RUNS)))
_ID = rf'(?P<word>(?:parent_)?(?:{_WORDS}))(?:_id)?'
_TOKEN = regex(rf'"{_ID}": (?P<quote>"?)(?P<id>\d{{1,18}})(?P=quote)(?![\d.eE])|'
                    r'(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"(?P<text>(?:[^"\\]|\\.)*)"')
"""The parts of a JSON text in which something may stand that is the run's own."""
_REFERRED = regex(rf"""\b{_ID}(?:'|\\")?(?:: ?|=|/| )(?P<id>\d{{1,18}})\b""", re.IGNORECASE)
_UUID = regex(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|(?<= at )0x[0-9a-f]{6,}\b", re.IGNORECASE)
"""Addresses of objects as well."""
_DAY, _HOUR = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
_MOMENT = regex(rf"\b{_DAY}[T ]{_HOUR}(?:Z\b|[+-]\d\d(?::?\d\d)?\b)?|"
                     r"(?<![\w.-])1\d{9}(?:\d{3}|\.\d+)?(?![\w.-])|datetime\.datetime\((\d+(?:, \d+){2,6})")
"""ISO 8601, seconds and milliseconds since 1970, and what Python calls a moment."""
_SLACK, _BEFORE = 1.0, 30.0
"""Seconds: what is told in whole seconds counts for a part of one, and what a run starts from was made before it."""
UUID, MOMENT = "<uuid>", "<moment of the run>"


class Alike:
    """The texts of a journal's values, in which ids are named by what they are of.

    What it says of uuids and moments depends on what both journals were given: see `settled`.

    Args:
        numbered: whether those of one name are told apart by a number, in the order of their ids.
    """

    def __init__(self, journal: Journal, *, numbered: bool = True) -> None:
        self._journal, self._are_numbered = journal, numbered
        self._labels: dict[str, dict[int, str]] = {}
        self.passed_over: set[str] = set()
        """Uuids and moments that are not told as they are."""

    def text(self, value: Any) -> str:
        """The JSON text of a value, with the keys of objects in order."""
        return _TOKEN.sub(self._named, _sorted(value))

    def words(self, text: str) -> str:
        """A text of people or of the lab."""
        return _REFERRED.sub(self._referred, text)

    def of(self, kind: str, number: int) -> str:
        """What a record or run is called: by its name; ``artifact 'Sample' #2`` is the second of that name."""
        return self._known(kind).get(number, f"{kind.replace('_', ' ')} {number}")

    def settled(self, fixed: set[str]) -> Callable[[str], str]:
        """What tells a text without the uuids and moments that are the run's own.

        Args:
            fixed: those of results that both runs were given; what this run started from stays, too.
        """
        stays = self.started_with | fixed
        return lambda text: _TOKEN.sub(partial(self._unique, stays), text)

    @cached_property
    def started_with(self) -> set[str]:
        """The uuids and moments of the playbook, its container and its inputs."""
        started = self._journal.index.of_kind(RunStarted)
        return {*_unique_in(self._journal.text(ref) for one in started
                            for ref in (one.source, one.container, one.artifacts, one.inputs))}

    @cached_property
    def came_back(self) -> set[str]:
        """Those of the results of actions."""
        return {*_unique_in(self._journal.text(one.results) for one in self._journal.index.of_kind(OutcomeGiven))}

    def _named(self, match: re.Match[str]) -> str:
        if match["id"]:
            named = self._label(match["word"], match["id"])
            return match[0] if named is None else f'{match[0].partition(":")[0]}: {json.dumps(named)}'
        return f'"{self.words(match["text"])}"' if match["text"] else match[0]

    def _referred(self, match: re.Match[str]) -> str:
        named = self._label(match["word"], match["id"])
        return match[0] if named is None else json.dumps(named)[1:-1]

    def _label(self, word: str, number: str) -> str | None:
        word = word.lower().removeprefix("parent_").replace(" ", "_")
        return self._known(_RECORDS.get(word) or _RUNS[word]).get(int(number))

    def _known(self, kind: str) -> dict[int, str]:
        if kind not in self._labels:
            found = sorted(self._runs(kind) if kind in _RUNS.values() else self._records(kind))
            self._labels[kind] = _numbered(found) if self._are_numbered else dict(found)
        return self._labels[kind]

    def _records(self, kind: str) -> Iterator[tuple[int, str]]:
        """Those that are there at the end, and those that went."""
        journal, found = self._journal, dict[int, Any]()
        if journal.index.of_kind(RunSpec):
            found = journal.reduced(WrittenRecords).table(kind, journal.length, journal.get)
        for one in journal.index.of_kind(Changed):
            if one.kind == kind and one.id not in found:
                found[one.id] = journal.get(one.before if one.field == "deleted" else one.after)
        own = next((one.container_id for one in journal.index.of_kind(RunStarted)), 0)
        for number, record in sorted(found.items()):
            name = next((record[key] for key in ("name", "title") if record.get(key)), "") if isinstance(
                record, dict) else ""
            yield number, "the container" if (kind, number) == ("container", own) else f"{kind} {str(name)!r}"

    def _runs(self, kind: str) -> Iterator[tuple[int, str]]:
        of_kind = self._journal.index.of_kind
        if kind == "action_run":
            yield from ((one.action_run_id, f"action run {one.name}") for one in of_kind(ActionStarted))
        elif kind == "app_run":
            for done in of_kind(ActionCompleted):
                yield from ((int(one[0]), f"app run {done.name} on {one[1]}") for one in done.app_runs or ())
        elif kind == "playbook_run":
            yield from ((one.run, f"playbook run {one.playbook}" if one.parent else "the run")
                        for one in of_kind(RunStarted))
        else:
            yield from ((one.custom_function_run_id, f"custom function run {one.name}")
                        for one in of_kind(CustomFunctionStarted))

    def _unique(self, stays: set[str], match: re.Match[str]) -> str:
        if match["number"]:
            told = self._moment(match["number"], stays) if _MOMENT.fullmatch(match["number"]) else match["number"]
            return told if told == match["number"] else json.dumps(told)
        if not match["text"]:
            return match[0]
        text = _UUID.sub(lambda found: found[0] if found[0] in stays else self._over(found[0], UUID), match["text"])
        return f'"{_MOMENT.sub(lambda found: self._moment(found[0], stays), text)}"'

    def _moment(self, text: str, stays: set[str]) -> str:
        """One of the run itself; or whole minutes from its start, where nothing that was given says it."""
        at = _since(text, self._start)
        if at is not None and -_BEFORE <= at <= self._lasted + _SLACK:
            return self._over(text, MOMENT)
        if at is None or text in stays:
            return text
        minutes, beyond = divmod(at + _SLACK, 60)
        return self._over(text, f"<{minutes:+.0f} min of the run>") if beyond <= self._lasted + 2 * _SLACK else text

    def _over(self, text: str, told: str) -> str:
        self.passed_over.add(text)
        return told

    @cached_property
    def _start(self) -> datetime:
        started = next(iter(self._journal.index.of_kind(RunStarted)), None)
        try:
            found = datetime.fromisoformat(started.clock if started else "")
        except ValueError:
            return datetime.fromtimestamp(0, UTC)
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    @cached_property
    def _lasted(self) -> float:
        return max((one.at for one in self._journal.stamps), default=0.0)


def _unique_in(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (found[0] for pattern in (_UUID, _MOMENT) for found in pattern.finditer(text))


def _since(text: str, start: datetime) -> float | None:
    """Seconds from the start; None: it is no moment."""
    try:
        if text.replace(".", "", 1).isdecimal():
            return float(text) / (1000 if len(text) == 13 and "." not in text else 1) - start.timestamp()
        parts = text.partition("(")[2]
        fields: list[Any] = [int(one) for one in parts.split(", ")] if parts else []
        found = datetime(*fields) if parts else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return ((found if found.tzinfo else found.replace(tzinfo=UTC)) - start).total_seconds()


def _numbered(found: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Names by id; of those that have one name, which it is."""
    seen: Counter[str] = Counter()
    labels = {}
    for number, name in found:
        seen[name] += 1
        labels[number] = name if seen[name] == 1 else f"{name} #{seen[name]}"
    return labels


def _sorted(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except (RecursionError, TypeError, ValueError):  # nested too deeply for one of the two
        return encode(value)
