"""What is asked of a journal again and again is kept up to date, and is what a look through the whole journal gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, frames, success
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import (
    ActionCompleted,
    Event,
    InvocationStarted,
    Journal,
    Logged,
    OutcomeGiven,
    RunEnded,
    RunStarted,
    invocations,
)
from phantom_lab.history.beginning import Beginning
from phantom_lab.history.index import Index, Within
from phantom_lab.history.past import past
from phantom_lab.notebook.controller import Controller
from phantom_lab.views import receipt, sources, summarize
from phantom_lab.views.report import as_dict
from tests.situations import finished, situations

MANY = """
import phantom.rules as phantom
def on_start(container):
    for number in range({many}):
        block(container=container, success=True, results=[{{"action_results": [{{"data": [{{"n": number}}]}}]}}])
def block(container=None, success=None, results=None, **kwargs):
    phantom.debug("x")
    phantom.collect2(container=container, datapath=["artifact:*.id"])
"""


CHAIN = """
import phantom.rules as phantom
def on_start(container):
    phantom.set_action_limit(limit=1_000_000)
    block(container=container)
def block(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None, **kwargs):
    n = int(phantom.get_run_data(key="n") or 0)
    phantom.save_run_data(key="n", value=str(n + 1))
    phantom.debug("x")
    phantom.condition(container=container, conditions=[["artifact:*.cef.a", "==", 1]],
                      name=f"filter_{{n % 5}}:condition_1")
    if n < {many}:
        phantom.act("look", parameters=[{{"ip": str(n)}}], assets=["a"], name=f"look_{{n}}", callback=block)
"""


def chained(many: int) -> PlaybookRun:
    """A run of so many actions, one after the other."""
    lab = Lab({"name": "x", "artifacts": [{"cef": {"a": 1}}]})
    lab.action("look")(lambda parameter: success([{"n": parameter["ip"]}]))
    return lab.run(Playbook.from_source(CHAIN.format(many=many), name="chain"), journal=None)


def grown(journal: Journal) -> Iterator[tuple[Journal, list[Event]]]:
    """A journal as it grows, by a few events at a time, and the events so far; its reducers stay."""
    events, stamps = list(journal.events), list(journal.stamps)
    growing = Journal()
    growing._values = journal._values
    for place, (event, stamp) in enumerate(zip(events, stamps, strict=True), 1):
        growing._add(event, stamp)
        if place % 7 == 0 or place == len(events):
            yield growing, events[:place]


@pytest.mark.parametrize("name", ["enrich_indicators", "sandbox_poll", "contain_host_answered"])
def test_the_index_is_what_a_look_through_everything_gives(name: str) -> None:
    """At every moment of a run with children, loops and prompts."""
    for journal, events in grown(finished(name).journal):
        index, blocks = journal.index, invocations(events)
        assert index.invocations == blocks
        assert index.innermost == max((n for n, one in blocks.items() if one.ended is None), default=0)
        assert index.ends == {one.run: one for one in events if isinstance(one, RunEnded)}
        for kind in (RunStarted, ActionCompleted, InvocationStarted):
            assert index.of_kind(kind) == [one for one in events if isinstance(one, kind)]
            assert index.of_kind(kind, 20) == [one for one in events[:20] if isinstance(one, kind)]
        for n, one in blocks.items():
            assert events[index.start_of(n) or 0] is one.started
            assert list(index.within(n)) == [
                event for event in events if getattr(event, "invocation", None) == n
                or (isinstance(event, InvocationStarted) and event.caller == n)]


def test_views_of_a_growing_journal_are_those_of_a_whole_one() -> None:
    """The list of invocations and who gave results, asked for at every moment, end as when they are asked for once."""
    whole = finished("enrich_indicators").journal
    for journal, _ in grown(whole):
        listed, told = frames.invocations(journal), dict(sources(journal))
    assert listed.equals(frames.invocations(whole))
    assert told == sources(whole)
    assert told


@pytest.mark.parametrize("name", situations())
def test_a_summary_of_a_growing_journal_is_that_of_a_whole_one(name: str) -> None:
    """Every section, asked for at every moment, ends as when it is asked for once; and so it is in between."""
    whole = finished(name).journal
    for place, (journal, _) in enumerate(grown(whole)):
        told = as_dict(summarize(journal))
        if place % 20 == 0:
            assert told == as_dict(summarize(past(whole, journal.length)))
    assert told == as_dict(summarize(whole))


def test_the_beginning_of_a_list_is_a_sequence_that_does_not_grow() -> None:
    """With every way to read one."""
    items = list(range(5))
    first = Beginning(items, 3)
    items += [5, 6]
    assert (len(first), list(first), list(reversed(first))) == (3, [0, 1, 2], [2, 1, 0])
    assert (first[0], first[-1], first[1:], first[::-1], first[5:]) == (0, 2, [1, 2], [2, 1, 0], [])
    assert first == [0, 1, 2]
    assert first != [0, 1, 2, 3]
    assert (2 in first, 3 in first, first.index(2)) == (True, False, 2)
    for wrong in (3, -4):
        with pytest.raises(IndexError):
            first[wrong]


@pytest.mark.parametrize(("source", "tab"), [
    (MANY, "container"), (CHAIN, "results"), (CHAIN, "filtered_artifacts"), (CHAIN, "did")])
def test_a_step_looks_at_what_is_new(monkeypatch: pytest.MonkeyPatch, source: str, tab: str) -> None:
    """The panel's page included: at the 150th invocation at no more events and values than at the 30th."""
    seen: list[int] = []
    take, iterate, of_kind, get = Within.take, Beginning.__iter__, Index.of_kind, Journal.get

    def counted(index: Within, event: Event, position: int) -> None:
        seen.append(position)
        take(index, event, position)

    def gone_through(beginning: Beginning[Any]) -> Iterator[Any]:
        for one in iterate(beginning):
            seen.append(0)
            yield one

    def found(index: Index, *kinds: Any) -> list[Any]:
        every = of_kind(index, *kinds)
        seen.extend([0] * len(every))
        return every

    def decoded(journal: Journal, ref: str) -> Any:
        seen.append(0)
        return get(journal, ref)

    monkeypatch.setattr(Within, "take", counted)
    monkeypatch.setattr(Index, "of_kind", found)
    monkeypatch.setattr(Journal, "get", decoded)
    monkeypatch.setattr(Beginning, "__iter__", gone_through)
    lab = Lab({"name": "x", "artifacts": [{"cef": {"a": 1}}]})
    lab.action("look")(lambda parameter: success([{"n": 1}]))
    stepper = lab.step(Playbook.from_source(source.format(many=170), name="many"), journal=None)
    controller = Controller(stepper)
    controller.take({"part": "data", "type": "tab", "tab": tab})
    counts: list[int] = []
    for _ in range(160):
        seen.clear()
        stepper.step()
        controller.refresh()
        controller.fresh()
        counts.append(len(seen))
    stepper.stop()
    assert max(counts[140:]) <= max(counts[20:40])
    assert max(counts) < 150


