"""The Common Event Format as the platform knows it: what its fields contain, and their other names (observed)."""

from __future__ import annotations

from typing import Any

from phantom_lab.rules.surface import surface


def contains_of(field: str) -> list[str]:
    """What a field contains, by its name alone; nothing for an unknown one."""
    found: list[str] = surface().constants["CEF_JSON"].get(field, {}).get("contains", [])
    return found


def cef_value(cef: Any, field: str) -> Any:
    """A field's value, under either of its names; None where there is none."""
    if not isinstance(cef, dict):
        return None
    found = cef.get(field)
    return cef.get(surface().constants["CEF_NAME_MAPPING"].get(field)) if found is None else found
