"""Where each command leads, from every rest position, compared with a slow reference over a headless run."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from phantom_lab import Lab, Playbook, PlaybookRun, Stepper, success
from phantom_lab.control import Breakpoints
from phantom_lab.history import Event, InvocationStarted, OutcomeGiven, OutcomeMissing
from tests.conftest import SAMPLES
from tests.patience import LONG

ACT = "phantom.act('look', parameters=[{}], name='%s', assets=['x'], callback=%s)"
END = "def on_finish(container, summary): last(container)\ndef last(container): pass\n"
SOURCES = {
    "nested": f"""
def on_start(container):
    a(container)
    b(container)
def a(container):
    c(container)
    d(container)
def b(container): pass
def c(container):
    d(container)
    d(container)
def d(container): pass
{END}""",
    "recursive": """
def on_start(container):
    t(container, 3)
    b(container)
def t(container, n):
    for _ in range(n):
        t(container, n - 1)
def b(container): t(container, 1)
""",
    "two actions": f"""
def on_start(container):
    a(container)
    b(container)
def a(container):
    {ACT % ("one", "cb1")}
    c(container)
def b(container):
    {ACT % ("two", "cb2")}
def c(container): pass
def cb1(container=None, **kwargs):
    c(container)
    join(container)
def cb2(container=None, **kwargs): join(container)
def join(container):
    if phantom.completed(action_names=['one', 'two']):
        c(container)
{END}""",
    "chained": f"""
def on_start(container): first(container)
def first(container):
    {ACT % ("one", "cb1")}
    {ACT % ("quiet", "None")}
def cb1(container=None, **kwargs):
    second(container)
    first_done(container)
def first_done(container): pass
def second(container): {ACT % ("two", "cb2")}
def cb2(container=None, **kwargs): third(container, 2)
def third(container, n):
    if n:
        third(container, n - 1)
    else:
        {ACT % ("three", "lambda container: last(container)")}
{END}""",
    "raising": f"""
def on_start(container):
    try:
        a(container)
    except ValueError:
        b(container)
    {ACT % ("one", "cb1")}
    {ACT % ("two", "cb2")}
    a(container)
    b(container)
def a(container): deep(container)
def deep(container):
    b(container)
    raise ValueError("no")
def b(container): pass
def cb1(container=None, **kwargs):
    try:
        deep(container)
    finally:
        b(container)
def cb2(container=None, **kwargs): b(container)
{END}""",
    "methods and closures": f"""
class Way:
    def go(self, container=None, **kwargs):
        b(container)
        c(container)
def on_start(container):
    {ACT % ("one", "Way().go")}
    def inner(n):
        if n:
            inner(n - 1)
        b(container)
    inner(1)
    {ACT % ("two", "lambda success: inner(0)")}
    for one in steps(container):
        c(container)
def steps(start):
    b(start)
    yield 1
