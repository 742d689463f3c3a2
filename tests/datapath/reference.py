"""Slow and obvious readings of the rules, written apart from the code that they judge."""

from __future__ import annotations

import ipaddress
import json
import math
from decimal import Decimal, InvalidOperation
from typing import Any

from phantom_lab.datapath import STAR

Wanted = dict[int, tuple[Any, ...]]


def rows(record: Any, paths: list[tuple[Any, ...]]) -> list[list[Any]]:
    """What several paths give in one record: tables of the lists on the way, side by side."""
    fixed, tables = _explore(record, dict(enumerate(paths)))
    height = max([1, *map(len, tables)])
    found = []
    for number in range(height):
        row = dict.fromkeys(range(len(paths))) | fixed
        for table in tables:
            if number < len(table):
                row |= table[number]
        found.append([row[column] for column in range(len(paths))])
    return found


def _explore(value: Any, wanted: Wanted) -> tuple[dict[int, Any], list[list[dict[int, Any]]]]:
    """Cells that stand still, and one table for every list that is spread."""
    fixed: dict[int, Any] = {}
    below: dict[Any, tuple[Any, Wanted]] = {}
    spread: Wanted = {}
    for column, given in wanted.items():
        steps = given
        if isinstance(value, dict):
            while steps and steps[0] is STAR:
                steps = steps[1:]
        if not isinstance(value, dict | list):
            fixed[column] = value if all(step is STAR for step in steps) else None
        elif not steps:
            fixed[column] = value
        elif isinstance(value, dict):
            below.setdefault(steps[0], (_entry(value, steps[0]), {}))[1][column] = steps[1:]
        elif isinstance(steps[0], int):
            element = value[steps[0]] if steps[0] < len(value) else None
            below.setdefault(steps[0], (element, {}))[1][column] = steps[1:]
        else:
            spread[column] = steps[1:] if steps[0] is STAR else steps
    tables = []
    if spread:
        tables.append([dict(zip(spread, row, strict=True)) for item in value
                       for row in rows(item, list(spread.values()))] or [dict.fromkeys(spread)])
    for inner, rest in below.values():
        cells, more = _explore(inner, rest)
        fixed |= cells
        tables += more
    return fixed, tables


def _entry(value: dict[str, Any], step: Any) -> Any:
    if step in value:
        return value[step]
    return value.get(str(step))


def compare(left: Any, operator: str, right: Any, case_sensitive: bool, delimiter: str | None, left_collected: bool,
            right_collected: bool) -> bool:
    """An operator on two operands: any part of the one with any part of the other; one of one operand on the left."""
    if operator.startswith("is "):
        missing = [None, "", [], {}, ()] if operator.endswith("empty") else [None, ""] if right == "" else [None]
        return any(type(left) is type(one) and left == one for one in missing) != (" not " in operator)
    literal = object()  # stands for a None that somebody wrote
    if left is None and right_collected and not left_collected:
        left = literal
    if right is None and not right_collected:
        right = literal
    pairs = [(a, b) for a in _parts(left, delimiter, left_collected) for b in _parts(right, delimiter, right_collected)]
    if operator in ("==", "!="):
        return any(_equal(a, b, case_sensitive, literal) for a, b in pairs) == (operator == "==")
    if operator in ("in", "not in"):
        return any(_within(a, b, case_sensitive, literal, left_collected or not right_collected, right_collected)
                   for a, b in pairs) == (operator == "in")
    return any(_ordered(a, operator, b, literal) for a, b in pairs)


def _parts(value: Any, delimiter: str | None, collected: bool) -> list[Any]:
    parts = value.split(delimiter) if collected and delimiter and isinstance(value, str) else []
    return [value] + ([part.strip() for part in parts if part.strip()] if len(parts) > 1 else [])


def _equal(left: Any, right: Any, case_sensitive: bool, literal: object) -> bool:
    if left is literal or right is literal:
        return (left is literal or left is None) and (right is literal or right is None)
    if left is None or right is None:
        return left in (None, "") and right in (None, "")
    if isinstance(left, bool) or isinstance(right, bool):
        return left == right or str(left).lower() == str(right).lower()
    if isinstance(left, str) and isinstance(right, str):
        return left == right or (not case_sensitive and left.lower() == right.lower())
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return bool(one == other)
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return bool(left == right)
    return str(left) == str(right)