def test_what_a_summary_is_not_asked_for_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """How a run ended, its log and its failures are told without a value; results are decoded once, and what is there
    already is not decoded again when the journal has grown."""
    run = chained(50)
    decoded: list[str] = []
    get = Journal.get
    monkeypatch.setattr(Journal, "get", lambda journal, ref: decoded.append(ref) or get(journal, ref))
    told = summarize(run.journal)
    assert (told.status, told.message, len(told.debug), told.failures, told.gaps) == ("success", "", 51, [], {})
    assert decoded == []
    assert len(told.action_runs) == 50
    assert sorted(decoded) == sorted(one.results for one in run.journal.index.of_kind(ActionCompleted))
    assert summarize(run.journal) is told
    run.journal.append(Logged(run.id, 1, "debug", "more"))
    decoded.clear()
    more = summarize(run.journal)
    assert (more.action_runs, len(more.debug), decoded) == (told.action_runs, 52, [])


def test_a_receipt_decodes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """What became of a change is told by the outcome's own fields."""
    run = chained(5)
    results = {one.results for kind in (OutcomeGiven, ActionCompleted) for one in run.journal.index.of_kind(kind)}
    decoded: list[str] = []
    get = Journal.get
    monkeypatch.setattr(Journal, "get", lambda journal, ref: decoded.append(ref) or get(journal, ref))
    assert [one["status"] for one in receipt(run.journal)] == ["carried out"] * 5
    assert decoded
    assert results.isdisjoint(decoded)


def test_a_summary_is_of_its_moment() -> None:
    """What is asked for later, when the run has gone on, is what it would have told then."""
    lab = Lab({"name": "x", "artifacts": [{"cef": {"a": 1}}]})
    lab.action("look")(lambda parameter: success([{"n": 1}]))
    stepper = lab.step(Playbook.from_source(CHAIN.format(many=4), name="chain"), journal=None)
    stepper.step()
    stepper.step()
    told, at_once = summarize(stepper.run.journal), as_dict(summarize(past(stepper.run.journal, 0)))
    length = stepper.run.journal.length
    stepper.resume()
    assert stepper.run.status == "success"
    assert (told.status, at_once["status"]) == ("running", "running")
    assert as_dict(told) == as_dict(summarize(past(stepper.run.journal, length)))
    assert 0 < len(told.invocations) < len(stepper.run.summary().invocations)
