"""What a file holds: a playbook, a custom function, or neither."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.later import regex
from phantom_lab.model import naming, read_json
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK
from phantom_lab.source.source import Function, functions, parsed

CUSTOM_FUNCTIONS = "custom_functions"
"""Folder of custom functions beside playbooks, as in the public repositories."""
ON_START = regex(r"^[ \t]*(?:async[ \t]+)?def[ \t]+on_start\b", re.MULTILINE)
"""Where a text may define a playbook's start."""


def is_archive(path: str | Path) -> bool:
    """Whether a path is named as the platform's archives of playbooks are."""
    return str(path).lower().endswith((".tgz", ".tar.gz"))


def kind_of(path: Path, text: str) -> str:
    """``playbook``, ``custom function``, or empty: neither, or a text that cannot be parsed.

    A playbook defines ``on_start``. Else its folder says what it is, or the export beside it; or it defines a function
    of its own name, or one alone that is no block.
    """
    try:
        defined = {one.name: one for one in functions(parsed(text, str(path)).body)}
    except PlaybookLoadError:
        return PLAYBOOK if ON_START.search(text) else ""
    if "on_start" in defined:
        return PLAYBOOK
    if path.parent.name == CUSTOM_FUNCTIONS:
        return CUSTOM_FUNCTION
    if said := exported_as(path):
        return said
    alone = len(defined) == 1 and not any(is_block(one) for one in defined.values())
    return CUSTOM_FUNCTION if alone or naming.meant(path.stem, defined) else ""


def exported_as(path: Path) -> str:
    """What the export beside a file says that it is; empty where there is none, or one of another shape."""
    try:
        export: Any = read_json(path.with_suffix(".json"), "export")
    except InputError:
        return ""
    if not isinstance(export, dict):
        return ""
    if isinstance(export.get("coa"), dict):
        return PLAYBOOK
    return CUSTOM_FUNCTION if "custom_function_id" in export or {"inputs", "outputs"} <= export.keys() else ""


def is_block(node: Function, used: Collection[str] = ()) -> bool:
    """Whether the platform or the playbook invokes a function as a block.

    Args:
        used: names of functions that are callbacks.
    """
    arguments = node.args
    names = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    decorated = any("playbook_block" in (getattr(part, "attr", ""), getattr(part, "id", ""))
                    for decorator in node.decorator_list for part in ast.walk(decorator))
    return (decorated or node.name in used or node.name in ("on_start", "on_finish") or "container" in names
            or arguments.kwarg is not None)
