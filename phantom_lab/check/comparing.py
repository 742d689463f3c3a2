"""Comparisons whose sides do not meet: one is in another letter case, or a number beside a text of digits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phantom_lab.check.blocks import Finding
from phantom_lab.datapath import Family, Path
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.digging import Cell, Digger, List, Made, Row, Value
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading

CASE, DIGITS = "letter-case", "digits"
_FIXED = {"severity": ("high", "low", "medium"), "status": ("closed", "new", "open"),
          "sensitivity": ("amber", "green", "red", "white"), "action status": ("failed", "success")}
"""Values of the platform's own, in the case that it keeps them in."""
_NAMES = re.compile(r"(?i)(?:^|[._*:])\w*(?:domain|host(?:name)?|hash|email|md5|sha1|sha256|sha512|user(?:name)?)$")
"""Fields whose values mean the same in any case."""
_NUMBER = re.compile(r"(?:^|:)(?:artifact:\*|container):?\.?id$")
_IDS = ("container", "container_id")
_SAME = frozenset({"strip", "lstrip", "rstrip"})
_TEXTS = frozenset({"format", "join", "replace"})
_NUMBERS = frozenset({"int", "len"})
_CASES = ("lower", "upper", "casefold")
_ENDS = ("startswith", "endswith")
_EQUAL = ast.Eq | ast.NotEq | ast.In | ast.NotIn


def comparing(reading: Reading) -> Iterator[Finding]:
    """In code, and in decisions and filters."""
    calls = {id(call.nodes["datapath"]): call for call in reading.calls_of("collect2") if "datapath" in call.nodes}
    apis = {id(one): call for call in reading.calls for one in call.nodes.values()}
    module = _written(reading)
    for function, nodes in reading.with_methods:
        if not any(isinstance(one, ast.Compare | ast.BinOp) or (isinstance(one, ast.Attribute) and one.attr in _CASES)
                   for one in nodes):
            continue
        watch = _Sides(calls, apis, module)
        try:
            for statement in function.body:
                watch.visit(statement)
        except RecursionError:
            continue
        yield from dict.fromkeys(watch.told)
    for call in reading.calls:
        given = next((one for name in _IDS if isinstance(one := call.get(name), str)), None)
        if given is not None and not given.strip().isdecimal():
            yield call.line, "warning", DIGITS, f"phantom.{call.name}() gets {given!r} for an id, which is a number"
    options = _options(reading)
    found: dict[int, Finding] = {}
    for one in texts.conditions(reading):
        if one.call.get("case_sensitive") is not False and (told := _of_condition(one, options)):
            found.setdefault(one.call.line, told)
    yield from found.values()


def _written(reading: Reading) -> dict[str, Sequence[ast.expr]]:
    """The lists, and the keys of dicts, that the module's names are bound to, each once."""
    bound = [(target.id, node.value) for node in reading.tree.body if isinstance(node, ast.Assign)
             for target in node.targets if isinstance(target, ast.Name)]
    names = [name for name, _ in bound]
    return {name: value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else [
        one for one in value.keys if one is not None] for name, value in bound
        if isinstance(value, ast.List | ast.Tuple | ast.Set | ast.Dict) and names.count(name) == 1}


