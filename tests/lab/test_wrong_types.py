"""Arguments of wrong types, of every emulated function: a documented failure, or one error that names the argument."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from phantom_lab import Lab, Playbook
from phantom_lab.rules import rules_module
from phantom_lab.rules.registry import EMULATED
from phantom_lab.rules.surface import surface
from tests.table import tabled
from tests.usual_calls import usual_arguments

HEAD = """\
import json
import traceback
import phantom.rules as phantom

class Hurt(Exception):
    pass

class Hostile:
    def hurt(self, *args):
        raise Hurt("hostile")
    __str__ = __repr__ = __format__ = __eq__ = __ne__ = __lt__ = __gt__ = __hash__ = __bool__ = __len__ = hurt
    __iter__ = __getitem__ = __contains__ = __int__ = __float__ = __index__ = __fspath__ = __deepcopy__ = hurt

class Unshown:
    def __str__(self):
        raise Hurt("hostile")
    __repr__ = __str__

class Falsy:
    def __bool__(self):
        return False

OBJECT = Hostile()
NAN = float("nan")

def ring():
    value = []
    value.append(value)
    return value

def dict_ring():
    value = {}
    value["a"] = value
    return value

def deep(wrap):
    value = wrap(1)
    for _ in range(10_000):
        value = wrap(value)
    return value

def new_file():
    path = f"{vault_tmp}/{len(told)}.txt"
    with open(path, "w") as file:
        file.write(path)
    return path

def after(*args, **kwargs):
    pass

told = []
vault_tmp = vault_id = None

def shape(value):
    kind = "text" if isinstance(value, str) else type(value).__name__
    return [kind, [type(one).__name__ for one in value] if type(value) is tuple else []]

def attempts(at_the_end):
    for number, (function, *arguments) in enumerate(json.loads(phantom.get_list("cases")[2][0][0])):
        if at_the_end == (function == "save_playbook_output_data"):
            attempt(number, function, *arguments)

def attempt(number, function, further, named):
    try:
        given = getattr(phantom, function)(*map(eval, further), **{name: eval(text) for name, text in named.items()})
        if hasattr(given, "__next__"):
            for _ in zip(range(3), given):
                pass
    except Exception as exc:
        kinds = [kind.__name__ for kind in type(exc).__mro__]
        text = "" if isinstance(exc, Hurt) else str(exc)
        *_, (last, _) = traceback.walk_tb(exc.__traceback__)
        told.append([number, kinds, text, last.f_code.co_filename])
    else:
        told.append([number, shape(given)])

def on_start(container):
    phantom.set_action_limit(10 ** 9)
    phantom.act("look up", parameters=[{"a": 1}], assets=["a"], name="look_1", callback=go)

def go(container=None, **kwargs):
    global vault_tmp, vault_id
    vault_tmp = phantom.Vault.get_vault_tmp_dir()
    vault_id = phantom.vault_add(container=container, file_location=new_file(), file_name="a.txt")[2]
    phantom.set_list("watch", [["a", "b"]])
    phantom.pin(container=container, message="m", data="d")
    globals()["container"] = container
    attempts(at_the_end=False)
    phantom.debug("TOLD" + json.dumps(told))

def on_finish(container, summary):
    told.clear()
    attempts(at_the_end=True)
    phantom.debug("TOLD" + json.dumps(told))
