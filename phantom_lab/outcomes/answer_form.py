"""The form in which a person types a result in: its fields, and what of the texts in them becomes the answer.

A text is typed as it is. An empty one says that the field is not there; ``""`` is an empty text, and ``null`` is None.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.outcomes.contract import Breach
from phantom_lab.outcomes.declared import Declaration, Output, Read
from phantom_lab.outcomes.shaping import STAR, Steps, steps_of

DATA, SUMMARY = PARTS = ("data", "summary")
TEXT, NUMBER, BOOLEAN, JSON = KINDS = ("text", "number", "boolean", "json")
MOST = 150
"""Fields of a part."""
_KIND_OF = {"string": TEXT, "password": TEXT, "numeric": NUMBER, "boolean": BOOLEAN}
_EXAMPLES = 3
Texts = Mapping[str, str]
"""What is typed, by the path of the field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a result."""

    part: str
    """``data`` or ``summary``."""
    steps: Steps
    """Below one item of the data, or the summary; none: the item itself."""
    kind: str = TEXT
    """``text``, ``number``, ``boolean``, or ``json``: a list or an object, or a value whose type is not known."""
    read: str = ""
    """Which function reads it, and in which line; empty: none does."""
    declared: bool = False
    tests: tuple[str, ...] = ()
    """What conditions ask of it: ``> 5``."""
    examples: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its name in the form."""
        return ".".join(json.dumps(step) if "." in step or not step else step for step in self.steps) or "value"

    def value(self, text: str) -> Any:
        """The value that was typed.

        Raises:
            InputError: it is of another type.
        """
        if text.strip() == "null":
            return None
        if self.kind == TEXT:
            return _quoted(text)
        try:
            value = json.loads(text, parse_constant=_refused)
        except ValueError as exc:
            at = f" (line {exc.lineno}, column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
            what = {NUMBER: "no number", BOOLEAN: "neither true nor false"}.get(self.kind, f"no JSON{at}")
            raise InputError(f"{text.strip()[:60]!r} is {what}") from None
        if self.kind == NUMBER and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise InputError(f"{text.strip()[:60]!r} is no number")
        if self.kind == BOOLEAN and not isinstance(value, bool):
            raise InputError(f"{text.strip()[:60]!r} is neither true nor false")
        return value

    def text(self, value: Any) -> str:
        """What is typed for a value."""
        if isinstance(value, str) and self.kind == TEXT:
            odd = not value.strip() or value.strip() == "null" or value.startswith('"')
            return json.dumps(value) if odd else value
        return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong in the form."""

    part: str
    row: int
    """Of the data, from 0; -1: all of them."""
    path: str
    """Of the field; empty: none alone."""
    text: str


def form_fields(declaration: Declaration | None, reads: Sequence[Read]) -> list[Field]:
    """The fields of a result: those that the playbook reads, in the order in which it does, then those declared."""
    found: dict[tuple[str, Steps], Field] = {}
    for one in reads:
        for field in _field(one.path):
            read = f"{one.function}, line {one.line}" if one.function else "the playbook"
            tests = tuple(f"{operator} {json.dumps(literal, ensure_ascii=False, default=str)}"
                          for operator, literal in one.comparisons)
            kind = field.kind if field.kind == JSON else _kind_read(one)
            _merge(found, replace(field, kind=kind, read=read, tests=tests))
    for output in declaration.outputs if declaration else ():
        for field in _field(output.path):
            _merge(found, _declared(field, output))
    fields = list(found.values())
    return [one for part in PARTS for one in [each for each in fields if each.part == part][:MOST]]


def answer_of(fields: Sequence[Field], rows: Sequence[Texts], summary: Texts, *,
              message: str = "") -> tuple[dict[str, Any], list[Wrong]]:
    """The answer of a success that was typed in, and what is wrong with it. A row in which nothing is typed is none."""
    wrong: list[Wrong] = []
    data = [made for number, row in enumerate(rows)
            if (made := _made(fields, DATA, row, number, wrong)) is not _NOTHING]
    held = _made(fields, SUMMARY, summary, -1, wrong)
    return {"status": "success", "data": data, "summary": {} if held is _NOTHING else held,
            "message": message.strip() or None}, wrong


def filled(fields: Sequence[Field], answer: Mapping[str, Any]
           ) -> tuple[list[Field], list[dict[str, str]], dict[str, str]]:
    """The form of an answer: its fields, with those that it has besides; the texts of every row, and of the summary."""
    known = {(one.part, one.steps): one for one in fields}
    data = answer.get("data") or []
    rows = [_texts(known, DATA, one) for one in (data if isinstance(data, list) else [data])]
    held = _texts(known, SUMMARY, answer.get("summary") or {})
    return list(known.values()), rows, held


def placed(breaches: Iterable[Breach], fields: Sequence[Field]) -> list[Wrong]:
    """Breaches of a contract, at the fields that they are of."""
    known = {(one.part, one.steps): one for one in fields}
    found = []
    for breach in breaches:
        field = next((known[each.part, each.steps] for each in _field(breach.path)
                      if (each.part, each.steps) in known), None)
        text = str(breach) if field is None else str(breach).removeprefix(f"{breach.path}: ")
        found.append(Wrong(field.part if field else "", -1, field.path if field else "", text))
    return found


def own_field(part: str, path: str, kind: str) -> Field:
    """A field that a person adds.

    Raises:
        InputError: there is no such part or kind, or the path is empty.
    """
    if part not in PARTS or kind not in KINDS:
        raise InputError(f"a field is of {' or '.join(PARTS)}, and of kind {', '.join(KINDS)}")
    steps = steps_of(f"action_result.summary.{path.strip()}")[1:]
    if not path.strip() or not all(steps) or STAR in steps:
        raise InputError(f"{path[:60]!r} is no name of a field", hint="Write name, or outer.inner.")
    return Field(part, steps, kind)


_NOTHING = object()


def _field(path: str) -> Iterator[Field]:
    """The field of a path; of one below a list the list."""
    part, *steps = steps_of(path) or ("",)
    if part == DATA and steps and (steps[0] == STAR or steps[0].isdecimal()):
        below = tuple(steps[1:])
    elif part == SUMMARY and steps:
        below = tuple(steps)
    else:
        return
    within = next((place for place, step in enumerate(below) if step == STAR or step.isdecimal()), None)
    if within == 0:
        return
    yield Field(part, below, TEXT) if within is None else Field(part, below[:within], JSON)


def _declared(field: Field, output: Output) -> Field:
    kind = field.kind if field.kind == JSON else _KIND_OF.get(output.type, TEXT if not output.type else JSON)
    examples = tuple(field.text(one) if not isinstance(one, str) else one for one in output.examples[:_EXAMPLES])
    return replace(field, kind=kind, declared=True, examples=examples if field.kind != JSON else ())


def _kind_read(one: Read) -> str:
    numbers = [literal for _, literal in one.comparisons
               if isinstance(literal, int | float) and not isinstance(literal, bool)]
    flags = [literal for _, literal in one.comparisons if isinstance(literal, bool)]
    return NUMBER if one.type == "numeric" or numbers else BOOLEAN if flags else TEXT


def _merge(found: dict[tuple[str, Steps], Field], field: Field) -> None:
    """Two that are of one path: what is declared says the type, and a list wins."""
    known = found.get((field.part, field.steps))
    if known is not None:
        kind = JSON if JSON in (known.kind, field.kind) else field.kind if field.declared else known.kind
        field = replace(known, kind=kind, declared=known.declared or field.declared,
                        tests=tuple(dict.fromkeys((*known.tests, *field.tests))),
                        examples=known.examples or field.examples)
    found[field.part, field.steps] = field


def _made(fields: Sequence[Field], part: str, texts: Texts, row: int, wrong: list[Wrong]) -> Any:
    made: Any = _NOTHING
    for field in fields:
        typed = texts.get(field.path, "") if field.part == part else ""
        if not typed.strip():
            continue
        made = {} if made is _NOTHING else made
        try:
            made = _put(made, field.steps, field.value(typed))
        except InputError as exc:
            wrong.append(Wrong(part, row, field.path, str(exc)))
    return made


def _put(into: Any, steps: Steps, value: Any) -> Any:
    """An item with a value below it.

    Raises:
        InputError: something else stands there.
    """
    if not steps:
        if into != {}:
            raise InputError("an item is one value, or has fields")
        return value
    held = into
    for step in steps[:-1]:
        held = held.setdefault(step, {}) if isinstance(held, dict) else held
    if not isinstance(held, dict):
        raise InputError(f"{'.'.join(steps[:-1]) or 'the item'} is a value, and has no fields")
    held[steps[-1]] = value
    return into


def _texts(known: dict[tuple[str, Steps], Field], part: str, value: Any) -> dict[str, str]:
    """The texts of an item or a summary; fields that are not known yet are added."""
    found: dict[str, str] = {}
    for steps, one in _leaves(known, part, value, ()):
        field = known.get((part, steps))
        kind = _kind(one)
        if field is None or (field.kind != kind and one is not None and field.kind != JSON):
            field = known[part, steps] = replace(field or Field(part, steps), kind=kind)
        found[field.path] = field.text(one)
    return found


def _leaves(known: Mapping[tuple[str, Steps], Field], part: str, value: Any, steps: Steps) -> Iterator[
        tuple[Steps, Any]]:
    if isinstance(value, dict) and value and (not steps or (part, steps) not in known) and len(steps) < 20:
        for key, one in value.items():
            yield from _leaves(known, part, one, (*steps, str(key)))
    elif steps or part == DATA:
        yield steps, value


def _kind(value: Any) -> str:
    return (BOOLEAN if isinstance(value, bool) else NUMBER if isinstance(value, int | float) else
            TEXT if isinstance(value, str) or value is None else JSON)


def _quoted(text: str) -> str:
    if text.startswith('"'):
        try:
            found = json.loads(text)
        except ValueError:
            return text
        return found if isinstance(found, str) else text
    return text


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
