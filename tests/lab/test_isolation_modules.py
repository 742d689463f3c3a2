"""The modules that a playbook tells the time with and draws lots from: its run's own, and otherwise the real ones."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import random
import secrets
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC

import pytest

from phantom_lab import Lab
from tests.patience import in_time
from tests.table import tabled

START = datetime.datetime(2026, 1, 1, tzinfo=UTC)
IMPORTS = "import copy, datetime, json, pickle, random, secrets, time, uuid\n"
REAL = {"copy": copy, "datetime": datetime, "json": json, "pickle": pickle, "random": random, "secrets": secrets,
        "time": time, "uuid": uuid}


@pytest.fixture
def value(lab: Lab, playbook) -> Callable[..., str]:
    """What an expression is, as text, in a playbook's code."""

    def evaluate(expression: str, imports: str = IMPORTS) -> str:
        body = f"{imports}\ndef on_start(container):\n    phantom.debug(repr(({expression})))\n"
        run = lab.run(playbook(body))
        assert run.status == "success", run.summary().message
        return run.summary().debug[0]

    return evaluate


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine's time zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


D = "datetime.datetime"
SAME = [
    f"{D}(2024, 2, 29, 1, 2, 3, 4)", f"{D}(2024, 2, 29, fold=1).fold", f"str({D}(2024, 2, 29))", f"{D}.min",
    f"{D}.max - {D}.min", f"{D}.resolution", f"{D}.strptime('2024-02-29 10', '%Y-%m-%d %H')",
    f"{D}.fromisoformat('2024-02-29T10:00:00+02:00')", f"{D}.fromtimestamp(0, datetime.timezone.utc)",
    f"{D}.fromtimestamp(1.5)", f"{D}.combine(datetime.date(2024, 1, 1), datetime.time(1))", f"{D}.fromordinal(5)",
    f"{D}(2024, 1, 1) + datetime.timedelta(days=1)", f"{D}(2024, 1, 2) - {D}(2024, 1, 1)",
    f"{D}(2024, 1, 1) < {D}(2024, 1, 2)", f"{D}(2024, 1, 1, tzinfo=datetime.timezone.utc).astimezone()",
    f"{D}(2024, 1, 1).replace(year=2025)", f"{D}(2024, 1, 1).date()", f"{D}(2024, 1, 1).strftime('%c')",
    f"pickle.loads(pickle.dumps({D}(2024, 1, 1)))", f"copy.deepcopy({D}(2024, 1, 1))",
    f"pickle.dumps({D}(2024, 1, 1))", f"json.dumps({D}(2024, 1, 1), default=str)", f"hash({D}(1, 1, 1)) == 0",
    f"type({D}.now()).__name__", f"type({D}.now()).__module__", f"type({D}.now()) == {D}", f"{D}", f"{D}.__name__",
    f"{{{D}: 1}}[type({D}.now())]", f"isinstance({D}.now(), {D})", f"isinstance({D}.now(), datetime.date)",
    f"isinstance(datetime.date.today(), {D})", f"issubclass({D}, datetime.date)", f"isinstance(1, {D})",
    f"issubclass(int, {D})", f"list(map({D}.isoformat, [{D}(2024, 1, 1)]))", f"{D}.__doc__",
    f"type('Mine', ({D},), {{}})(2024, 1, 1)", f"type(type('Mine', ({D},), {{}}).now()).__name__",
    f"isinstance({D}.now(), type('Mine', ({D},), {{}}))", f"{D}.now().tzinfo", f"{D}.utcnow().tzinfo",
    f"{D}.now(tz=datetime.timezone.utc).tzinfo", "datetime.date(2024, 2, 29)", "repr(datetime.date.min)",
    "datetime.date.fromisoformat('2024-02-29')", "pickle.loads(pickle.dumps(datetime.date(2024, 1, 1)))",
    "type(datetime.date.today()).__name__", "datetime.date(2024, 1, 1) == datetime.date(2024, 1, 1)",
    "sorted(vars(datetime)) == sorted(datetime.__dict__)", "datetime.MAXYEAR", "datetime.timezone.utc",
    "time.gmtime(0)", "time.ctime(0) == time.ctime(0.0)", "time.strftime('%Y', time.gmtime(0))", "time.timezone",
    "time.asctime(time.gmtime(0))", "time.strptime('2024', '%Y')", "type(time.time()), type(time.time_ns())",
    "random.Random(5).random()", "random.Random.__name__", "type(random.SystemRandom().random())",
    "(random.seed(5), random.random(), random.choice('abc'), random.sample(range(9), 3))[1:]",
    "uuid.uuid5(uuid.NAMESPACE_DNS, 'a')", "uuid.uuid4().version, uuid.uuid1().version, uuid.UUID(int=1)",
    "uuid.uuid4().variant, uuid.uuid1().variant", "uuid.uuid1(5, 6).node, uuid.uuid1(5, 6).clock_seq",
    "datetime.__name__, time.__name__, random.__name__, uuid.__name__, datetime.__doc__ is not None",
]