"""
TEXTS = ["'x' * 20_000", "'é\\U0001f600'", "'a\\0b'", "'\\ud800'", "'9' * 5_000", "'%s{0}{{}}'", "'artifact:*.cef.'",
         "'::.*.[]'", "'../../../outside'", "'/opt/phantom/vault/../../../outside'"]
KINDS = ["None", "True", "-1", "'é\\0'", "b'x\\xff'", "[None, 'a', [1]]", "{'a': {1: None}}", "OBJECT", "print"]
"""One of every type: every argument is given each of them."""
ATOMS = [*KINDS, *TEXTS, "''", "1.5", "{1, 'a'}", "0", "5", "10 ** 30", "2 ** 63", "10 ** 400", "10 ** 5_000",
         "NAN", "float('inf')", "-float('inf')", "b''", "[]", "{}", "()", "object", "Falsy()", "Unshown()",
         "ring()", "dict_ring()", "deep(lambda one: [one])", "deep(lambda one: {'a': one})", "range(3)", "iter([1])",
         "[{'action_results': [{'data': ring(), 'status': OBJECT, 'parameter': OBJECT}], 'name': OBJECT}]"]
WRONG = st.recursive(st.sampled_from(ATOMS), lambda inner: st.one_of(
    inner.map("[{}]".format), st.tuples(inner, inner, inner).map(lambda three: "[[{}, {}, {}]]".format(*three)),
    st.tuples(st.sampled_from(["id", "cef", "tags", "data", "action_results", "name"]), inner).map(
        lambda pair: "{{{!r}: {}}}".format(*pair)),
    inner.map("{{Unshown(): {}}}".format)), max_leaves=3)
EXTRA = "another"
"""A keyword that no function knows."""
RAISED = {"format": "IndexError", "render_template": "TemplateSyntaxError", "session_get": "RequestException",
          "session_post": "RequestException", "session_delete": "RequestException",
          "run_ext_command": "RefusedError", "run_ext_command_list": "RefusedError",
          "custom_function": "PlaybookLoadError", "playbook": "PlaybookLoadError"}
"""What a function raises besides, as its documentation says."""
TYPES = {"None": "NoneType", **{kind: kind for kind in ("bool", "text", "list", "int", "dict", "frozenset")}}
"""By the first word of what a function returns."""
SITUATION = {"container": {"id": 1, "name": "Case", "label": "event"},
             "artifacts": [{"id": 1, "label": "event", "cef": {"sourceAddress": "10.0.0.1"}}]}
Attempt = tuple[str, str, str]
"""Function, argument (``*`` for all of them) and the text of the value."""

_outside: list[str] | None = None
"""Files that were to be written outside of the folder for temporary files; None while nobody watches."""
_FOLDER = f"{os.path.realpath(tempfile.gettempdir())}/"
_WRITES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link"}


def _hook(event: str, args: tuple) -> None:
    if _outside is None or not (event in _WRITES or (event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR))):
        return
    if event != "open" and any(isinstance(one, int) and one >= 0 for one in args[-1:]):
        return  # relative to a folder that is open, as where one is removed
    for path in args[:2] if event == "os.rename" else args[:1]:
        if isinstance(path, str) and "__pycache__" not in path and path != os.devnull and not (
                f"{os.path.realpath(path)}/".startswith(_FOLDER)):
            _outside.append(path)
            raise PermissionError(f"outside of the folder for temporary files: {path}")


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Nothing is written elsewhere, and nothing takes longer than a minute."""
    global _outside
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it hangs"))
    signal.alarm(60)
    _outside = []
    try:
        yield _outside
    finally:
        _outside = None
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def case(attempt: Attempt) -> list:
    """The function, its positional arguments and its keywords, as source texts."""
    function, argument, value = attempt
    positional, named, usual = [], {}, usual_arguments(function)
    for name, text in usual.items():
        wrong = argument in ("*", name)
        if name.startswith("**"):
            named |= {EXTRA: value} if wrong else {}
        elif name.startswith("*"):
            positional = [*named.values(), *([value, value] if wrong else filter(None, [text]))]
            named = {}
        else:
            named[name] = value if wrong else text
    return [function, positional, named]


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Playbook:
    """The playbook that makes the calls, which stand in a custom list: it is compiled once."""
    folder = tmp_path_factory.mktemp("wrong")
    for name, text in (("sample", HEAD), ("tool", "def tool(**kwargs):\n    return {}\n"),
                       ("child", "def on_start(container):\n    pass\n")):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return Playbook.load(folder / "sample.py")


def outcomes(attempts: list[Attempt], sample: Playbook) -> Iterator[tuple[Attempt, list]]:
    """Make the calls in one run, and give what came of each."""
    lab = Lab(SITUATION, lists={"cases": [[json.dumps(list(map(case, attempts)))]]})
    for name in ("look up", "prompt", "task", "approve", "é\0", *map(eval, TEXTS)):
        lab.action(name)(lambda: [{"a": 1}])
    with watched() as outside:
        run = lab.run(sample)
    assert outside == []
    assert run.status in ("success", "failed"), run.summary().message  # of what was asked for, something may fail
    lines = [line.removeprefix("TOLD") for line in run.summary().debug if line.startswith("TOLD")]
    told = [one for line in lines for one in json.loads(line)]
    assert len(told) == len(attempts)
    for number, *outcome in told:
        yield attempts[number], outcome


