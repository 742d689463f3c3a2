"""Inside a block: the lines that one invocation executed, with the values on them, by execution again."""

from __future__ import annotations

import json
import sys

import pytest

from phantom_lab import Lab, Playbook, inside
from phantom_lab.apps import MaxMind
from phantom_lab.cli.main import main
from phantom_lab.errors import InputError
from phantom_lab.why.peek import shown
from tests.situations import finished, situations

SITUATIONS = situations()
CONTAINER = {"name": "one", "artifacts": [{"cef": {"sourceAddress": "203.0.113.7"}}]}
SOURCE = '''import phantom.rules as phantom


class Hostile:
    def __repr__(self):
        raise ValueError("repr")

    __str__ = __eq__ = __hash__ = __len__ = __getattribute__ = __repr__


def on_start(container):
    found = []
    for number in range(100):
        if number % 2:
            continue
        found.append(number)
    total = twice(len(found))
    bad = Hostile()
    while True:
        total -= 40
        if total < 0:
            break
    for outer in range(2):
        for inner in range(2):
            last = (outer,
                    inner)
    try:
        {}["missing"]
    except KeyError as exc:
        found = None
    second(container=container)
    return total


def twice(value):
    return value * 2


def second(container=None, **kwargs):
    raise RuntimeError("boom")
'''

LONG = '''def on_start(container):
    n = 0
    while n < 12_000:
        n += 1
    later(container)


def later(container):
    later = 1
'''


def run_of(source: str, **choices):
    return Lab(CONTAINER).run(Playbook.from_source(source, name="told"), **choices)


def test_the_lines_tell_what_was_set_tested_returned_and_raised():
    """Of the block itself and of its helpers, not of a block that it calls."""
    run = run_of(SOURCE)
    found = run.inside("on_start", rounds=2)
    told = [(one.text, one.round, one.values, one.test) for one in found.lines]
    assert ("for number in range(100):", (2,), {"number": "1"}, True) in told
    assert ("if number % 2:", (1,), {"number": "0"}, False) in told
    assert ("found.append(number)", (99,), {"found": shown([*range(0, 100, 2)])}, None) in told
    assert ("last = (outer, inner)", (2, 1), {"last": "[1, 0]"}, None) in told
    assert [(one.at, one.what, one.count, one.first) for one in found.left_out] == [(7, "rounds", 96, 3)]
    helper = next(one for one in found.lines if one.function == "twice")
    assert (helper.depth, helper.values, helper.returned) == (1, {"value": "50"}, "100")
    assert next(one.values for one in found.lines if one.text.startswith("bad =")) == {"bad": "<Hostile>"}
    assert [one.values["total"] for one in found.lines if one.text == "total -= 40"] == ["60", "20", "-20"]
    assert [one.raised for one in found.lines if one.raised] == ['KeyError: "missing"', 'RuntimeError: "boom"']
    assert not [one for one in found.lines if one.line > SOURCE[:SOURCE.index("def second")].count("\n")]
    assert (found.end, found.divergence, found.fault) == ("raised", None, "")
    second = run.inside(2)
    assert [(one.text, one.raised) for one in second.lines] == [('raise RuntimeError("boom")', 'RuntimeError: "boom"')]


