"""Notes on callbacks that are written otherwise than the platform calls them: which parameter got what, and why."""

from __future__ import annotations

import pytest

from phantom_lab import Lab, PlaybookRun

OFFERED = "offered are action, success, results, container, handle"
BY_POSITION = "is called by position, as the oldest playbooks are:"
ALL = "action, success, container, results, handle"
WRAPPED = "import functools\ndef through(function):\n    @functools.wraps(function)\n"
NOT_EXECUTED = "is called, and nothing of its body is executed:"
GENERATOR = f"{NOT_EXECUTED} it is a generator (it has a yield), and nothing goes through it"
COROUTINE = f"{NOT_EXECUTED} it is an async def, and the platform awaits nothing"


@pytest.fixture
def run(lab: Lab, playbook):
    """Run a playbook that acts once, and calls `cb` back."""
    lab.action("look")(lambda parameter: [{"x": 1}])

    def execute(source: str) -> PlaybookRun:
        return lab.run(playbook(f"{source}\ndef on_start(container):\n"
                                "    phantom.act('look', parameters=[{}], name='one', assets=['x'], callback=cb)\n"))

    return execute


def notes(run: PlaybookRun) -> list[str]:
    """What is noted besides the asset."""
    return [one for one in run.summary().notes if "assumed to exist" not in one]


@pytest.mark.parametrize("source", [
    ("def cb(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,"
    " filtered_results=None, custom_function=None, loop_state_json=None, **kwargs): pass"),
    "def cb(action, success, incident, results, handle): pass",
    "def cb(action, success, offense, results, handle, filtered_artifacts=None): pass",
    "def cb(handle, results, action): pass",
    "def cb(container, mine=None, **kwargs): pass",
    "def cb(*args, **kwargs): pass",
    "def cb(*, results): pass",
    "cb = lambda **kwargs: None",
    "cb = lambda success: [one for one in (1, 2)]",
    "class Kind:\n    def __init__(self, success): pass\n    def go(self, results): pass\ncb = Kind(1).go",
    "class Kind:\n    def __init__(self, success): pass\ncb = Kind",
    "import functools\ndef f(word, success): pass\ncb = functools.partial(f, 'x')",
    (f"{WRAPPED}    def inner(*args, **kwargs): return function(*args, **kwargs)\n    return inner\n@through\n"
    "def cb(results): pass"),
    (f"{WRAPPED}    def inner(container, **kwargs): return function(container)\n    return inner\n@through\n"
    "def cb(other): other['id']"),
])
def test_nothing_is_noted_of_what_the_platform_calls_as_it_is_meant(run, source: str):
    """Names of the vendor's in any order, those of the oldest form, and what has a default of its own."""
    ended = run(source)
    assert (ended.status, notes(ended)) == ("success", [])


@pytest.mark.parametrize(("source", "note"), [
    ("def cb(a, b, c, d, e): pass", (f"cb (line 2) {BY_POSITION} a gets action, b gets success, c gets container, "
                                    "d gets results, e gets handle")),
    ("def cb(incident): pass", f"cb (line 2) {BY_POSITION} incident gets action"),
    ("cb = lambda r, *rest: None", (f"<lambda> (line 2) {BY_POSITION} r gets action, *rest gets success, container, "
                                   "results, handle")),
    ("def cb(*five): pass", f"cb (line 2) {BY_POSITION} *five gets {ALL}"),
    ("def cb(x, /, success): pass", f"cb (line 2) {BY_POSITION} x gets action, success gets success"),
    ("def cb(action=None, success=None, incident=None, results=None, handle=None): pass",
     (f"cb (line 2) {BY_POSITION} action gets action, success gets success, incident gets container, "
     "results gets results, handle gets handle")),
    ("cb = print", f"print {BY_POSITION} *args gets {ALL}"),
    ("cb = len", f"len {BY_POSITION} obj gets action"),
    ("cb = dict", "dict does not tell what it takes: it gets action, success, results, container, handle by name"),
    ("def cb(results, *rest): pass", "cb (line 2) is called by name: *rest gets nothing"),
    ("def cb(results, /): pass",
     "cb (line 2) takes 'results' by position only, and the platform passes names: it may refuse that"),
    ("def cb(container=None, sucess=None, **kwargs): pass",
     "cb (line 2) is offered nothing by the name 'sucess': it keeps its default; closest is 'success'"),
    ("def cb(): pass", "cb (line 2) takes nothing of what it is offered: it is called without"),
    ("import functools\ndef f(word, success): pass\ncb = functools.partial(f, success='mine', word=1)",
     "f (line 3) is a partial that sets success: what the platform passes takes its place"),
    ("class Kind:\n    def go(results): pass\ncb = Kind().go",
     "go (line 3) is a method whose first parameter is called 'results': that gets the object; put self before it"),
    ("class Kind:\n    def __call__(container): pass\ncb = Kind()",
     "Kind (line 3) is a method whose first parameter is called 'container': that gets the object; put self before it"),
])
def test_who_gets_what_is_noted_where_it_is_not_plain(run, source: str, note: str):
    """With the callback and its line."""
    ended = run(source)
    assert (ended.status, notes(ended)) == ("success", [f"callback {note}"])


