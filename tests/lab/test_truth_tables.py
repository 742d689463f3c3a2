"""Truth tables: every evaluation is journalled so that its table can be computed again without running anything."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, LabError, frames
from phantom_lab.history import Evaluated, read_journal
from phantom_lab.model import Options
from phantom_lab.rules.decisions import SHOWN
from phantom_lab.views import summarize
from phantom_lab.views.unmatched import conditions_of

COLUMNS = ["evaluation", "block", "line", "api", "name", "source", "row", "rows", "left", "left value", "operator",
           "right", "right value", "verdict", "row passed", "passed"]
BOOK = """
def on_start(container):
    phantom.decision(container=container, conditions=[["artifact:*.cef.n", ">", 2], ["artifact:*.cef.s", "==", "b"]],
                     logical_operator="and")
    phantom.condition(container=container, conditions=[["artifact:*.cef.n", "==", 3]], name="F:condition_1")
    other(container)

def other(container):
    phantom.condition(container=container, name="G:condition_1", logical_operator="or", conditions=[
        ["filtered-data:F:condition_1:artifact:*.cef.s", "!=", "b"], ["artifact:*.cef.n", "==", 1]])
    phantom.decision(container=container, conditions=[["new", "==", "new"], ["artifact:*.cef.n", "in", [2]],
                                                      ["container:status", "in", "custom_list:L"]])
"""
ARTIFACTS = [{"cef": {"n": n, "s": s}} for n, s in ((1, "a"), (2, "b"), (3, "b"), (3, "c"))]


@pytest.fixture
def lab() -> Lab:
    """A lab with four artifacts and a custom list."""
    return Lab({"container": {"id": 1}, "artifacts": ARTIFACTS}, lists={"L": [["open", "closed"]]})


def tuples(frame, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of a frame, row by row."""
    return [tuple(row) for row in frame[list(names)].values.tolist()]


def test_one_row_per_row_tested_and_comparison(lab: Lab, playbook):
    """With the values that were compared, each verdict, and whether the row passed."""
    frame = frames.truth_table(lab.run(playbook(BOOK)), at=1)
    assert list(frame.columns) == COLUMNS
    decision = frame[frame["api"] == "decision"]
    assert tuples(decision, "row", "left value", "verdict", "row passed") == [
        (1, 1, False, False), (1, "a", False, False), (2, 2, False, False), (2, "b", True, False),
        (3, 3, True, True), (3, "b", True, True), (4, 3, True, False), (4, "c", False, False)]
    assert set(tuples(decision, "evaluation", "block", "line", "name", "source", "rows", "passed")) == {
        (1, "on_start", 4, "", "artifact:*", 4, True)}
    assert tuples(decision, "left", "operator", "right", "right value")[:2] == [
        ("artifact:*.cef.n", ">", "2", 2), ("artifact:*.cef.s", "==", "'b'", "b")]


def test_the_newest_evaluation_unless_a_name_or_an_invocation_is_given(lab: Lab, playbook):
    """A name gives its newest evaluation, an invocation all of its own."""
    run = lab.run(playbook(BOOK))
    assert set(tuples(frames.truth_table(run), "evaluation", "api")) == {(4, "decision")}
    assert set(tuples(frames.truth_table(run, name="F:condition_1"), "evaluation", "name")) == {(2, "F:condition_1")}
    assert set(tuples(frames.truth_table(run, at=2), "evaluation", "block")) == {(3, "other"), (4, "other")}
    assert set(tuples(frames.truth_table(run, 2, "G:condition_1"), "evaluation")) == {(3,)}


def test_literals_lists_and_other_sources_have_their_rows(lab: Lab, playbook):
    """Each source has rows of its own; a literal is one row."""
    frame = frames.truth_table(lab.run(playbook(BOOK)))
    assert tuples(frame, "source", "row", "rows", "left", "left value", "right", "right value", "verdict") == [
        ("", 1, 1, "'new'", "new", "'new'", "new", True),
        *(("artifact:*", n, 4, "artifact:*.cef.n", value, "[2]", [2], value == 2)
          for n, value in enumerate((1, 2, 3, 3), 1)),
        ("container", 1, 1, "container:status", "new", "custom_list:L", ["open", "closed"], False)]