@pytest.mark.parametrize("expression", SAME)
def test_everything_but_the_present_is_as_in_the_real_modules(expression: str, value):
    """Values, types, texts and pickles do not tell that the modules are a run's own."""
    assert value(expression) == repr(eval(expression, dict(REAL)))


@pytest.mark.parametrize("name", ["datetime", "time", "random", "secrets", "uuid"])
def test_the_modules_have_every_name_of_the_real_ones(name: str, value):
    """A name that is missing here would be a gap that nobody asked for."""
    assert value(f"sorted(vars({name}))") == repr(sorted(vars(REAL[name])))


@pytest.mark.parametrize(("expression", "error"), [
    ("time.sleep(-1)", ValueError), ("time.sleep(float('nan'))", ValueError), ("time.sleep('1')", TypeError),
    ("time.sleep()", TypeError), ("datetime.datetime.now(5)", TypeError),
    ("datetime.datetime(2024, 13, 1)", ValueError),
    ("time.gmtime('x')", TypeError), ("time.strftime()", TypeError), ("datetime.datetime(1)", TypeError),
])
def test_wrong_arguments_raise_as_in_the_real_modules(expression: str, error: type[Exception], value):
    """A mistake in a playbook shows itself here as well."""
    with pytest.raises(error):
        eval(expression, dict(REAL))
    guarded = f"(lambda: [{expression}])"
    body = (f"{IMPORTS}\ndef kind(call):\n    try: call()\n    except Exception as exc: return type(exc).__name__\n")
    assert value(f"kind({guarded})", body) == repr(error.__name__)


@pytest.mark.parametrize(("imports", "expression"), [
    ("import datetime", "datetime.datetime.now(datetime.timezone.utc)"),
    ("import datetime as dt", "dt.datetime.now(dt.timezone.utc)"),
    ("from datetime import datetime, timedelta, timezone", "datetime.now(tz=timezone.utc)"),
    ("from datetime import *", "datetime.now(timezone.utc)"),
    ("import datetime", "datetime.datetime.utcnow().replace(tzinfo=datetime.timezone.utc)"),
    ("import datetime", "datetime.datetime.now().astimezone()"),
    ("import datetime", "datetime.datetime.today().astimezone()"),
    ("import datetime, time", "datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc)"),
    ("import datetime, time", "datetime.datetime.fromtimestamp(time.time_ns() / 1e9, datetime.timezone.utc)"),
    ("import datetime, time", "datetime.datetime.fromtimestamp(time.mktime(time.localtime())).astimezone()"),
    ("import calendar, datetime, time",
     "datetime.datetime.fromtimestamp(calendar.timegm(time.gmtime()), datetime.timezone.utc)"),
    ("import datetime, time", "datetime.datetime.strptime(time.ctime(), '%c').astimezone()"),
    ("import datetime, time", "datetime.datetime.strptime(time.asctime(), '%c').astimezone()"),
    ("import datetime, time", "datetime.datetime.strptime(time.strftime('%Y %j %H'), '%Y %j %H').astimezone()"),
    ("import datetime, time",
     "datetime.datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), datetime.timezone.utc)"),
])
def test_the_present_is_the_clock_s(imports: str, expression: str, value, zone: str):
    """Every way to ask for the present moment reads the run's clock, in the machine's time zone."""
    seconds = value(f"({expression}).timestamp()", imports)
    assert 0 <= float(seconds) - START.timestamp() < 1


