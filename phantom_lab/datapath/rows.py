"""Rows: what records give for several paths at once."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from phantom_lab.datapath.path import STAR, Step
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.misspelt import near

Steps = tuple[Step, ...]
Met = set[tuple[int, int, bool]]
"""Where data had another shape than a path says: the number of the path, how many of its steps were left, and whether
there was a list without a star (True), or a star at an object (False)."""
Spread = tuple[list[Any], list[int], list[Steps]]
"""The elements of a list, the numbers of the paths into it, and what is left of them."""
Walk = Callable[[Iterable[Any], Met], list[list[Any]]]

_ATOMS = frozenset({str, int, float, bool, type(None)})
_LOOPS, _STEPS = 15, 60
"""What a walk is generated for; Python itself gives up at 20 nested blocks and 200 brackets."""
_SEEN, _KEYS = 20, 8
"""How many values of a level `nearby` looks at, and how many keys it names."""


def collect(records: Iterable[Any], paths: Sequence[Steps], *, copy: bool = True,
            met: Met | None = None) -> list[list[Any]]:
    """The `rows` of all records, one after the other.

    Args:
        records: JSON-like values.
        paths: what to walk in each of them.
        copy: give the caller its own objects and lists. A shallower cell that is repeated is copied once, so that
            the work stays linear. False gives those of the records.
        met: is told where data had another shape than a path says.

    Raises:
        PlaybookArgumentError: the data is nested too deeply for Python.
    """
    try:
        return _walk_of(tuple(paths), copy)(records, set() if met is None else met)
    except RecursionError:
        raise PlaybookArgumentError(f"the data is nested too deeply to be read by {len(paths)} datapaths") from None


def rows(record: Any, paths: Sequence[Steps], met: Met | None = None) -> list[list[Any]]:
    """Walk several paths in one record; `met` as for `collect`.

    A path through a list gives one row per element. Cells of a shallower path are repeated for every row of a
    deeper one; two paths through *different* lists are paired by position and padded with None (assumed). A
    missing value, and an empty list on the way, gives None, never a missing row.

    Returns:
        At least one row, each with one cell per path.
    """
    met = set() if met is None else met
    table: list[list[Any]] = []
    stack: list[tuple[Iterator[Any], Sequence[Steps]]] = [(iter((record,)), paths)]  # as deep as lists may be
    while stack:
        for item in stack[-1][0]:
            cells, spread = _spread(item, stack[-1][1], met)
            items, numbers, rests = spread[0] if spread else ([], [], [])
            if len(numbers) == len(paths) and any(len(rest) > _LOOPS for rest in rests):
                stack.append((iter(items), rests))
                break
            table += _beside(cells, spread, met) if spread else [cells]
        else:
            stack.pop()
    return table


def _spread(record: Any, paths: Sequence[Steps], met: Met) -> tuple[list[Any], list[Spread]]:
    """The cells that need no list, and the lists."""
    cells: list[Any] = [None] * len(paths)
    groups: dict[Steps, tuple[list[Any], list[int], list[Steps]]] = {}
    for number, steps in enumerate(paths):
        value, prefix, rest = _walk(record, number, steps, met)
        if rest is None:
            cells[number] = value
        else:
            _, numbers, rests = groups.setdefault(prefix, (value, [], []))
            numbers.append(number)
            rests.append(rest)
    return cells, [(_level(items, numbers, rests, met), numbers, rests) for items, numbers, rests in groups.values()]


def _beside(cells: list[Any], spread: list[Spread], met: Met) -> list[list[Any]]:
    """Rows of several lists side by side."""
    columns = []
    for items, numbers, rests in spread:
        below: Met = set()
        columns.append((numbers, _walk_of(tuple(rests), copy=False)(items, below)))
        met |= {(numbers[number], left, listed) for number, left, listed in below}
    if len(columns[0][0]) == len(cells):  # one list has them all
        return columns[0][1]
    table = []
    for position in range(max(len(found) for _, found in columns)):
        row = cells.copy()
        for numbers, found in columns:
            if position < len(found):
                for number, value in zip(numbers, found[position], strict=True):
                    row[number] = value
        table.append(row)
    return table


def nearby(records: Iterable[Any], steps: Steps) -> str:
    """Why steps found nothing: how far the walk got, and which keys there are.

    Looks at the first records and elements only.

    Returns:
        One clause such as ``walked `cef`, no `sourceAdress`; there are `sourceAddress`, `bytes`; closest is
        `sourceAddress` ``; empty when there is a value.
    """
    values = list(islice(records, _SEEN))
    for place, step in enumerate(steps):
        below = [found for value in values for found in _below(value, step)][:_SEEN]
        if not below:
            return _lost(steps[:place], step, values)
        values = below
    if any(value is not None for value in values):
        return ""
    return f"walked {_dotted(steps)}, and it holds nothing" if values else "there are no records"


def _below(value: Any, step: Step) -> list[Any]:
    if isinstance(value, list):
        if isinstance(step, int):
            return value[step:step + 1]
        return value[:_SEEN] if step is STAR else [found for item in islice(_flat(value), _SEEN)
                                                   for found in _below(item, step)]
    if step is STAR:
        return [] if value is None else [value]
    return [value[str(step)]] if isinstance(value, dict) and str(step) in value else []


def _deeper(item: Any, step: Step) -> Iterator[Steps]:
    """Where one level further down a key is."""
    for key, value in islice(item.items(), 200) if isinstance(item, dict) else ():
        if isinstance(value, dict) and str(step) in value:
            yield key, step
        elif isinstance(value, list) and any(isinstance(one, dict) and str(step) in one for one in value[:_SEEN]):
            yield key, STAR, step


def _lost(walked: Steps, step: Step, values: list[Any]) -> str:
    if not values:
        return "there are no records"
    lost = f"walked {_dotted(walked)}, no {_dotted((step,))}" if walked else f"no {_dotted((step,))}"
    found = [item for value in values for item in (islice(_flat(value), _SEEN) if isinstance(value, list) else [value])]
    keys = list(dict.fromkeys(str(key) for item in found if isinstance(item, dict) for key in islice(item, 200)))
    if not keys:
        kinds = sorted({type(value).__name__ if value or not isinstance(value, dict | list) else
                        f"an empty {type(value).__name__}" for value in values})
        return f"{lost}; there is only {', '.join(kinds)}"
    close = near(str(step), keys)
    named = ", ".join(_dotted((key,)) for key in keys[:_KEYS])
    more = f" and {len(keys) - _KEYS} more" if len(keys) > _KEYS else ""
    deeper = [] if close else list(dict.fromkeys(path for item in found for path in _deeper(item, step)))[:1]
    closest = f"; closest is {_dotted((close[0],))}" if close else (
        "".join(f"; it is in {_dotted(one)}" for one in deeper))
    return f"{lost}; there are {named}{more}{closest}"


def _dotted(steps: Steps) -> str:
    text = ".".join("*" if step is STAR else str(step) for step in steps)
    return f"`{text if len(text) <= 100 else text[:99] + '…'}`"


def _walk(value: Any, number: int, steps: Steps, met: Met) -> tuple[Any, Steps, Steps | None]:
    """Go down until the path ends or a list has to be spread.

    Returns:
        ``(leaf, _, None)``, or ``(list, steps to it without stars, steps below it)``.
    """
    prefix: list[Step] = []
    for position, step in enumerate(steps):
        if isinstance(value, list):
            if step is STAR:
                return value, tuple(prefix), steps[position + 1:]
            if not isinstance(step, int):  # a list met without a star is spread all the same
                met.add((number, len(steps) - position, True))
                return value, tuple(prefix), steps[position:]
            value = value[step] if step < len(value) else None
        elif isinstance(value, dict):
            if step is STAR:  # one object where a list could be: it stands for its only element
                met.add((number, len(steps) - position, False))
                continue
            value = value.get(step, value.get(str(step))) if isinstance(step, int) else value.get(step)
        elif step is not STAR:
            return None, (), None
        prefix.append(step)
    return value, (), None


def _level(items: list[Any], numbers: list[int], rests: list[Steps], met: Met) -> list[Any]:
    """The elements to walk on from: an empty list counts as one None, lists in lists that only keys follow as flat."""
    items = items or [None]
    if not all(rest and isinstance(rest[0], str) for rest in rests) or not any(isinstance(one, list) for one in items):
        return items
    met |= {(number, len(rest), True) for number, rest in zip(numbers, rests, strict=True)}
    return list(_flat(items))


def _flat(items: list[Any]) -> Iterator[Any]:
    """What lists in lists hold, however deep; an empty one counts as one None."""
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if isinstance(item, list) and item:
                stack.append(iter(item))
                break
            yield None if isinstance(item, list) else item
        else:
            stack.pop()


@lru_cache(maxsize=1024)
def _walk_of(paths: tuple[Steps, ...], copy: bool) -> Walk:
    """Python code for the usual shape of records; a record of another shape is walked step by step."""
    def slow(record: Any, met: Met) -> list[list[Any]]:
        return _copied(rows(record, paths, met)) if copy else rows(record, paths, met)

    source = _source([_segments(steps) for steps in paths], copy)
    if source is None:
        return lambda records, met: [row for record in records for row in slow(record, met)]
    names: dict[str, Any] = {"atoms": _ATOMS, "copied": _copied, "element": _element, "elements": _elements,
                             "nothing": {}, "slow": slow}
    exec(compile(source, "<datapaths>", "exec"), names)
    walk: Walk = names["walk"]
    return walk


def _segments(steps: Steps) -> list[Steps]:
    """The steps between the stars."""
    stars = [-1, *(place for place, step in enumerate(steps) if step is STAR), len(steps)]
    return [steps[start + 1:end] for start, end in pairwise(stars)]


def _source(paths: list[list[Steps]], copy: bool) -> str | None:
    """Nested loops over the lists that all the paths share; None for paths through different lists, or too deep ones.

    Only the `repr` of keys and numbers goes into the text.
    """
    deepest = max(paths, key=len, default=[()])
    loops = len(deepest) - 1
    if loops > _LOOPS or any(path[:-1] != deepest[:len(path) - 1] or sum(map(len, path)) > _STEPS for path in paths):
        return None
    cells = [_cell(path[-1], len(path) - 1, copy) for path in paths]
    repeated = {number: f"cell{number}" for number, path in enumerate(paths) if len(path) <= loops}
    lines = ["def walk(records, met):", " found = []", " for value0 in records:", "  before = len(found)", "  try:"]
    for level, segment in enumerate(deepest):
        indent = " " * (level + 3)
        lines += [f"{indent}{name} = {cells[number]}" for number, name in repeated.items()
                  if len(paths[number]) - 1 == level]
        if level < loops:
            lines.append(f"{indent}for value{level + 1} in elements({_value(segment, level)}):")
    row = ", ".join(repeated.get(number, cell) for number, cell in enumerate(cells))
    lines += [f"{' ' * (loops + 3)}found.append([{row}])", "  except (AttributeError, TypeError):",
              "   del found[before:]", "   found += slow(value0, met)", " return found"]
    return "\n".join(lines)


def _cell(segment: Steps, level: int, copy: bool) -> str:
    value = _value(segment, level)
    return f"cell if type(cell := {value}) in atoms else copied(cell)" if copy else value


def _value(segment: Steps, level: int) -> str:
    """An expression that raises for anything but objects and nothing on the way."""
    text = f"value{level}"
    for place, step in enumerate(segment):
        if isinstance(step, int):
            text = f"element({text}, {step!r})"
        else:  # what is false holds nothing, be it None, an empty text or an empty list
            text = f"({text} or nothing).get({step!r})" if level or place else f"{text}.get({step!r})"
    return text


def _elements(value: Any) -> Sequence[Any]:
    if type(value) is list and value:
        return value
    if value is None or value == []:
        return (None,)
    raise TypeError


def _element(value: Any, number: int) -> Any:
    if type(value) is not list:
        raise TypeError
    return value[number] if number < len(value) else None


def _copied(value: Any) -> Any:
    if not isinstance(value, dict | list):
        return value
    try:  # the quickest copy of JSON-like data, and one without Python's limit of recursion
        return marshal.loads(marshal.dumps(value))
    except ValueError:
        return deepcopy(value)