@pytest.mark.parametrize("name", SITUATIONS)
def test_watching_changes_nothing_of_any_sample(name: str):
    """Every invocation is as recorded, and what it returned or raised is what the lines end with."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    run, before = finished(name), sys.gettrace()
    for n, one in [*run.journal.index.invocations.items()][:6]:
        found = inside(run, n)
        assert (found.divergence, found.fault) == (None, "")
        last = [line for line in found.lines if not line.depth][-1]
        assert (last.raised is not None) == (one.failure is not None)
        assert last.returned is not None or last.raised is not None
    assert sys.gettrace() is before


def test_a_long_loop_is_told_from_both_ends_and_a_run_at_rest_up_to_where_it_is():
    """The last rounds have their values, too, however many there were."""
    stepper = Lab(CONTAINER).step(Playbook.from_source(LONG, name="long"), journal=None)
    assert stepper.inside(1).lines == ()
    stepper.step()
    found = stepper.inside(1)
    values = [one.values["n"] for one in found.lines if one.text == "n += 1"]
    assert values == ["1", "2", "3", "11998", "11999", "12000"]
    assert (found.lines[-1].text, found.lines[-1].returned, found.end) == ("later(container)", None, "open")
    assert inside(stepper, 2).lines == ()


def test_the_lines_are_a_table():
    """What is left out is said with it."""
    pytest.importorskip("pandas")
    from phantom_lab import frames
    table = frames.inside(run_of(SOURCE), "on_start", lines=5)
    assert table["line"].tolist()[:2] == [12, 13]
    assert len(table) == 5
    assert table.attrs["left_out"][-1]["what"] == "lines"


def test_the_command_tells_the_same_and_json_has_an_end(tmp_path, capsys):
    """By number or by the name of the block; a name that is wrong, or stands for several, is told in one line."""
    file = tmp_path / "run.jsonl"
    run = run_of(SOURCE, journal=file)
    assert main(["inside", str(file), "2"]) == 0
    assert capsys.readouterr().out.strip() == str(run.inside("second"))
    assert main(["inside", str(file), "on_start", "--json"]) == 0
    told = capsys.readouterr().out
    assert len(told) < 4_200
    assert json.loads(told)["left_out"]["lines"] > 0
    assert main(["inside", str(file), "secnd"]) == 2
    assert "second" in capsys.readouterr().err
    twice = run_of("def on_start(container):\n    a(container)\n    a(container)\n\n\ndef a(container):\n    pass\n")
    with pytest.raises(InputError, match="2 times: 2, 3"):
        twice.inside("a")


GOING_ROUND = '''import threading
import phantom.rules as phantom


def on_start(container):
    odd = [(n, inner) for n in range(600) for inner in "ab" if n % 2]
    both = {n: [one for one in (n,)] for n in (1, 2)}
    total = sum(n for n in (7,))
    class Body:
        pass
    [*counted()]
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    other(container)
    return max([one for one in (3, 1)])


def counted():
    yield 1


def elsewhere():
    return [one for one in range(50)]


def other(container):
    return [one for one in range(50)]
'''


def test_the_rounds_of_comprehensions_are_told_and_what_is_not_followed():
    """Their first and last rounds, of the innermost `for`; what has no lines here is named."""
    found = run_of(GOING_ROUND).inside("on_start", rounds=2)
    told = {one.text: (one.rounds, one.kept) for line in found.lines for one in line.comprehensions}
    assert told == {
        "[(n, inner) for n in range(600) for inner in 'ab' if n % 2]": (1_200, {
            1: {"n": "0", "inner": '"a"'}, 2: {"n": "0", "inner": '"b"'},
            1_199: {"n": "599", "inner": '"a"'}, 1_200: {"n": "599", "inner": '"b"'}}),
        "{n: [one for one in (n,)] for n in (1, 2)}": (2, {1: {"n": "1"}, 2: {"n": "2"}}),
        "[one for one in (n,)]": (2, {1: {"one": "1"}, 2: {"one": "2"}}),
        "(n for n in (7,))": (1, {1: {"n": "7"}}), "[one for one in (3, 1)]": (2, {1: {"one": "3"}, 2: {"one": "1"}})}
    assert [(one.what, one.name, one.times, one.invocation) for one in found.not_followed] == [
        ("block", "other", 1, 2), ("class", "Body", 1, 0), ("generator", "counted", 1, 0), ("thread", "", 1, 0)]
    assert (found.divergence, found.fault) == (None, "")
    assert "not followed: block other (invocation 2), class Body, generator counted, thread" in str(found)
    assert "1,200 rounds: 1: n = 0, inner = \"a\"; 2: n = 0, inner = \"b\"; … 1,196 of 1,200 left out; " in str(found)
    assert found.to_json()["lines"][0]["comprehensions"][0]["rounds"] == 1_200