class _Sides(Digger):
    """Follows values through one function: of which type they are, and whether their case was changed."""

    def __init__(self, calls: Mapping[int, Call], apis: Mapping[int, Call],
                 written: Mapping[str, Sequence[ast.expr]]) -> None:
        super().__init__(calls, lambda text: (text, ()))
        self._apis, self._written = apis, dict(written)
        self.told: list[Finding] = []

    def visit_Compare(self, node: ast.Compare) -> None:
        super().visit_Compare(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], _EQUAL):
            within = isinstance(node.ops[0], ast.In | ast.NotIn)
            left, right = node.left, node.comparators[0]
            of_list = self._of(right)
            if not within:
                self._cased(left, self._of(left), right, of_list, node.lineno)
                self._cased(right, of_list, left, self._of(left), node.lineno)
                self._typed(left, right, of_list, node.lineno)
            elif isinstance(of_list, List):
                self._cased(left, self._of(left), right, of_list.item, node.lineno)
                self._cased(right, of_list.item, left, self._of(left), node.lineno)
                self._typed(left, right, of_list.item, node.lineno)
            else:
                for one in self._elements(right):
                    self._cased(left, self._of(left), one, self._of(one), node.lineno, within=True)

    def visit_Assign(self, node: ast.Assign) -> None:
        super().visit_Assign(node)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._written.pop(target.id, None)
                if elements := self._elements(node.value):
                    self._written[target.id] = elements

    def visit_Call(self, node: ast.Call) -> None:
        """What a text whose case was changed begins or ends with."""
        super().visit_Call(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _ENDS and node.args:
            given = node.args[0]
            for one in given.elts if isinstance(given, ast.Tuple) else [given]:
                self._cased(node.func.value, self._of(node.func.value), one, None, node.lineno, within=True)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
            for one in self._elements(node.func.value):
                self._cased(node.args[0], self._of(node.args[0]), one, None, node.lineno, within=True)

    def _elements(self, node: ast.expr) -> Sequence[ast.expr]:
        """What a list, or the keys of a dict, are written as, also of a name of this function or of the module."""
        if isinstance(node, ast.Name):
            return self._written.get(node.id, ())
        if isinstance(node, ast.Dict):
            return [one for one in node.keys if one is not None]
        return node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else ()

    def visit_BinOp(self, node: ast.BinOp) -> None:
        super().visit_BinOp(node)
        if isinstance(node.op, ast.Add):
            types = [self._type(one, self._of(one)) for one in (node.left, node.right)]
            if sorted(types) == ["number", "text"]:
                number = (node.left, node.right)[types.index("number")]
                self.told.append((node.lineno, "warning", DIGITS,
                                  f"{_short(number)} is a number: adding it to a text raises"))

    def _cased(self, node: ast.expr, value: Value | None, other: ast.expr, against: Value | None, line: int, *,
               within: bool = False) -> None:
        """A side whose case was changed against one that is as it came."""
        fixed = _fixed(node, value)
        if isinstance(other, ast.Constant) and isinstance(other.value, str):
            text = other.value
            if fixed and text not in fixed and text.lower() in fixed:
                self.told.append((line, "warning", CASE, _kept(_short(node), text)))
            elif isinstance(value, Made) and value.case and getattr(text, value.case)() != text and (
                    within or not isinstance(node, ast.Call)):  # of a call, `constant` tells it
                self.told.append((line, "warning", CASE, f"{_short(node)} is {value.case} case, and never {text!r}"))
        elif isinstance(value, Made) and value.case and _as_it_came(other, against):
            self.told.append((line, "warning", CASE, (f"{_short(node)} is in {value.case} case, and {_short(other)} is "
                                                      f"as it came: what is the same in another case is not found")))

    def _typed(self, left: ast.expr, right: ast.expr, value: Value | None, line: int) -> None:
        """A number against a text, which are never equal."""
        types = self._type(left, self._of(left)), self._type(right, value)
        if sorted(types) == ["number", "text"]:
            number, text = (left, right) if types[0] == "number" else (right, left)
            if not isinstance(text, ast.Constant) or str(text.value).isdecimal():
                self.told.append((line, "warning", DIGITS,
                                  f"{_short(number)} is a number, and {_short(text)} a text: they are never equal"))

    def _type(self, node: ast.expr, value: Value | None) -> str:
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
            return "text" if isinstance(node.value, str) else "number" if isinstance(node.value, int) else ""
        if isinstance(value, Cell):
            return "number" if _NUMBER.search(value.place[0]) and not value.place[1] else ""
        return value.type if isinstance(value, Made) else ""

    def _of(self, node: ast.expr) -> Value | None:
        if isinstance(node, ast.JoinedStr):
            return Made("text")
        if _field_of(node) == ("container", "id"):
            return Made("number")
        return super()._of(node)

    def _called(self, node: ast.Call) -> Value | None:
        call = next((found for one in (*node.args, *(one.value for one in node.keywords))
                     if (found := self._apis.get(id(one)))), None)
        if call is not None and call.name == "get_list":
            return Row((None, None, List(List(Made("text", of="a custom list")))))
        if call is not None and call.name in ("format", "get_format_data"):
            return Made("text")
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _NUMBERS:
            return Made("number")
        if name == "str":
            value = self._of(node.args[0]) if node.args else None
            return Made("text", value.case if isinstance(value, Made) else "", value.of if isinstance(
                value, Made) else value.place[0] if isinstance(value, Cell) else "")
        if name == "set" and node.args:
            return self._of(node.args[0])
        if isinstance(node.func, ast.Attribute) and node.func.attr in _CASES:
            return Made("text", "upper" if node.func.attr == "upper" else "lower")
        if isinstance(node.func, ast.Attribute) and node.func.attr in _SAME:
            value = self._of(node.func.value)
            return value if isinstance(value, Made | Cell) else Made("text")
        if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXTS:
            return Made("text")
        return super()._called(node)

    def _comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> List:
        made = super()._comprehended(node)
        return List(None) if isinstance(node, ast.DictComp) else made

    def visit_For(self, node: ast.For) -> None:
        super().visit_For(node)
        self._forget(node)

    def visit_If(self, node: ast.If) -> None:
        """What a branch binds may be something else behind it."""
        self.generic_visit(node)
        self._forget(node)

    def _forget(self, node: ast.stmt) -> None:
        for one in ast.walk(node):
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    if isinstance(target, ast.Name) and isinstance(self._names.get(target.id), Made):
                        del self._names[target.id]


def _as_it_came(node: ast.expr, value: Value | None) -> bool:
    """Whether a side is data whose case nobody changed."""
    if isinstance(value, Cell):
        return not value.place[0].startswith("input ")
    return (isinstance(value, Made) and not value.case and bool(value.of)) or (
        _field_of(node)[:1] == ("container",) and _field_of(node)[1:] != ("id",))


def _field_of(node: ast.expr) -> tuple[str, ...]:
    """Name and key of ``name["key"]`` and ``name.get("key")``; empty for anything else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        base, key = node.func.value, node.args[0]
    elif isinstance(node, ast.Subscript):
        base, key = node.value, node.slice
    else:
        return ()
    if isinstance(base, ast.Name) and isinstance(key, ast.Constant) and isinstance(key.value, str):
        return base.id, key.value
    return ()


def _fixed(node: ast.expr, value: Value | None) -> Sequence[str]:
    """The values that the platform has for what an expression is."""
    field = _field_of(node)
    if field[:1] == ("container",):
        return _FIXED.get(field[1], ())
    if isinstance(value, Cell) and not value.place[1]:
        return _fixed_of(value.place[0])
    return ()


def _fixed_of(path: str) -> Sequence[str]:
    if path.startswith("container:"):
        return _FIXED.get(path.partition(":")[2], ())
    return _FIXED["action status"] if path.endswith(":action_result.status") else ()


def _kept(what: str, text: str) -> str:
    return f"{what} is never {text!r}: the platform keeps {text.lower()!r}"


def _options(reading: Reading) -> dict[tuple[str, int], list[str]]:
    """The choices of each question of each prompt, as far as the source names them."""
    found: dict[tuple[str, int], list[str]] = {}
    for call in reading.calls_of("prompt2"):
        for number, one in enumerate(call.names("response_types")):
            given: Any = one.get("options") if isinstance(one, dict) else None
            choices = given.get("choices") if isinstance(given, dict) else None
            if isinstance(choices, list) and choices and all(isinstance(each, str) for each in choices):
                found[str(call.get("name")), number] = choices
    return found


def _of_condition(one: texts.Condition, options: Mapping[tuple[str, int], Sequence[str]]) -> Finding | None:
    for left, right in ((one.left, one.right), (one.right, one.left)):
        path = compiled(texts.Datapath(left, one.call, True)) if isinstance(left, str) else None
        if path is None or not isinstance(right, str) or one.operator not in ("==", "!=", "in", "not in"):
            continue
        fixed = _fixed_of(str(left))
        if fixed and right not in fixed and right.lower() in fixed:
            return one.call.line, "warning", CASE, _kept(f"'{left}'", right)
        answer = re.fullmatch(r"(.+):action_result\.summary\.responses\.(\d+)", str(left))
        choices = options.get((answer[1], int(answer[2])), ()) if answer else ()
        if choices and right not in choices and (meant := [each for each in choices if each.lower() == right.lower()]):
            return (one.call.line, "warning", CASE,
                    f"the answer in '{left}' is {meant[0]!r}, and never {right!r}: the case counts")
        if left is one.left and _NAMES.search(path.text) and _other_source(path, right, one):
            return (one.call.line, "info", CASE, (f"the case counts where '{left}' is compared with {right!r}: a value "
                                                  f"that is written in another case is not found"))
    return None


def _other_source(path: Path, right: str, one: texts.Condition) -> bool:
    """Whether somebody else has written what a name is compared with; what an action was given comes from here."""
    other = compiled(texts.Datapath(right, one.call, True))
    if other is None:
        return "." in right and right.lower() != right.upper()  # as a host or an address
    return other.source is Family.CUSTOM_LIST or (bool(_NAMES.search(other.text))
                                                  and any(each.steps[1:2] == ("data",) for each in (path, other)))


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:59]}…"