def test_today_is_the_clock_s_day_here(value, zone: str):
    """At midnight in London it is yesterday in New York and late in Tokyo."""
    assert value("datetime.date.today()") == repr(START.astimezone().date())


@tabled(("seconds", "passed"), [("0", 0), ("90", 90), ("1.5", 1.5), ("1e19", 10**9), ("True", 1)])
@tabled("clock", ["time.time", "time.monotonic", "time.perf_counter"])
def test_a_wait_is_over_at_once(seconds: str, passed: float, clock: str, lab: Lab, playbook):
    """The clock says that the time has passed; the machine's does not."""
    with in_time():
        run = lab.run(playbook(f"import time\nfrom time import sleep\ndef on_start(container):\n    a = {clock}()\n"
                               f"    sleep({seconds})\n    phantom.debug({clock}() - a)\n"))
    assert float(run.summary().debug[0]) == pytest.approx(passed, abs=0.1)


def test_a_loop_that_waits_for_a_moment_ends(lab: Lab, playbook):
    """Time passes with every reading, even where nobody sleeps."""
    run = lab.run(playbook("import time\ndef on_start(container):\n    end = time.monotonic() + 1\n"
                           "    while time.monotonic() < end: pass\n"))
    assert run.status == "success"


DRAWS = ("import random, uuid, time, datetime\n"
         "def on_start(container):\n"
         "    import uuid as again\n"
         "    phantom.debug([random.random(), random.randint(1, 10**9), str(uuid.uuid4()), str(again.uuid1()),\n"
         "                   time.time_ns(), str(datetime.datetime.now()), uuid.getnode()])\n"
         "    b(container)\n"
         "def b(container):\n"
         "    from random import shuffle\n"
         "    items = list(range(20))\n    shuffle(items)\n    phantom.debug(items)\n")


def test_equal_seeds_and_clocks_give_equal_values(incident, playbook):
    """Two labs with equal settings agree, another seed does not."""
    one, other, third = (Lab(incident, start=START, seed=seed).run(playbook(DRAWS)) for seed in (1, 1, 2))
    assert one.summary().debug == other.summary().debug
    assert one.summary().debug[0] != third.summary().debug[0]


def test_runs_at_the_same_time_do_not_share(incident, playbook):
    """A run that rests in the middle draws and reads the same as one that nobody disturbs."""
    expected = Lab(incident, start=START).run(playbook(DRAWS)).summary().debug
    labs = [Lab(incident, start=START) for _ in range(2)]
    steppers = [lab.step(playbook(DRAWS)) for lab in labs for _ in range(2)]
    for stepper in (*steppers, *reversed(steppers)):
        stepper.step()
    assert [stepper.run.summary().debug for stepper in steppers] == [expected] * 4


def test_ids_and_random_numbers_do_not_disturb_each_other(value):
    """As in the real modules, seeding repeats no id, and an id changes no random number."""
    assert value("[random.seed(5), str(uuid.uuid4())][1] != [random.seed(5), str(uuid.uuid4())][1]") == "True"
    drawn = value("[random.seed(5), uuid.uuid4(), random.random()][2]")
    assert float(drawn) == random.Random(5).random()


def test_the_process_s_own_modules_stay(value):
    """The real modules, and the generator that everybody shares, know nothing of a run."""
    state, known = random.getstate(), dict(sys.modules)
    value("[random.seed(1), random.random(), time.sleep(5), datetime.datetime.now(), uuid.uuid4()]")
    assert random.getstate() == state
    assert {name: sys.modules[name] for name in known} == known
    assert time.time() - 1 < datetime.datetime.now(UTC).timestamp() < time.time() + 1  # in between, and not five away


def test_what_a_playbook_makes_belongs_to_no_run(value):
    """A moment that is handed on, to a stub for instance, is one of the real class."""
    assert value("type(datetime.datetime.now()).mro() + type(datetime.date.today()).mro()") == \
        repr(datetime.datetime.mro() + datetime.date.mro())
