"""Situations with two of what there was one of, so that actions run for two things."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from typing import Any

from phantom_lab.model import json_copy
from phantom_lab.trials.edits import Situation


def doubled(situation: Situation) -> Situation:
    """A second artifact with other values in its fields, where there is one; a second value of every input."""
    found: Situation = json_copy(situation)
    artifacts = found["container"].get("artifacts", [])
    if len(artifacts) == 1:
        first = artifacts[0]
        cef = {name: another(one) for name, one in first.get("cef", {}).items()}
        artifacts.append({**json_copy(first), "cef": cef})
    for name, given in found.get("inputs", {}).items():
        if isinstance(given, list) and len(given) == 1:
            found["inputs"][name] = [given[0], another(given[0])]
    return found


def another(value: Any) -> Any:
    """A value of the same kind that is not the same; what has no other one stays."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if not isinstance(value, str):
        return value + 1
    with suppress(ValueError, ipaddress.AddressValueError):
        return str(ipaddress.ip_address(value) + 1)
    if value[-1:].isdigit():
        return f"{value[:-1]}{(int(value[-1]) + 1) % 10}" if value[-1].isascii() else value
    if all(one in "0123456789abcdef" for one in value) and value:  # a digest
        return f"{value[:-1]}{'b' if value[-1] != 'b' else 'c'}"
    if "@" in value:
        return f"other.{value}"
    return f"other-{value}" if value and "/" not in value and "\\" not in value else f"{value}2" if value else value
