"""The visual editor's export beside a playbook: which app each action block is of, and what classic ones declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phantom_lab.apps.manifests import outputs_of
from phantom_lab.errors import InputError
from phantom_lab.later import regex
from phantom_lab.model import naming, read_json
from phantom_lab.outcomes.declared import Connector, Declaration

ACTIONS = ("action", "enterpriseSecurity", "missionControl")
"""Types of nodes that ask for an action; those of the built-in connector have types of their own."""
_DEF = regex(r"^def (\w+)\(", re.MULTILINE)


def connectors_of(playbook: Path | None) -> dict[str, Connector]:
    """Connectors by the name of the block's function; nothing where there is no export, or one of another shape.

    Args:
        playbook: the playbook's file, beside which the export stands.
    """
    if playbook is None or not (export := playbook.with_suffix(".json")).is_file():
        return {}
    try:
        data = object_of(object_of(object_of(read_json(export, "playbook export")).get("coa")).get("data"))
    except InputError:
        return {}
    modern, classic = object_of(data.get("nodes")), object_of(data.get("joint")).get("cells")
    return {**dict(_modern(list(modern.values()))), **dict(_classic(objects_of(classic), export.name))}


def _modern(nodes: list[Any]) -> Iterator[tuple[str, Connector]]:
    for node in objects_of(nodes):
        data = object_of(node.get("data"))
        if node.get("type") in ACTIONS and (name := naming.key(text_of(data.get("functionName")))):
            required = data.get("requiredParameters")
            yield name, Connector(text_of(data.get("connector")), _id(data.get("connectorId")),
                                  requires=bool(required) if isinstance(required, list) else None)


def _classic(cells: list[dict[str, Any]], file: str) -> Iterator[tuple[str, Connector]]:
    for cell in cells:
        if cell.get("type") != "coa.Action" or not (name := function_of(cell)):
            continue
        assets = sorted(objects_of(cell.get("assets")), key=lambda one: not one.get("output"))
        first = assets[0] if assets else {}
        app = text_of(first.get("app_name")) or text_of(cell.get("app"))
        appid = _id(first.get("appid")) or _id(cell.get("appid"))
        outputs = outputs_of(first.get("output"))
        app = app or text_of(first.get("name"))
        declared = Declaration(app, text_of(cell.get("action")), f"export of {file}", appid,
                               outputs=outputs) if outputs else None
        yield name, Connector(app, appid, declared)


def function_of(cell: dict[str, Any]) -> str:
    """The function of a classic block, in whose name its case stays; one that was edited by hand carries no code, and
    gets its title."""
    found = _DEF.search(text_of(cell.get("block_code")))
    if found:
        return found[1]
    return re.sub(r"\W", "_", text_of(cell.get("custom_name")) or f"{text_of(cell.get('name'))}_{cell.get('number')}")


def _id(given: Any) -> str:
    """An app's id: a platform writes its own number where the app is one of its own."""
    return given.lower() if isinstance(given, str) and "-" in given else ""


def object_of(given: Any) -> dict[str, Any]:
    """An object of an export; an empty one in place of anything else."""
    return given if isinstance(given, dict) else {}


def objects_of(given: Any) -> list[dict[str, Any]]:
    """The objects in a list of an export; none in place of anything else."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def text_of(given: Any) -> str:
    """A text of an export, stripped; an empty one in place of anything else."""
    return given.strip() if isinstance(given, str) else ""
