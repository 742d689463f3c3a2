"""A report as SARIF 2.1.0, which code hosts show beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from phantom_lab.check.kinds import KINDS
from phantom_lab.version import __version__

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEFT = "passed-over"
"""Files that are not read: the tool says so, and it is no finding."""
_ROOT = "SRCROOT"
"""What code hosts take for the root of the repository."""


def sarif(report: Mapping[str, Any], root: Path, *, more: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """A report as one SARIF log.

    Args:
        report: as ``check --json`` gives it.
        root: the folder that paths are given from; a file that lies elsewhere is given by its whole path.
        more: findings besides those of the report.
    """
    every = [*report["problems"], *report["remarks"], *more, *report["ignored"]]
    found = [one for one in every if one["kind"] != _LEFT]
    left = [{"level": "note", "message": {"text": f"{one['playbook']}: {one['message']}"}}
            for one in every if one["kind"] == _LEFT]
    number = {code: place for place, code in enumerate(KINDS)}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "phantom-lab", "version": __version__, "rules": [*map(_rule, KINDS)]}},
        "artifacts": [{"location": _location(one["path"], root)} for one in report["files"]
                      if one["what"] != "passed over"],
        "results": [_result(one, number[one["kind"]], root) for one in found],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": left}],
        "columnKind": "unicodeCodePoints"}]}


def _rule(code: str) -> dict[str, Any]:
    kind = KINDS[code]
    return {"id": code, "shortDescription": {"text": kind.about},
            **({"help": {"text": kind.advice}} if kind.advice else {}),
            "defaultConfiguration": {"level": _LEVELS[kind.levels.split()[0]]}}


def _result(one: Mapping[str, Any], rule: int, root: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _location(one["playbook"], root)}
    if one["line"]:
        place["region"] = {"startLine": one["line"]}
    block = {"logicalLocations": [{"name": one["block"], "kind": "function"}]} if one["block"] else {}
    message = f"{one['message'].rstrip('.')}. {one['hint']}" if one["hint"] else one["message"]
    silenced = {"suppressions": [{"kind": "inSource", "justification": one["reason"]}]} if "reason" in one else {}
    return {"ruleId": one["kind"], "ruleIndex": rule, "level": _LEVELS[one["level"]], "message": {"text": message},
            "locations": [{"physicalLocation": place, **block}], **silenced}


def _location(file: str, root: Path) -> dict[str, str]:
    whole = root.resolve()
    path = (whole / file).resolve()
    if path.is_relative_to(whole):
        return {"uri": quote(path.relative_to(whole).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}
