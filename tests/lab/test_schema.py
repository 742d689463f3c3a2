"""The rules of a scenario's schema hold for the same data as in the library of reference."""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from phantom_lab import InputError, Scenario
from phantom_lab.scenarios.schema import RULES, misfits
from phantom_lab.scenarios.yaml_text import read_document
from tests.conftest import SAMPLES

SCHEMA = json.loads(files("phantom_lab.scenarios").joinpath("scenario_schema.json").read_text(encoding="utf-8"))
KEYS = ["container", "outcomes", "scope", "delay", "results", "status", "user", "name", "x.y", "a[0]", "variants",
        "calls", "set", "url", "http", "timed_out", "choice", "headers", "json", "expect", "artifacts", "assets"]
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 1.5, float("inf"), 10**400, 99, 200, 600, "", "new", "failed", "\ud800", [], {},
    [1], ["a"], [{}], {"name": "x"}, {"name": 3}, {"path": "p"}, {"status": "ok"}, {"v": None, "w": 5},
    {"x.y": {"scope": "x"}}, [{"action": "a", "calls": []}], [{"action": "a", "results": [{}, {"z": 1}]}]]


@cache
def scenarios() -> list[Any]:
    """The sample scenarios."""
    return [read_document(file).data for file in sorted((SAMPLES / "scenarios").glob("*.yaml"))]


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything in some data, itself as well."""
    yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*place, key))


def changed(number: int) -> Any:
    """A sample scenario with some values added or replaced."""
    chance = random.Random(number)
    holder = [copy.deepcopy(chance.choice(scenarios()))]
    for _ in range(chance.choice([1, 1, 2, 3])):
        into, inside, key = holder, holder[0], 0
        for step in chance.choice(list(places(holder[0]))):
            into, inside, key = inside, inside[step], step
        value = copy.deepcopy(chance.choice(VALUES))
        if isinstance(inside, dict) and chance.random() < 0.6:
            inside[chance.choice(KEYS)] = value
        elif isinstance(inside, list) and chance.random() < 0.4:
            inside.append(value)
        else:
            into[key] = value
    return holder[0]


def test_every_rule_of_the_schema_is_followed():
    """A rule that the check does not know would let everything through."""
    about = {"$schema", "$defs", "title", "description"}
    names = {"properties", "$defs"}  # what stands in them has names, which are no rules
    rules = {key for place in places(SCHEMA) for n, key in enumerate(place)
             if isinstance(key, str) and place[n - 1:n] != ("enum",) and (n == 0 or place[n - 1] not in names)}
    assert rules - about == RULES


def test_it_holds_for_the_same_data_as_in_the_library_of_reference(monkeypatch: pytest.MonkeyPatch):
    """Same places and rules, over sample scenarios that were changed at random."""
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", None)  # a grammar that no rule here needs, and which takes long
    jsonschema = pytest.importorskip("jsonschema")
    reference = jsonschema.Draft202012Validator(SCHEMA)
    wrong = 0
    for number in range(400):
        data = changed(number)
        found = {(one.place, one.rule) for one in misfits(data, SCHEMA, SCHEMA)}
        expected = {(tuple(one.absolute_path), one.validator) for one in reference.iter_errors(data)}
        assert found == expected, data
        wrong += bool(found)
    assert 100 < wrong < 300


def test_results_inside_of_results_come_to_an_end():
    """An answer may hold answers: however many there are, it is one error, wherever it is met."""
    answer: dict[str, Any] = {}
    for _ in range(sys.getrecursionlimit() // 3):
        answer = {"results": [answer]}
    with pytest.raises(InputError):
        Scenario.from_json({"outcomes": [{"action": "look up", **answer}]})