def b(container): c(container)
def c(container): pass
{END}""",
}
COMMANDS = ("step", "step_over", "step_out", "resume")


def fresh(*, answers: bool = True) -> Lab:
    """A lab that is like every other one made here."""
    made = Lab(SAMPLES / "containers" / "test_incident.json", start=datetime(2026, 1, 1, tzinfo=UTC), maxmind=False)
    if answers:
        made.action("look")(lambda parameter: [{"n": 1}])
    return made


@pytest.fixture(scope="module", params=SOURCES)
def sample(request: pytest.FixtureRequest) -> Playbook:
    """Each of the playbooks, loaded once."""
    return Playbook.from_source(f"import phantom.rules as phantom\n{SOURCES[request.param]}", name="sample")


@pytest.fixture(scope="module")
def headless(sample: Playbook) -> PlaybookRun:
    """The playbook run to its end without a stepper."""
    return fresh().run(sample)


def invocations(run: PlaybookRun) -> list[InvocationStarted]:
    """The invocations, in order."""
    return [event for event in run.journal.events if isinstance(event, InvocationStarted)]


def within(order: list[InvocationStarted], one: InvocationStarted, other: int | None) -> bool:
    """Whether an invocation was made while another one (None: the engine) executed, by the chain of callers."""
    while one.caller is not None:
        if one.caller == other:
            return True
        one = next(up for up in order if up.n == one.caller)
    return False


def leads_to(order: list[InvocationStarted], place: int, command: str, stops: frozenset[str] = frozenset(),
             ignored: frozenset[str] = frozenset()) -> int | None:
    """The place in the order that a command leads to; None is the end of the run."""
    here = order[place]
    for later in range(place + 1, len(order)):
        one = order[later]
        if one.block in stops:
            return later
        if command == "resume":
            continue
        arrived = command == "step" or one.cause.kind != "call" or (
            command == "step_over" and one.depth <= here.depth) or (
            command == "step_out" and here.caller is not None and not within(order, one, here.caller))
        if arrived and one.block not in ignored:
            return later
        command = "step" if arrived else command  # past an ignored block: to the next one, wherever it is
    return None


def go(stepper: Stepper, command: str) -> int | None:
    """Give a command, wait (not for ever), and say where the run rests."""
    stepper.request(command)
    position = stepper.wait(LONG)
    while position.state == "needs_outcome":
        stepper.answer(success([{"n": 1}]))
        position = stepper.wait(LONG)
    assert position.state in ("resting", "ended"), position
    return position.invocation.n - 1 if position.invocation else None


def start(lab: Lab, sample: Playbook, breakpoints: Breakpoints | None = None) -> Stepper:
    """A stepper at rest at ``on_start``."""
    stepper = Stepper(lab.prepare(sample), breakpoints)
    assert go(stepper, "step") == 0
    return stepper


def without_questions(run: PlaybookRun) -> list[Event]:
    """The events but for who said what an action came back with."""
    return [event for event in run.journal.events if not isinstance(event, OutcomeMissing | OutcomeGiven)]


@pytest.mark.parametrize("command", ["step", "step_over", "step_out"])
@pytest.mark.parametrize("answers", [True, False], ids=["stubs", "given by hand"])
def test_from_every_position_a_command_leads_where_the_design_says(command: str, answers: bool, sample: Playbook,
                                                                   headless: PlaybookRun):
    """Step: the next invocation. Over: the next at equal or smaller depth, or the engine's. Out: the first after the
    caller returned; from wherever that is, resume leads to the end. A question about an outcome on the way changes
    nothing of that."""
    order = invocations(headless)
    assert [one.n for one in order] == [*range(1, len(order) + 1)]
    assert len(order) > 8
    found, expected = [], []
    for place in range(len(order)):
        stepper = start(fresh(answers=answers), sample)
        for _ in range(place):
            go(stepper, "step")
        found.append(go(stepper, command))
        expected.append(leads_to(order, place, command))
        assert found[-1] is None or go(stepper, "resume") is None
        assert without_questions(stepper.run) == without_questions(headless)
    assert found == expected


@pytest.mark.parametrize("seed", range(6))
def test_mixed_commands_visit_a_part_of_the_headless_order_and_change_nothing(seed: int, sample: Playbook,
                                                                              headless: PlaybookRun):
    """Every path is the one that the reference says, and its journal equals the headless run's."""
    order, chance = invocations(headless), random.Random(seed)
    stepper = start(fresh(), sample)
    place: int | None = 0
    visited = [0]
    while place is not None:
        command = chance.choice(("step", "step", "step_over", "step_out"))
        expected = leads_to(order, place, command)
        place = go(stepper, command)
        assert place == expected, (command, visited)
        visited.append(place) if place is not None else None
    assert visited == sorted({*visited})
    assert stepper.run.journal.events == headless.journal.events
    assert stepper.run.summary() == headless.summary()


@pytest.mark.parametrize("seed", range(6))
def test_breakpoints_and_ignored_blocks_bend_the_path_and_nothing_else(seed: int, sample: Playbook,
                                                                       headless: PlaybookRun):
    """A breakpoint rests whatever the command and even at an ignored block; no command rests at an ignored one."""
    order, chance = invocations(headless), random.Random(seed)
    blocks = sorted({one.block for one in order[1:]})
    stops = frozenset(chance.sample(blocks, 2))
    ignored = frozenset(chance.sample(blocks, 2) if seed % 2 else ())
    breakpoints = Breakpoints(stops)
    breakpoints.ignored.update(ignored)
    stepper = start(fresh(), sample, breakpoints)
    place: int | None = 0
    while place is not None:
        command = chance.choice(COMMANDS)
        expected = leads_to(order, place, command, stops, ignored)
        place = go(stepper, command)
        assert place == expected, (command, stops, ignored)
    assert stepper.run.journal.events == headless.journal.events


def test_a_rest_position_tells_the_invocation_that_the_journal_ends_with(sample: Playbook, headless: PlaybookRun):
    """Rest is at entry: the latest event is the start of the invocation, and it is the headless run's."""
    stepper = start(fresh(), sample)
    for place, one in enumerate(invocations(headless)):
        assert stepper.position.invocation == one
        assert stepper.run.journal.events[-1] == one
        assert stepper.run.journal.events == headless.journal.events[:len(stepper.run.journal.events)]
        assert go(stepper, "step") == (place + 1 if place + 1 < len(invocations(headless)) else None)
