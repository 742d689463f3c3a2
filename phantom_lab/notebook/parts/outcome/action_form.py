"""The form for what an action came back with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from phantom_lab.errors import InputError, cut
from phantom_lab.lab.giving import generator, last_answer, made_up
from phantom_lab.notebook.look import Look
from phantom_lab.outcomes import ActionCall, failure, outcome_of
from phantom_lab.outcomes.answer_form import (
    DATA,
    PARTS,
    Field,
    Wrong,
    answer_of,
    filled,
    form_fields,
    own_field,
    placed,
)
from phantom_lab.outcomes.contract import STRICT
from phantom_lab.reading.demand import demand_of
from phantom_lab.terminal import visible

ROWS = 20
"""Of a form; more are given as JSON."""
OPEN = 12
"""Declared fields that stand open where nothing is read."""
LONGEST = 500_000
"""Characters of JSON."""
_SAID = 600
"""Characters of what is said of a form."""


class ActionForm:
    """Fields, what is filled into them, and what is wrong with what was typed.

    Args:
        look: what the panel looks at.
        call: what is asked.
    """

    def __init__(self, look: Look, call: ActionCall) -> None:
        self._look, self._call = look, call
        makes = generator(look.stepper)
        playbook = next((run.playbook for run in look.stepper.run.tree.runs.values()
                         if run.playbook.file == call.playbook), look.stepper.run.playbook)
        self._declaration = makes.declaration(call) or makes.apps.same_named(call.action)
        self._fields = form_fields(self._declaration, demand_of(playbook).reads.get(call.name, ()))
        self._near = look.stepper.run.tree.outside.providers.near(call)
        self._last = last_answer(look.stepper)
        self._rows: list[dict[str, str]] = [{}] if any(one.part == DATA for one in self._fields) else []
        self._summary: dict[str, str] = {}
        self._message = ""
        self._from = ""
        """Where what is filled in is from."""
        self._version = 0
        """Another one: the browser fills its inputs anew."""
        self._json: Any = None
        """Data that no form shows, as they are too many."""
        self._wrong: list[Wrong] = []
        self._objection = False
        """Whether what is wrong is the contract's, which may be passed over."""

    def take(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer that is to be given; None: something else was done with the form."""
        kind = message.get("type")
        if kind == "give":
            return self.answer(message)
        if kind == "fail":
            return failure(str(message.get("message") or "").strip() or f"{self._call.action} failed")
        self._keep(message)
        if kind == "make_up":
            self._fill(made_up(self._look.stepper), "made up: look at it before you give it")
        elif kind == "last":
            if self._last is None:
                raise InputError(f"{self._call.action} has not come back with anything yet, in this run or in this lab")
            self._fill(self._last.answer, f"the last result {self._last.told}")
        elif kind == "json":
            self._fill(_read(str(message.get("text") or "")), "filled in from JSON")
        elif kind == "field":
            own = own_field(str(message.get("of")), str(message.get("path") or ""), str(message.get("kind")))
            if any((one.part, one.steps) == (own.part, own.steps) for one in self._fields):
                raise InputError(f"there is a field {own.path!r} already")
            self._fields.append(own)
            if own.part == DATA and not self._rows:
                self._rows = [{}]
            self._version += 1
        else:
            raise InputError(f"the form takes no {kind!r}")
        return None

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer that was typed in; None where something is wrong with it, which the form then shows."""
        self._keep(message)
        answer, self._wrong = answer_of(self._fields, self._rows, self._summary, message=self._message)
        if self._json is not None:
            answer["data"] = self._json
        self._objection = False
        if self._wrong:
            return None
        providers = self._look.stepper.run.tree.outside.providers
        found = outcome_of(answer, self._call, where="the given result", source="given by hand", by="hand")
        declared, breaches = providers.breaches(self._call, found)
        if declared is not None and breaches and not (message.get("anyway") and providers.contract != STRICT):
            self._wrong, self._objection = placed(breaches, self._fields), True
            return None
        return answer

    def view(self) -> dict[str, Any]:
        """Fields by part, what is filled in, and what is wrong with it."""
        reading = any(one.read for one in self._fields)
        fields = {part: [self._field(one, number, reading) for number, one in enumerate(
            one for one in self._fields if one.part == part)] for part in PARTS}
        strict = self._look.stepper.run.tree.outside.providers.contract == STRICT
        return {"fields": fields, "rows": self._rows, "summary": self._summary, "message": self._message,
                "version": self._version, "near": visible(cut(self._near, _SAID)),
                "from": visible(cut(self._from, _SAID)),
                "declared": visible(self._declaration.source) if self._declaration else "",
                "whole": None if self._json is None else f"{len(self._json):,} data items",
                "last": visible(cut(self._last.told, _SAID)) if self._last else "", "most": ROWS,
                "wrong": [{name: visible(one) if isinstance(one, str) else one for name, one in asdict(each).items()}
                          for each in self._wrong],
                "objection": self._objection, "may_pass": self._objection and not strict}

    def _field(self, one: Field, number: int, reading: bool) -> dict[str, Any]:
        opened = bool(one.read) or not one.declared or (not reading and number < OPEN) or any(
            one.path in row for row in (self._rows if one.part == DATA else [self._summary]))
        told = [f"read by {one.read}"] if one.read else []
        told += [f"tested: {', '.join(one.tests)}"] if one.tests else []
        return {"path": visible(one.path), "kind": one.kind, "open": opened, "told": visible("; ".join(told)),
                "example": visible(", ".join(one.examples))[:200]}

    def _keep(self, message: Mapping[str, Any]) -> None:
        """What is typed in."""
        rows, summary = message.get("rows"), message.get("summary")
        self._wrong, self._objection = [], False
        if isinstance(rows, list) and self._json is None:
            self._rows = [_texts(one) for one in rows[:ROWS]]
        if isinstance(summary, dict):
            self._summary = _texts(summary)
        self._message = str(message.get("message") or "")

    def _fill(self, answer: Mapping[str, Any], told: str) -> None:
        self._fields, self._rows, self._summary = filled(self._fields, answer)
        self._json = answer.get("data") if len(self._rows) > ROWS else None
        if self._json is not None:
            self._rows = []
        self._message, self._from = str(answer.get("message") or ""), told
        self._version += 1


def _read(text: str) -> dict[str, Any]:
    """An answer as JSON: a list is the data, an object one of `phantom_lab.success`, or one data item."""
    if len(text) > LONGEST:
        raise InputError(f"the JSON is longer than {LONGEST:,} characters")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as exc:
        at = f": {exc.msg} (line {exc.lineno}, column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
        raise InputError(f"this is not JSON{at}") from None
    if isinstance(given, dict) and given.keys() & {"data", "summary", "status", "message"}:
        answer = {"data": [], "summary": {}, **given}
    else:
        answer = {"data": given if isinstance(given, list) else [given], "summary": {}}
    if not isinstance(answer["data"], list | dict) or not isinstance(answer["summary"], dict):
        raise InputError("`data` is a list of objects, and `summary` an object")
    return answer


def _texts(given: Any) -> dict[str, str]:
    return {str(path): str(text) for path, text in given.items()} if isinstance(given, dict) else {}

