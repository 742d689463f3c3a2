"""A report as SARIF 2.1.0, which code hosts show beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phantom_lab.check.checking import Report
from phantom_lab.check.ignored import Ignored
from phantom_lab.check.kinds import KINDS
from phantom_lab.check.sources import Problem
from phantom_lab.version import __version__

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"


def sarif(report: Report, root: Path, *, more: Sequence[Problem] = ()) -> dict[str, Any]:
    """The report as one SARIF log.

    Args:
        root: the folder that paths are given from; a file that lies elsewhere is given by its whole path.
        more: findings besides those of the report.
    """
    found = [*report.problems, *report.remarks, *more, *report.ignored]
    codes = [*KINDS, *sorted({one.kind for one in found} - KINDS.keys())]
    number = {code: place for place, code in enumerate(codes)}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "phantom-lab", "version": __version__, "rules": [*map(_rule, codes)]}},
        "originalUriBaseIds": {_ROOT: {"uri": f"{root.resolve().as_uri()}/"}},
        "artifacts": [{"location": _location(one.path, root)} for one in report.files if one.what != "passed over"],
        "results": [_result(one, number[one.kind], root) for one in found],
        "columnKind": "unicodeCodePoints"}]}


def _rule(code: str) -> dict[str, Any]:
    kind = KINDS.get(code)
    return {"id": code, "name": code.title().replace("-", ""),
            "shortDescription": {"text": kind.about if kind else code},
            **({"help": {"text": kind.advice}} if kind and kind.advice else {}),
            "defaultConfiguration": {"level": _LEVELS[kind.levels.split()[0]] if kind else "warning"}}


def _result(one: Problem, rule: int, root: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _location(one.playbook, root)}
    if one.line:
        place["region"] = {"startLine": one.line}
    block = {"logicalLocations": [{"name": one.block, "kind": "function"}]} if one.block else {}
    silenced = {"suppressions": [{"kind": "inSource", "justification": one.reason}]} if isinstance(one, Ignored) else {}
    return {"ruleId": one.kind, "ruleIndex": rule, "level": _LEVELS[one.level],
            "message": {"text": f"{one.message.rstrip('.')}. {one.hint}" if one.hint else one.message},
            "locations": [{"physicalLocation": place, **block}], **silenced}


def _location(file: str, root: Path) -> dict[str, str]:
    path = Path(file).resolve()
    if path.is_relative_to(root.resolve()):
        return {"uri": Path(path.relative_to(root.resolve())).as_posix().replace(" ", "%20"), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}