def test_a_comparison_says_nothing_of_an_artifact_that_its_path_does_not_read(lab: Lab, playbook):
    """Its verdict there is None; the others decide."""
    frame = frames.truth_table(lab.run(playbook(BOOK)), name="G:condition_1")
    assert tuples(frame, "row", "left value", "verdict", "row passed") == [
        (1, "a", None, True), (1, 1, True, True), (2, "b", None, False), (2, 2, False, False),
        (3, "b", False, False), (3, 3, False, False), (4, "c", True, True), (4, 3, False, True)]
    assert set(frame["source"]) == {"filtered-data:F:condition_1:artifact:* and artifact:*"}


def test_no_rows_are_said_to_be_none(lab: Lab, playbook):
    """One row of None, of 0."""
    source = ("def on_start(container):\n    phantom.decision(container=container, conditions=["
              "['nobody:action_result.data.*.x', '==', '']])\n")
    assert tuples(frames.truth_table(lab.run(playbook(source))), "row", "rows", "left value", "verdict") == [
        (1, 0, None, True)]


def test_a_table_is_computed_from_a_file_alone(lab: Lab, playbook, tmp_path: Path):
    """A journal that was read back gives the same tables; nothing of the playbook is executed."""
    run = lab.run(playbook(BOOK), journal=tmp_path / "run.jsonl")
    read = read_journal(tmp_path / "run.jsonl")
    for at in (1, 2):
        expected, found = (frames.truth_table(one, at=at) for one in (run, read))
        assert found.to_dict("records") == expected.to_dict("records")
    assert summarize(read) == run.summary()


def test_a_stepped_run_shows_what_was_evaluated_so_far(lab: Lab, playbook):
    """As for the other views, a run at rest is looked at like a finished one."""
    stepper = lab.step(playbook(BOOK))
    with pytest.raises(LabError, match="no condition was evaluated"):
        frames.truth_table(stepper)
    stepper.step()
    assert set(tuples(frames.truth_table(stepper), "evaluation")) == {(2,)}


@pytest.mark.parametrize(("arguments", "told"), [
    ({"name": "H"}, "under the name 'H'"), ({"at": 7}, "in invocation 7"),
    ({"at": 2, "name": "F:condition_1"}, "under the name 'F:condition_1' in invocation 2"),
])
def test_what_was_not_evaluated_is_a_clear_error(lab: Lab, playbook, arguments, told):
    """It names what there is."""
    with pytest.raises(LabError) as error:
        frames.truth_table(lab.run(playbook(BOOK)), **arguments)
    known = "Names: F:condition_1, G:condition_1; invocations: 1, 2."
    assert str(error.value) == f"no condition was evaluated {told}. {known}"


def test_a_condition_that_held_is_told_with_values_for_which_it_held(lab: Lab, playbook):
    """Those of the first row are told where it held for none."""
    run = lab.run(playbook(BOOK))
    told = [conditions_of(run.journal, one) for one in run.journal.index.of_kind(Evaluated)]
    assert told[:2] == [["artifact:*.cef.n (3) > 2", "artifact:*.cef.s ('b') == 'b'"], ["artifact:*.cef.n (3) == 3"]]
    none = lab.run(playbook(BOOK.replace('"artifact:*.cef.n", ">", 2', '"artifact:*.cef.n", ">", 9')))
    assert conditions_of(none.journal, none.journal.index.of_kind(Evaluated)[0])[0] == "artifact:*.cef.n (1) > 9"


def test_the_conditions_of_a_loop_are_evaluations_too(lab: Lab, playbook):
    """Each time that the loop asks."""
    source = """
def on_start(container):
    state = phantom.LoopState({"current_iteration": 1, "max_iterations": 3, "conditions": [["artifact:*.id", "==", 9]]})
    state.should_continue(container=container, results=[])
"""
    frame = frames.truth_table(lab.run(playbook(source)))
    assert set(tuples(frame, "api", "line", "verdict")) == {("LoopState", 5, False)}


