"""Values, texts, bodies and situations that are made up: each does what it is made for."""

from __future__ import annotations

import ast
import re

import pytest

from phantom_lab.datapath import OPERATORS, UNARY
from phantom_lab.datapath.compare import compare
from phantom_lab.datapath.satisfying import NEGATED, satisfying
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.bodies import as_xml, body_of
from phantom_lab.trials.matching import matching
from phantom_lab.trials.situation import situation_of
from tests.table import tabled

LITERALS = ["done", "", "a,b", "10.0.0.1", 0, 5, -3, 2.5, True, False, "7", "high, low"]


@tabled("literal", LITERALS, ids=repr)
@tabled("operator", sorted(OPERATORS))
def test_a_value_that_meets_a_comparison_does(operator: str, literal):
    """Held against the lab's own comparison; nothing is part of an empty text, and no text is ordered before one."""
    if literal == "" and operator in ("in", "<"):
        return
    value = satisfying(operator, literal, "sample")
    assert compare(value, operator, literal, delimiter=None)


@tabled("literal", ["done", "10.0.0.1", 5], ids=repr)
@tabled("operator", sorted(OPERATORS - UNARY))
def test_a_value_at_the_right_meets_it_as_well(operator: str, literal):
    """Of `literal operator value`."""
    value = satisfying(operator, literal, "sample", at_left=False)
    assert compare(literal, operator, value, left_collected=False, right_collected=True, delimiter=None)


def test_every_operator_has_its_opposite():
    """And the opposite of that is the operator."""
    assert NEGATED.keys() == OPERATORS
    assert all(NEGATED[NEGATED[one]] == one for one in OPERATORS)


@pytest.mark.parametrize("pattern", [
    "abc", "a.c", r"^\d{1,3}(\.\d{1,3}){3}$", "(red|green) light", "[a-f0-9]{32}", "[^a]x", "a+b*c?",
    r"<real>(.*)</real>",
    r"(?i)case (?P<number>\w+)", "x{2,}", r"\bword\b", r"[\d]+\s[\w-]+", r"a\.b", "(?:a|b)+c", r"\S+@\S+",
])
def test_a_pattern_finds_the_text_that_is_made_for_it(pattern: str):
    """Whatever patterns playbooks write."""
    text = matching(pattern)
    assert text is not None
    assert re.search(pattern, text)


@pytest.mark.parametrize("pattern", ["(", "[", "*", r"a(?=b)c", r"\1", "(?P<x",
                                     "(?:a|aa){50}(?!x)(?=b)"])
def test_what_is_no_pattern_or_finds_nothing_has_no_text(pattern: str):
    """Not an error either, and it comes to its end."""
    assert matching(pattern) is None


def test_the_body_of_an_answer_has_the_keys_that_the_code_takes():
    """A chain of keys leads to an object with the others; what code makes a number of is one."""
    code = """
for entry in answer.json()["report"]["entries"]:
    if int(entry["confidence"]) > 5:
        print(entry["src"])
"""
    body = body_of(tuple(ast.walk(ast.parse(code))))
    assert body == {"report": {"entries": {"confidence": 100, "src": "192.0.2.10"}}}
    assert as_xml(body) == ("<report><entries><confidence>100</confidence><src>192.0.2.10</src></entries></report>")
    assert body_of(tuple(ast.walk(ast.parse("x = 1")))) == {}


def test_a_situation_has_what_the_text_asks_for():
    """A field of each kind, an artifact for each value that is told apart, inputs, lists with what is looked for."""
    playbook = Playbook.from_source('''import phantom.rules as phantom
def on_start(container):
    phantom.collect2(container=container, datapath=["artifact:*.cef.requestURL", "artifact:login.cef.user"])
    if phantom.decision(container=container, conditions=[["artifact:*.cef.act", "==", "allow"]]):
        phantom.get_list("owners")
    if phantom.decision(container=container, conditions=[["artifact:*.cef.act", "==", "deny"]]):
        phantom.decision(container=container, conditions=[["artifact:*.cef.dst", "in", "custom_list:known"]])
    phantom.decision(container=container, conditions=[["playbook_input:level", ">", 3], ["container:label", "==", "x"]])
''', name="sample")
    found = situation_of(playbook)
    first, second = found["container"]["artifacts"]
    assert (first["cef"]["act"], second["cef"]["act"]) == ("allow", "deny")
    assert first["cef"]["requestURL"] == "https://www.example.com/sample"
    assert {one["label"] for one in (first, second)} == {"login"}
    assert found["container"]["label"] == "x"
    assert found["inputs"] == {"level": [4]}
    assert found["lists"].keys() == {"owners", "known"}
    assert second["cef"]["dst"] in found["lists"]["known"][0]


@pytest.mark.parametrize(("path", "asset", "made"), [
    ("action_result.data.*.custom_fields.x", "jira", False),
    ("action_result.data.*.custom_fields.x", "builtin_mc_connector", True),
    ("action_result.data.*.consolidated_findings.x", "builtin_mc_connector", True),
])
def test_what_results_of_the_connector_show_is_made_up_as_a_finding(path: str, asset: str, made: bool):
    """And nothing of another app's results is."""
    source = ("import phantom.rules as phantom\ndef on_start(container):\n"
              f"    phantom.act('get', parameters=[{{}}], assets=['{asset}'], name='get_1', callback=after)\n"
              "def after(container=None, results=None, **kwargs):\n"
              f"    phantom.decision(container=container, conditions=[['get_1:{path}', '==', 'found']])\n")
    finding = situation_of(Playbook.from_source(source, name="flow")).get("finding", {})
    kept = {**finding.get("custom_fields", {}), **finding.get("consolidated_findings", {})}
    assert kept == ({"x": "found"} if made else {})
