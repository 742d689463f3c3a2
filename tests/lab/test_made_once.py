"""What every run needs is made once for all of them, and no run, lab or thread notices."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from inspect import Signature
from itertools import product
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.engine import binding
from phantom_lab.history import Journal, encode, recent
from phantom_lab.rules.namespace import binding_of, bound_by
from phantom_lab.rules.surface import surface
from phantom_lab.source import source as sources

SOURCE = """
import phantom.rules as phantom
SEEN = []

def on_start(container):
    SEEN.append(container["id"])
    phantom.debug(f"{SEEN} {[one for one in SEEN]}")
"""


def test_the_same_source_is_compiled_once(monkeypatch: pytest.MonkeyPatch):
    """A second run parses and compiles nothing, also of a playbook that is loaded anew, and shares nothing else."""
    text = f"{SOURCE}# of this test\n"
    first = Lab({"id": 4}).run(Playbook.from_source(text, name="once"))
    compiled: list[Any] = []
    real = builtins.compile
    monkeypatch.setattr(builtins, "compile", lambda *given, **more: compiled.append(given) or real(*given, **more))
    second = Lab({"id": 5}).run(Playbook.from_source(text, name="once"))
    assert (first.debug, second.debug, compiled) == (["[4] [4]"], ["[5] [5]"], [])


def test_threads_share_what_is_compiled():
    """Runs of one source at once keep their modules, and their journals, apart."""
    playbook = Playbook.from_source(SOURCE, name="shared")

    def run(number: int) -> list[str]:
        return Lab({"id": number}).run(playbook).debug

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(1, 25))) == [[f"[{one}] [{one}]"] for one in range(1, 25)]


CHECKED = """
def f(value):
    match value:
        case 1:
            with open("x"):
                pass
    try:
        for one in value:
            while one:
                try:
                    pass
                except BaseException:
                    pass
    except (OSError, Own):
        pass
    else:
        with one: pass
    finally:
        pass
"""


def test_checks_stand_wherever_something_may_be_swallowed():
    """However deep: behind each ``with``, in each handler of all, first in each ``finally``."""
    tree = ast.parse(CHECKED)
    sources._insert_checks(tree)
    checks = [one.lineno for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id == sources.CHECK]
    assert sorted(checks) == [5, 13, 15, 17, 19]


@pytest.mark.parametrize("kind", ["severity", "role", "note", "container"])
def test_a_run_starts_from_the_lab_as_it_was(kind: str):
    """Whatever is written to the lab once a run is made, and in whatever way."""
    lab = Lab({"id": 1}, records={"note": [{"container": 1, "title": "x"}]})
    text = "import phantom.rules as phantom\ndef on_start(container):\n    pass\n"
    name = "title" if kind == "note" else "name"
    before = lab.store.records[kind][1][name]
    run = lab.prepare(Playbook.from_source(text, name="late"))
    lab.store.records[kind][1][name] = "changed"
    lab.store.add(kind, {"name": "new"})
    table = run.platform.records(kind)
    assert [table[1][name], len(table)] == [before, len(lab.store.records[kind]) - 1]
    table.update(1, **{name: "own"})
    number = table.add(name="another")["id"]
    assert (lab.store.records[kind][1][name], number) == ("changed", len(table))


def test_labs_share_no_record():
    """What one changes of the records that every platform has, no other sees."""
    one, other = Lab(), Lab()
    for kind, table in one.store.records.items():
        for number, record in table.items():
            for name, value in record.items():
                assert not isinstance(value, list | dict) or value is not other.store.records[kind][number][name]
            record["name"] = "changed"
    assert all(record.get("name") != "changed" for table in other.store.records.values() for record in table.values())


def test_values_of_other_journals_are_stored_as_they_are():
    """A journal holds what was put into it, whoever put it first, and remembers a bounded number."""
    values: list[Any] = [{}, [], "", (), {"a": [1]}, "x" * 10_000, [1.0], [1], [True], {"\ud800": None}]
    first, second = Journal(), Journal()
    refs = [first.put(one) for one in values]
    assert second.values() == {}
    assert [second.put(one) for one in values] == refs
    assert second.values() == first.values() == {ref: encode(one) for ref, one in zip(refs, values, strict=True)}
    for number in range(3 * recent._KNOWN):
        first.put(f"value {number}")
    assert len(recent._known) <= recent._KNOWN
    assert sum(len(text) for _, text in recent._known.values()) <= recent._KNOWN * recent._LONGEST


def test_values_are_told_apart_in_threads():
    """As many threads as there are put at once, and each gets the text of its own value."""
    journal = Journal()

    def put(number: int) -> bool:
        values: list[Any] = [[number, "x" * one] for one in range(200)]
        return [journal.text(journal.put(one)) for one in values] == [encode(one) for one in values]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(put, range(40)))


def called(bind: Callable[[], Any]) -> Any:
    """What a call gives, or how it is refused."""
    try:
        return bind()
    except TypeError as exc:
        return str(exc)


def by_python(signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What the standard library binds."""
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def test_calls_are_bound_as_python_binds_them():
    """Of every function, in the same order, and refused with the same words."""
    for name, entry in surface().functions.items():
        signature = binding_of(entry)
        names = [*signature.parameters, "other"]
        keywords = [(), names[:1], names[1:3], names[:-1], names[-1:], names[::-1]]
        for count, given in product(range(len(names) + 1), keywords):
            args, kwargs = tuple(range(count)), dict.fromkeys(given, "x")
            found = called(partial(bound_by(name).arguments, args, kwargs))
            expected = called(partial(by_python, signature, args, kwargs))
            assert (found, list(found)) == (expected, list(expected))