def test_of_many_rows_the_first_are_kept_and_all_are_counted(playbook):
    """The journal stays small; a comparison with values that were left out may be undecided."""
    many = SHOWN + 10
    lab = Lab({"container": {"id": 1}}, lists={"L": [[n] for n in range(many)]})
    source = """
def on_start(container):
    for right in ("playbook_input:y", "custom_list:L"):
        for operator in ("in", "not in"):
            phantom.condition(container=container, conditions=[["playbook_input:x", operator, right]],
                              name=f"{operator} {right}")
    phantom.condition(container=container, conditions=[["playbook_input:x", ">=", 0]], name="all")
"""
    run = lab.run(playbook(source), inputs={"x": [f"{n}" for n in range(many)], "y": [f"{n}" for n in range(many)]})
    frame = frames.truth_table(run, name="all")
    assert (len(frame), set(frame["rows"]), set(frame["verdict"])) == (SHOWN, {many}, {True})
    last = lambda name: tuples(frames.truth_table(run, name=name), "verdict", "row passed")[-1]  # noqa: E731
    assert last("in custom_list:L") == (True, True)
    assert last("not in custom_list:L") == (False, False)
    far = lab.run(playbook(source), inputs={"x": [f"{many - 1}"], "y": [f"{n}" for n in range(many)]})
    assert tuples(frames.truth_table(far, name="in custom_list:L"), "verdict", "row passed", "passed") == [
        (None, None, True)]
    event = next(one for one in run.journal.events if isinstance(one, Evaluated))
    assert all(len(source["rows"]) <= SHOWN for source in run.journal.get(event.operands))


OPERATORS = ["==", "!=", ">", ">=", "<", "<=", "in", "not in"]
LEFTS = ["artifact:*.cef.n", "artifact:*.cef.s", "artifact:*.tags", "playbook_input:x", "playbook_input:y", "2", 2,
         "custom_list:L", "filtered-data:F:c:artifact:*.cef.n", "one:action_result.data.*.n",
         "code_1:custom_function:x", "one:action_result.parameter.n", "nobody:action_result.status",
         "filtered-data:F:c:one:action_result.data.*.n"]
RIGHTS = [*LEFTS, "", None, [], ["b", 2], "a,b", 3]


@pytest.mark.parametrize("seed", range(40))
def test_the_tables_of_any_condition_agree_with_what_it_gave(seed: int, playbook):
    """Computed again from the journal: a filter passes where each source (`and`) or one of them (`or`) has a row that
    passed, and a row passes where its verdicts say so."""
    rng = random.Random(seed)
    calls = []
    for number in range(12):
        conditions = [[rng.choice(LEFTS), rng.choice(OPERATORS), rng.choice(RIGHTS)]
                      for _ in range(rng.choice([1, 2, 3]))]
        logic, function = rng.choice(["and", "or"]), rng.choice(["condition", "decision"])
        calls.append(f"phantom.{function}(container=container, conditions={conditions!r}, logical_operator={logic!r}, "
                     f"name='n{number}', case_sensitive={rng.random() < 0.7}, delimiter={rng.choice([',', None])!r})")
    source = f"""
def on_start(container):
    phantom.save_run_data(key="code_1:x", value="[1, 2]")
    phantom.act("look", parameters=[{{"n": 1}}, {{"n": 2}}], name="one", assets=["a", "b"], callback=after)
def after(container=None, **kwargs):
    phantom.condition(container=container, name="F:c", logical_operator="or", conditions=[
        ["artifact:*.cef.n", ">", 1], ["one:action_result.data.*.n", "==", 2]])
    {'''
    '''.join(calls)}
"""
    lab = Lab({"container": {"id": 1}, "artifacts": [{**one, "tags": ["b"]} for one in ARTIFACTS]},
              lists={"L": [["b", 2], ["c", None]]})
    lab.action("look")(lambda parameter: [{"n": n} for n in range(parameter["n"] + 1)])
    inputs = {"x": [1, "b", None], "y": "2"}
    run = lab.run(playbook(source), inputs={one: inputs[one] for one in inputs if f"playbook_input:{one}" in source})
    assert run.status == "success", run.summary().message
    for number in range(12):
        frame = frames.truth_table(run, name=f"n{number}")
        event = [one for one in run.journal.events if isinstance(one, Evaluated) and one.name == f"n{number}"][-1]
        sources, rows = defaultdict(set), defaultdict(list)
        for source, of, row, verdict, passed in tuples(frame, "source", "rows", "row", "verdict", "row passed"):
            sources[source, of].add(passed)
            rows[source, of, row].append((verdict, passed))
        together = event.logical_operator == "and"
        assert (all if together else any)(True in passed for passed in sources.values()) is event.passed
        for found in rows.values():
            verdicts = [verdict for verdict, _ in found]
            joined = all(one is True for one in verdicts) if together else True in verdicts
            assert {passed for _, passed in found} == {joined}


