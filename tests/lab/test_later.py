"""Classes and expressions that are made later are what the standard library makes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
import threading
from collections.abc import Callable, Hashable
from dataclasses import KW_ONLY, FrozenInstanceError, field, fields, replace
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from phantom_lab import later
from phantom_lab.later import _Later, regex
from tests.table import tabled

Item = TypeVar("Item")


def classes(dataclass: Callable[..., Any]) -> dict[str, Any]:
    """Classes of every form that there is in the package."""
    @dataclass(frozen=True, slots=True)
    class Base:
        """Its own text."""

        run: int
        names: list[str] = field(default_factory=list, hash=False, metadata={"stored": False})
        KIND: ClassVar[str] = "base"

        @property
        def first(self) -> str:
            return self.names[0]

    @dataclass(frozen=True, slots=True)
    class Derived(Base, Generic[Item]):
        run: int = 7
        seen: tuple[Any, ...] = ()
        _: KW_ONLY
        size: int = field(default=3, repr=False, compare=False)

    @dataclass(slots=True)
    class Open:
        one: int
        two: int = 2

        def __post_init__(self) -> None:
            self.two += self.one

    @dataclass(slots=True, eq=False, kw_only=True)
    class Own:
        one: int

        def __repr__(self) -> str:
            return "own"

    @dataclass(frozen=True, slots=True, repr=False)
    class Compared:
        one: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Compared)

        def __hash__(self) -> int:
            return 1

    @dataclass(frozen=True)
    class Plain:
        one: int = 1

    return {one.__name__: one for one in (Base, Derived, Open, Own, Compared, Plain)}


OURS, THEIRS = classes(later.dataclass), classes(dataclasses.dataclass)
GIVEN: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "Base": ((1, ["a"]), {}), "Derived": ((1, [], (2,)), {"size": 4}), "Open": ((1,), {}), "Own": ((), {"one": 1}),
    "Compared": ((1,), {}), "Plain": ((), {})}
ASKED: dict[str, Callable[[Any, Any, Any], Any]] = {
    "fields": lambda kind, one, two: [(each.name, each.type, each.default, each.metadata, each.kw_only, each.compare)
                                      for each in fields(kind)],
    "parameters": lambda kind, one, two: [*inspect.signature(kind).parameters],
    "dataclass": lambda kind, one, two: (dataclasses.is_dataclass(kind), *(
        getattr(kind.__dataclass_params__, name) for name in ("init", "repr", "eq", "order", "frozen"))),
    "repr": lambda kind, one, two: re.sub(r" at 0x\w+", "", repr(one)),
    "equal": lambda kind, one, two: (one == two, one == 1, one != two),
    "hash": lambda kind, one, two: (isinstance(one, Hashable), kind.__hash__ is None or hash(one) == hash(two)),
    "frozen": lambda kind, one, two: raised(setattr, one, fields(one)[0].name, 1),
    "deleted": lambda kind, one, two: raised(delattr, one, fields(one)[0].name),
    "new": lambda kind, one, two: raised(setattr, one, "other", 1) in (AttributeError, FrozenInstanceError, TypeError),
    "missing": lambda kind, one, two: raised(kind, no=1),
    "slots": lambda kind, one, two: (vars(kind).get("__slots__"), hasattr(one, "__dict__")),
    "matched": lambda kind, one, two: kind.__match_args__,
    "replaced": lambda kind, one, two: values(replace(one, **{fields(one)[0].name: 9})),
    "copied": lambda kind, one, two: values(copy.deepcopy(one)),
    "text": lambda kind, one, two: kind.__name__ == "Base" and (kind.__doc__, kind.KIND, one.first)}


def values(one: Any) -> dict[str, Any]:
    return {each.name: getattr(one, each.name) for each in fields(one)}


def raised(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return call(*args, **kwargs)
    except Exception as exc:
        return type(exc)


@tabled("asked", ASKED)
def test_a_class_is_as_the_standard_library_makes_it(asked: str):
    """Whatever is asked of it first."""
    found = []
    for kinds in (classes(later.dataclass), classes(dataclasses.dataclass)):
        found.append({})
        for name, kind in kinds.items():
            args, kwargs = GIVEN[name]
            needs_none = asked in ("fields", "parameters", "dataclass", "matched")
            one, two = (None, None) if needs_none else (kind(*args, **kwargs), kind(*args, **kwargs))
            found[-1][name] = ASKED[asked](kind, one, two)
    assert found[0] == found[1]


@later.dataclass(frozen=True, slots=True)
class Pickled:
    """At the top, where pickle finds it."""

    one: int
    two: list[int] = field(default_factory=list)


def test_nothing_is_made_before_it_is_asked_for():
    """But then once: a class that is used has the library's own functions."""
    kind = classes(later.dataclass)["Derived"]

    def waiting() -> set[str]:
        return {name for name, value in vars(kind).items() if isinstance(value, _Later)}

    for use, left in ((lambda: None, {"__init__", "__dataclass_fields__", "__repr__", "__eq__", "__hash__"}),
                      (lambda: kind(1), {"__repr__", "__eq__", "__hash__"}), (lambda: repr(kind(1)), set())):
        use()
        assert waiting() - {"__match_args__", "__replace__", "__dataclass_params__"} == left
    assert inspect.isfunction(vars(kind)["__init__"])


def test_a_class_can_be_pickled():
    """Slots and frozen together need help for that."""
    one = Pickled(1, [2])
    assert pickle.loads(pickle.dumps(one)) == one


def test_threads_may_be_the_first_together():
    """Each finds a whole class."""
    kind, found = classes(later.dataclass)["Base"], []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        found.append(repr(kind(1)))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [repr(THEIRS["Base"](1))] * 8


@pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError])
def test_an_interrupt_while_a_class_is_made_is_an_interrupt(raised: type[BaseException]):
    """Python 3.11 makes a RuntimeError of it; of an error as well, which is told as Python tells it."""

    class Asked:
        made = False

        def __set_name__(self, owner: type, name: str) -> None:
            if Asked.made:
                raise raised

    @later.dataclass(slots=True)
    class Made:
        one: ClassVar[Asked] = Asked()
        two: int = 0

    Asked.made = True  # what follows is made when it is asked for
    with pytest.raises(raised if raised is KeyboardInterrupt else (RuntimeError, ValueError)):
        Made()


def test_what_is_not_provided_is_refused():
    """Rather than left out."""
    with pytest.raises(TypeError):
        later.dataclass(order=True)


def test_an_expression_is_compiled_at_its_first_use():
    """With all that a compiled one has."""
    one = regex(r"a(?P<x>b+)", re.IGNORECASE)
    assert "fullmatch" not in vars(one)
    assert one.fullmatch("ABB")["x"] == "BB"
    assert "fullmatch" in vars(one)
    assert (one.pattern, one.sub("", "xaby"), one.flags & re.IGNORECASE) == ("a(?P<x>b+)", "xy", re.IGNORECASE)
    with pytest.raises(re.error):
        regex("(").search("")
