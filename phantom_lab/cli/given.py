"""What the options of ``phantom-lab run`` mean."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.errors import InputError, cut
from phantom_lab.misspelt import closest, did_you_mean
from phantom_lab.model import Options
from phantom_lab.scenarios.list_file import rows_of

if TYPE_CHECKING:
    from phantom_lab.lab import Lab

OPTIONS = tuple(one.name for one in fields(Options))


def inputs(given: list[str]) -> dict[str, Any]:
    """``NAME=JSON``; text that is no JSON stands for itself."""
    found: dict[str, Any] = {}
    for name, text in _pairs(given, "--input", "NAME=JSON", """--input 'ip=["1.1.1.1"]'"""):
        try:
            found[name] = json.loads(text)
        except (ValueError, RecursionError):
            found[name] = text
    return found


def scope(given: str | None, lab: Lab) -> str | list[int] | None:
    """``new``, ``all`` or artifact ids with commas between them; None stays None.

    Raises:
        InputError: something else, or the lab has no such artifact.
    """
    if given is None or given in ("new", "all"):
        return given
    try:
        ids = [int(one) for one in given.split(",")]
    except ValueError:
        raise InputError(f"--scope {given!r} is neither new, all nor artifact ids{closest(given, ('new', 'all'))}",
                         hint="For instance --scope 3,4.") from None
    if unknown := [one for one in ids if one not in lab.artifacts]:
        there = ", ".join(map(str, list(lab.artifacts)[:20])) or "none"
        raise InputError(f"--scope: there is no artifact {', '.join(map(str, unknown))}",
                         hint=f"There are {there}{', …' if len(lab.artifacts) > 20 else ''}.")
    return ids


def lists(given: list[str]) -> dict[str, list[Any]]:
    """``NAME=FILE``, each a list of rows.

    Raises:
        InputError: a file cannot be read, or holds no list.
    """
    return {name: rows_of(Path(file))
            for name, file in _pairs(given, "--list", "NAME=FILE", "--list blocked=blocked.csv")}


def options(given: list[str]) -> dict[str, Any]:
    """``NAME=VALUE`` of `Options`.

    Raises:
        InputError: there is no such option, or no such value.
    """
    found = dict(_pairs(given, "--option", "NAME=VALUE", "--option no_rows=skip"))
    if unknown := [name for name in found if name not in OPTIONS]:
        raise InputError(f"there is no option {', '.join(map(repr, unknown))}",
                         hint=f"{did_you_mean(unknown, OPTIONS)} There are {', '.join(OPTIONS)}.".strip())
    chosen = {name: _value(text) for name, text in found.items()}
    Options(**chosen)  # says what is wrong with a value
    return chosen


def _pairs(given: list[str], option: str, form: str, example: str) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise InputError(f"{option} {one!r} is not {form}", hint=f"For instance {example}.")
        if found.setdefault(name, value) != value:
            raise InputError(f"{option}: {name!r} is given twice, as {cut(found[name])} and as {cut(value)}")
    return [*found.items()]


def _value(text: str) -> Any:
    """A number where it is one."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
