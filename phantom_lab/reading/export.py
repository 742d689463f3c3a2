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

_ACTIONS = ("action", "enterpriseSecurity", "missionControl")
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
        data = _object(_object(_object(read_json(export, "playbook export")).get("coa")).get("data"))
    except InputError:
        return {}
    modern, classic = _object(data.get("nodes")), _object(data.get("joint")).get("cells")
    return {**dict(_modern(list(modern.values()))), **dict(_classic(_objects(classic), export.name))}


def _modern(nodes: list[Any]) -> Iterator[tuple[str, Connector]]:
    for node in _objects(nodes):
        data = _object(node.get("data"))
        if node.get("type") in _ACTIONS and (name := naming.key(_text(data.get("functionName")))):
            required = data.get("requiredParameters")
            yield name, Connector(_text(data.get("connector")), _id(data.get("connectorId")),
                                  requires=bool(required) if isinstance(required, list) else None)


def _classic(cells: list[dict[str, Any]], file: str) -> Iterator[tuple[str, Connector]]:
    for cell in cells:
        if cell.get("type") != "coa.Action" or not (name := _function(cell)):
            continue
        assets = sorted(_objects(cell.get("assets")), key=lambda one: not one.get("output"))
        first = assets[0] if assets else {}
        app = _text(first.get("app_name")) or _text(cell.get("app"))
        appid = _id(first.get("appid")) or _id(cell.get("appid"))
        outputs = outputs_of(first.get("output"))
        declared = Declaration(app or _text(first.get("name")), _text(cell.get("action")), f"export of {file}", appid,
                               outputs=outputs) if outputs else None
        yield name, Connector(app or _text(first.get("name")), appid, declared)


def _function(cell: dict[str, Any]) -> str:
    """The function of a classic block, in whose name its case stays; one that was edited by hand carries no code, and
    gets its title."""
    found = _DEF.search(_text(cell.get("block_code")))
    if found:
        return found[1]
    return re.sub(r"\W", "_", _text(cell.get("custom_name")) or f"{_text(cell.get('name'))}_{cell.get('number')}")


def _id(given: Any) -> str:
    """An app's id: a platform writes its own number where the app is one of its own."""
    return given.lower() if isinstance(given, str) and "-" in given else ""


def _object(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _objects(given: Any) -> list[dict[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _text(given: Any) -> str:
    return given.strip() if isinstance(given, str) else ""