def complaint(attempt: Attempt, outcome: list, own: str) -> str:
    """What is wrong with what came of a call; empty where nothing is."""
    function, argument, _ = attempt
    if len(outcome) == 1:
        return _other_shape(surface().functions[function].returns, *outcome[0])
    kinds, text, file = outcome
    if kinds[0] == "Hurt" and file == own:
        return ""
    if RAISED.get(function) in kinds:
        return ""
    if kinds[0] != "PlaybookArgumentError":
        return f"{kinds[0]}: {text[:300]} ({file})"
    named = argument == "*" or (EXTRA if argument.startswith("**") else argument.strip("*")) in text
    return "" if text.startswith(function) and named else f"neither call nor argument is named: {text[:300]}"


def _other_shape(returns: str, kind: str, parts: list[str]) -> str:
    if returns.startswith("(success, message"):
        number = returns.partition(")")[0].count(",") + 1
        right = kind == "tuple" and len(parts) == number and parts[:2] == ["bool", "str"]
        return "" if right else f"{kind} of {parts}, not {returns}"
    wanted = {TYPES.get(returns.split(" ")[0].strip(",;"), kind), *(["NoneType"] if " or None" in returns else [])}
    return "" if kind in wanted else f"{kind}, not {returns}"


def complaints(attempts: list[Attempt], sample: Playbook) -> dict[str, list[str]]:
    """Everything that is wrong, by the call."""
    found = defaultdict(list)
    for attempt, outcome in outcomes(attempts, sample):
        if wrong := complaint(attempt, outcome, str(sample.path)):
            found[" ".join(attempt)[:200]].append(wrong)
    return dict(found)


@tabled("function", EMULATED)
def test_a_value_of_another_type_is_a_failure_or_an_error_that_names_it(function, sample):
    """For every argument alone, and for all at once: an exception never comes from within the lab, or from a library
    that it calls; the run goes on, and nothing is written outside of its folder."""
    targets = [*usual_arguments(function), "*"] if usual_arguments(function) else []
    attempts = [(function, target, value) for target in targets for value in KINDS]
    assert complaints(attempts, sample) == {}


TARGETS = [(function, target) for function in EMULATED for target in (*usual_arguments(function), "*")
           if usual_arguments(function)]
TARGETS_OF = defaultdict(list)
for _one in TARGETS:
    TARGETS_OF[surface().functions[_one[0]].chapter].append(_one)


@pytest.fixture
def garbage_later():
    """Python would collect the garbage of earlier runs where a deep value has left no room on the stack, and tell aloud
    what it cannot finish there."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.mark.usefixtures("garbage_later")
@pytest.mark.parametrize("chapter", TARGETS_OF)
@settings(max_examples=max(3, int(os.environ.get("PHANTOM_LAB_EXAMPLES", "0"))), deadline=None, database=None,
          derandomize="PHANTOM_LAB_EXAMPLES" not in os.environ, phases=[Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_value_breaks_a_function(chapter, data, sample):
    """Numbers and texts without end, halves of characters, objects whose methods raise, values that hold themselves or
    are nested deeply, and what is made of them."""
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(TARGETS_OF[chapter]), WRONG), min_size=60, max_size=120))
    assert complaints([(*target, value) for target, value in drawn], sample) == {}


def test_usual_calls_raise_nothing(sample):
    """What stands beside the argument that is tried is right; only other programs are never started."""
    attempts = [(function, "", "") for function in EMULATED if function not in RAISED or "run_ext" not in function]
    raised = {attempt[0]: outcome for attempt, outcome in outcomes(attempts, sample) if len(outcome) > 1}
    assert raised == {}


def test_every_emulated_function_is_tried(lab, playbook):
    """As often as it has arguments, and once with all of them."""
    module = rules_module(lab.prepare(playbook("def on_start(container):\n    pass\n")))
    assert {function for function, _ in TARGETS} == {
        name for name in EMULATED if surface().functions[name].signature.parameters}
    assert all(callable(getattr(module, function)) for function, _ in TARGETS)
