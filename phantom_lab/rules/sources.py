"""The records that a datapath reads, from the state of the run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.datapath import Path, Source, rows
from phantom_lab.engine import PlaybookRun
from phantom_lab.model import Artifact
from phantom_lab.rules.arguments import container_id

LIMIT = 2000
"""Artifacts that one call reads unless it says otherwise (documented)."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a call restricts its datapaths to."""

    container: Any = None
    scope: Any = None
    limit: int | None = None
    artifact_ids: Any = None
    """``filter_artifacts`` / ``filtered_artifacts``: only these."""
    tags: list[str] = field(default_factory=list)
    passed: Any = None
    """``action_results``: app runs passed along by the caller."""


def records(run: PlaybookRun, path: Path, restriction: Restriction) -> list[Any]:
    """The records of a path's origin, each to be walked with ``path.steps``."""
    source = path.source
    if source is Source.ARTIFACT:
        return artifacts(run, path, restriction)
    if source is Source.ACTION_RESULT:
        return action_results(run, path, restriction)
    if source is Source.CONTAINER:
        number = container_id(run, restriction.container)
        if number is None:
            return [{}]
        return [run.container if number == run.state.container_id else run.state.containers[number]]
    return [_value(run, path)]


def values(run: PlaybookRun, path: Path, restriction: Restriction) -> list[Any]:
    """One path alone, as a flat list of cells."""
    return [row[0] for record in records(run, path, restriction) for row in rows(record, [path.steps])]


def artifacts(run: PlaybookRun, path: Path, restriction: Restriction) -> list[Artifact]:
    """Artifacts in scope, in creation order, after every restriction."""
    number = container_id(run, restriction.container)
    found = run.state.artifacts_in_scope(number, restriction.scope) if number is not None else []
    if path.filter:
        allowed = set(_artifact_ids(run, path.filter))
        found = [one for one in found if one["id"] in allowed]
    if path.block:
        tied = {_context_artifact(record) for record in _flat(app_runs(run, path.block, "", restriction))}
        found = [one for one in found if one["id"] in tied]
    if path.label != "*":
        found = [one for one in found if one["label"] == path.label]
    if restriction.artifact_ids:
        chosen = {int(one) for one in restriction.artifact_ids if str(one).isdigit()}
        found = [one for one in found if one["id"] in chosen]
    if restriction.tags:
        found = [one for one in found if set(restriction.tags) <= set(one["tags"] or ())]
    limit = LIMIT if restriction.limit is None else restriction.limit
    if len(found) > limit:
        run.note(f"{path.text}: {len(found)} artifacts match and the limit is {limit}: the rest is cut off")
    return found[:limit]


def action_results(run: PlaybookRun, path: Path, restriction: Restriction) -> list[dict[str, Any]]:
    """One record per action result: ``{"action_result": …, "app_run": …}``."""
    return _flat(app_runs(run, path.block, path.filter, restriction))


def app_runs(run: PlaybookRun, block: str, chosen: str, restriction: Restriction) -> list[dict[str, Any]]:
    """App runs in callback form.

    What a filter stored wins; then what was passed along under the path's block name, then the run's own results of
    that name. A path without a block reads what was passed along.
    """
    if chosen:
        subset = run.state.subsets.get(chosen)
        return subset.results.get(block, []) if subset else []
    passed = [one for one in restriction.passed or () if isinstance(one, dict)]
    if not block:
        return passed
    named = [one for one in passed if one.get("name") == block]
    return named or run.state.results_of(block)


def _flat(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"action_result": one, "app_run": app_run} for app_run in runs
            for one in app_run.get("action_results") or ()]


def _artifact_ids(run: PlaybookRun, chosen: str) -> list[int]:
    """Artifacts that a filter let through: tested themselves, or tied to a matching result by its context."""
    subset = run.state.subsets.get(chosen)
    if subset is None:
        return []
    if subset.artifact_ids or not subset.results:
        return subset.artifact_ids
    tied = [_context_artifact(record) for runs in subset.results.values() for record in _flat(runs)]
    return [one for one in tied if isinstance(one, int)]


def _context_artifact(record: dict[str, Any]) -> Any:
    return ((record["action_result"].get("parameter") or {}).get("context") or {}).get("artifact_id")


def _value(run: PlaybookRun, path: Path) -> Any:
    """The one record of a source that is a single value: a list in it is spread by the path."""
    state = run.state
    if path.filter:
        subset = state.subsets.get(path.filter)
        return _wrapped(path, subset.values.get(source_key(path), []) if subset else [])
    if path.source is Source.PLAYBOOK_INPUT and not path.block:
        return state.inputs
    if path.source is Source.FORMATTED_DATA:
        rendered = state.formats.get(path.block)
        if rendered is None:
            return None
        return rendered.items if path.steps else rendered.text
    if path.source is Source.CUSTOM_FUNCTION:
        name = str(path.steps[0]) if path.steps else ""
        stored = state.run_data.get(f"{path.block}:{name}", "")
        with suppress(ValueError, TypeError):
            stored = json.loads(stored)
        return {name: stored}
    raise run.gap(f"datapath {path.text}", f"datapaths: {path.source.value}")


def source_key(path: Path) -> str:
    """Under what a filter keeps the matching values of a source that has no ids."""
    return f"{path.block}:{path.source.value}:{path.steps[0] if path.steps else ''}"


def _wrapped(path: Path, found: list[Any]) -> Any:
    return {path.steps[0]: found} if path.steps else found