FORMS = (
    "action, success, container, results, handle, filtered_artifacts, filtered_results, custom_function, **kwargs",
    "action=None, success=None, container=None, results=None, handle=None, **kwargs", "container", "container=None", "",
    "**kwargs", "results, container", "*, success, custom_function=1", "*, custom_function", "custom_function=None",
    "success, /", "success, *args", "action, success, custom_function=None, results=None, handle=None, container=None",
    "action, success, incident, results, handle", "results, mine=None", "loop_state_json=None, handle=None, **rest")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("order", [(), ("container", "custom_function")])
def test_callbacks_are_bound_quickly_as_they_are_bound_slowly(form: str, order: tuple[str, ...],
                                                              monkeypatch: pytest.MonkeyPatch):
    """Whatever they declare, and whatever is offered: the same arguments in the same order, and the same remarks."""
    space: dict[str, Any] = {}
    exec(f"def cb({form}): pass", space)

    class Invoker:
        def __init__(self) -> None:
            self.told: list[str] = []
            self.run, self.note, self.place, self.inner = self, self.told.append, str, lambda callback: callback

    def bound(offered: dict[str, Any]) -> Any:
        invoker: Any = Invoker()
        args, kwargs = binding.bind(invoker, space["cb"], offered, *([order] if order else []))
        assert kwargs is not offered
        return args, list(kwargs.items()), invoker.told

    offers = [dict.fromkeys(some, 1) for some in (
        binding.CALLBACK_ARGUMENTS, binding.CALLBACK_ARGUMENTS[:5], ("container", "results"), ("action", "success"),
        ("success", "results", "handle", "other"))]
    quick = [bound(one) for one in offers]
    monkeypatch.setattr(binding, "named_plainly", lambda callback: ((), set(), False))
    assert quick == [bound(one) for one in offers]


def test_some_calls_and_callbacks_are_bound_quickly(monkeypatch: pytest.MonkeyPatch):
    """Else the two tests above compare one way with itself."""
    monkeypatch.setattr(Signature, "bind", None)
    assert bound_by("debug").arguments(("x",), {}) == {"message": "x"}
    names, needed, any_other = binding.named_plainly(called)
    assert (names, needed, any_other) == (("bind",), {"bind"}, False)