def test_no_branch_that_matched_is_told_with_the_values(lab: Lab, playbook):
    """A block whose conditions were all false, and that did nothing after them."""
    source = """
def on_start(container):
    ended(container)
    went_on(container)
    matched(container)
    logged(container)
    raised(container)

def ended(container):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.n", "==", 9],
                                                               ["artifact:*.cef.s", "==", "z"]]):
        after(container)
    ids, found = phantom.condition(container=container, conditions=[["nobody:action_result.status", "==", "x"],
                                                                    [5, "in", "custom_list:L"]])
    if ids or found:
        after(container)

def went_on(container):
    if not phantom.decision(container=container, conditions=[["artifact:*.id", "==", 9]]):
        after(container)

def matched(container):
    phantom.decision(container=container, conditions=[["artifact:*.id", "==", 9]])
    phantom.decision(container=container, conditions=[["artifact:*.id", "==", 1]])

def logged(container):
    phantom.decision(container=container, conditions=[[["a", "b"], "==", "playbook_input:x"]])
    phantom.debug("no branch")

def raised(container):
    phantom.decision(container=container, conditions=[["artifact:*.id", "==", 9]])
    raise ValueError("x")

def after(container):
    pass
"""
    found = lab.run(playbook(source)).summary().unmatched
    assert [(one["block"], one["line"], one["conditions"]) for one in found] == [
        ("ended", 11, ["artifact:*.cef.n (1) == 9", "artifact:*.cef.s ('a') == 'z'",
                       "nobody:action_result.status (None) == 'x'", "5 in custom_list:L ('open', 'closed')"]),
        ("logged", 28, ["['a', 'b'] == playbook_input:x (None)"])]
    assert found[0]["invocation"] == 2


@pytest.mark.parametrize(("after", "unmatched"), [
    ("pass", True), ("phantom.debug('x')", True), ("phantom.error('x')", True), ("print('x')", True),
    ("phantom.set_severity(container, 'high')", False), ("phantom.collect2(container=container, datapath=[])", False),
    ("phantom.save_run_data(key='k', value='v')", False), ("b(container)", False),
    ("phantom.act('look', assets=['a'], name='n')", False), ("helper(container)", True),
])
def test_whatever_is_called_or_asked_for_afterwards_is_a_branch(lab: Lab, playbook, after: str, unmatched: bool):
    """Only a block that goes on with nothing has matched no branch."""
    lab.action("look")(lambda parameter: [])
    source = ("def on_start(container):\n"
              "    phantom.decision(container=container, conditions=[['artifact:*.id', '==', 9]])\n"
              f"    {after}\n\ndef b(container): pass\n\ndef helper(c): return c\n")
    assert bool(lab.run(playbook(source)).summary().unmatched) is unmatched


@pytest.mark.parametrize(("unmatched", "ending"), [
    ("end", ("success", "")),
    ("fail", ("failed", "no branch matched (on_start, line 4): artifact:*.cef.sourceAddress ('1.1.1.1') == 'no'"))])
def test_whether_a_run_fails_where_no_branch_matched_is_an_option(incident, playbook, unmatched: str, ending):
    """The vendor's pages disagree."""
    lab = Lab(incident, options=Options(unmatched=unmatched))
    summary = lab.run(playbook("""
def on_start(container):
    phantom.decision(container=container, conditions=[["artifact:*.cef.sourceAddress", "==", "no"]])
""")).summary()
    assert (summary.status, summary.message) == ending