def _number(value: Any) -> Any:
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or "_" in value:
        return None
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    if value.strip().lstrip("+-").isdecimal():
        return int(number)
    return None if math.isinf(float(number)) else float(number)


def _within(left: Any, right: Any, case_sensitive: bool, literal: object, left_missing: bool,
            right_missing: bool) -> bool:
    if right is None or right is literal:
        return False
    if isinstance(left, list):
        return any(_within(item if item is not None or left_missing else literal, right, case_sensitive, literal,
                           left_missing, right_missing) for item in left)
    if isinstance(right, list | dict):
        return any(_equal(left, item if item is not None or right_missing else literal, case_sensitive, literal)
                   for item in right)
    if left in (None, "") or left is literal:
        return False
    small, large = str(left), str(right)
    if small in large or (not case_sensitive and small.lower() in large.lower()):
        return True
    for part in large.split(","):
        if not isinstance(left, str) and _equal(left, part.strip(), case_sensitive, literal):
            return True
        try:
            if "/" in part and ipaddress.ip_address(small) in ipaddress.ip_network(part.strip(), strict=False):
                return True
        except ValueError:
            continue
    return False


def _ordered(left: Any, operator: str, right: Any, literal: object) -> bool:
    if left in (None, literal) or right in (None, literal):
        return False
    one, other = _number(left), _number(right)
    if one is None or other is None:
        one, other = str(left), str(right)
    return bool({"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator])


def render(template: str, columns: list[list[Any]], separator: str, drop_none: bool,
           objects: str) -> tuple[str, list[str]]:
    """A filled template, line by line and letter by letter.

    Raises:
        IndexError: a field without a column.
    """
    def text(value: Any) -> str:
        return json.dumps(value) if objects == "json" and isinstance(value, dict | list) else str(value)

    def joined(column: list[Any]) -> str:
        if not column and not drop_none:
            return "None"
        return separator.join(text(value) for value in column if value is not None or not drop_none)

    lines = template.split("\n")
    lines = [line + "\n" for line in lines[:-1]] + lines[-1:]
    marks = [n for n, line in enumerate(lines) if line.removesuffix("\n").removesuffix("\r").strip(" \t") == "%%"]
    pieces, items, start = [], [], 0
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        pieces.append(fill("".join(lines[start:first]), [joined(column) for column in columns]))
        body = "".join(lines[first + 1:last])
        ending = "\r\n" if body.endswith("\r\n") else "\n"
        for texts in _lines(body, columns, drop_none, text):
            row = fill(body, texts)
            pieces.append(row)
            items.append(row[:-len(ending)] if row else row)
        start = last + 1
    pieces.append(fill("".join(lines[start:]), [joined(column) for column in columns]))
    whole = "".join(pieces)
    return whole, items if len(marks) > 1 else [whole]


def _lines(body: str, columns: list[list[Any]], drop_none: bool, text: Any) -> list[list[str]]:
    used: list[int] = []
    fill(body, [""] * len(columns), used)
    if not used:
        return [[]]
    found = []
    for number in range(max(len(columns[column]) for column in used)):
        cells = {}
        for column in used:
            values = columns[column]
            place = 0 if len(values) == 1 else number
            cells[column] = values[place] if place < len(values) else None
        if drop_none and all(cell is None for cell in cells.values()):
            continue
        found.append([("" if drop_none and cells.get(n) is None else text(cells.get(n))) for n in range(len(columns))])
    return found


def fill(template: str, texts: list[str], used: list[int] | None = None) -> str:
    """Fields and doubled braces, letter by letter; `used` is told the numbers of the fields."""
    made, place = "", 0
    while place < len(template):
        end = template.find("}", place)
        digits = template[place + 1:end] if template[place] == "{" and end > 0 else ""
        if template[place:place + 2] in ("{{", "}}"):
            made, place = made + template[place], place + 2
        elif digits and set(digits) <= set("0123456789"):
            if int(digits) >= len(texts):
                raise IndexError(digits)
            if used is not None:
                used.append(int(digits))
            made, place = made + texts[int(digits)], end + 1
        else:
            made, place = made + template[place], place + 1
    return made