@pytest.mark.parametrize(("source", "note"), [
    ("def cb(results, extra): pass", f"cb (line 2) requires extra, which nothing is passed to: {OFFERED}"),
    ("def cb(container, result): pass",
     f"cb (line 2) requires result, which nothing is passed to: {OFFERED}; closest to 'result' is 'results'"),
    ("def cb(*, handel, x): pass",
     f"cb (line 2) requires handel, x, which nothing is passed to: {OFFERED}; closest to 'handel' is 'handle'"),
    ("class Kind:\n    def go(self, success): pass\ncb = Kind.go",
     "go (line 3) is a method without its object: pass that of an object, such as Class().method"),
])
def test_a_required_name_that_nothing_is_passed_to_is_noted_besides_pythons_error(run, source: str, note: str):
    """What is offered, and the closest of it that has no parameter."""
    ended = run(source)
    assert (ended.status, notes(ended)) == ("error", [f"callback {note}"])


@pytest.mark.parametrize(("source", "note"), [
    ("def cb(**kwargs):\n    phantom.debug('never')\n    yield 1", f"cb (line 2) {GENERATOR}"),
    ("class Kind:\n    async def go(self, results): phantom.debug(1)\ncb = Kind().go", f"go (line 3) {COROUTINE}"),
    ("class Kind:\n    async def go(self, results):\n        phantom.debug('never')\n        yield 1\ncb = Kind().go",
     f"go (line 3) {GENERATOR}"),
    ("cb = lambda results: (phantom.debug('never') for one in results)", f"<lambda> (line 2) {GENERATOR}"),
])
def test_what_executes_nothing_when_it_is_called_is_noted(run, source: str, note: str):
    """Generators and coroutines: the run is a success, and the body is never executed."""
    ended = run(source)
    assert (ended.status, ended.summary().debug, notes(ended)) == ("success", [], [note])


@pytest.mark.parametrize("name", ["on_start(container)", "on_finish(container, summary)"])
def test_a_start_or_finish_with_a_yield_is_noted(lab: Lab, playbook, name: str):
    """The platform calls these two as well."""
    other = "on_finish(container, summary)" if name.startswith("on_start") else "on_start(container)"
    ended = lab.run(playbook(f"def {name}:\n    phantom.debug('never')\n    yield\ndef {other}: pass\n"))
    assert (ended.status, ended.summary().debug) == ("success", [])
    assert notes(ended) == [f"{name.partition('(')[0]} (line 2) {GENERATOR}"]


def test_a_generator_that_has_begun_is_no_mistake(run):
    """Somebody goes through it elsewhere."""
    ended = run("def steps():\n    yield phantom.debug('begun')\n    yield\nkept = steps()\nnext_of = lambda results: "
                "(next(kept), kept)[1]\ncb = next_of")
    assert (ended.summary().debug, notes(ended)) == (["begun"], [])


def test_the_same_callback_of_many_actions_is_noted_once(lab: Lab, playbook):
    """One sentence for one mistake."""
    lab.action("look")(lambda parameter: [])
    ended = lab.run(playbook("def cb(a, b): pass\ndef on_start(container):\n    for name in ('one', 'two'):\n"
                             "        phantom.act('look', assets=['x'], name=name, callback=cb)\n"))
    assert notes(ended) == [f"callback cb (line 2) {BY_POSITION} a gets action, b gets success"]
