"""The records that a datapath reads, from the state of the run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import field
from typing import Any

from phantom_lab.datapath import STAR, Family, Path
from phantom_lab.engine import PlaybookRun
from phantom_lab.later import dataclass
from phantom_lab.model import Artifact, as_id, naming
from phantom_lab.rules.arguments import container_id
from phantom_lab.rules.shapes import collected
from phantom_lab.source.inputs import named

LIMIT = 2000
"""Artifacts that one call reads unless it says otherwise (documented)."""
ARTIFACTS = Path("artifact:*", Family.ARTIFACT, ())
"""Every artifact, whole."""
RESULTS = (Family.ACTION_RESULT, Family.CUSTOM_FUNCTION_RESULT)
"""Sources that a filter keeps as app runs in callback form, cut down to what passed."""
RUNS = (Family.ACTION_RESULTS, Family.CUSTOM_FUNCTION_RESULTS)
"""The same, read app run by app run: a filter keeps those that passed as they are."""


_PLANS = ("response_plans", STAR)


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


def records(run: PlaybookRun, paths: Sequence[Path], restriction: Restriction) -> list[Any]:
    """The records that paths of one origin read, each to be walked with ``path.steps``."""
    path, source = paths[0], paths[0].source
    if source is Family.ARTIFACT:
        return artifacts(run, path, restriction)
    if source in RESULTS:
        return _results(run, path, restriction)
    if source in RUNS:
        return [one for one in _read(run, path, restriction) if one.get(source.value)]
    if source is Family.CONTAINER:
        number = container_id(run, restriction.container)
        return [{} if number is None else run.container_copy(number)]
    if source is Family.PLAYBOOK:
        return [{"launching_user": run.platform.user.to_json()}]
    if source is Family.FINDING:
        return _finding(run, paths)
    if source is Family.FORMATTED_DATA:
        return _formatted(run, path)
    return _elements({path.steps[0] if path.steps else "": stored(run, path) for path in paths})


def values(run: PlaybookRun, path: Path, restriction: Restriction) -> list[Any]:
    """One path alone, as a flat list of cells."""
    return [row[0] for row in table(run, [path], restriction)]


def table(run: PlaybookRun, paths: Sequence[Path], restriction: Restriction, *, copy: bool = False) -> list[list[Any]]:
    """Rows of paths of one origin together, one cell per path; their cells are the caller's own only if copied."""
    return collected(run, records(run, paths, restriction), paths, copy=copy)


def artifacts(run: PlaybookRun, path: Path, restriction: Restriction) -> list[Artifact]:
    """Artifacts in scope, in creation order, after every restriction."""
    number = container_id(run, restriction.container)
    found = run.state.artifacts_in_scope(number, restriction.scope) if number is not None else []
    if path.filtered and found and not restriction.artifact_ids:
        run.hint(f"{path.text} reads all artifacts, as none were passed along (assumed): filter_artifacts="
                 "filtered_artifacts passes what a filter let through, and "
                 f"filtered-data:FILTER:condition_N:{path.text.replace('filtered', '', 1).lstrip('-_')} reads it")
    found = _restricted(_meant(run, path, restriction, found), restriction)
    limit = LIMIT if restriction.limit is None else restriction.limit
    if len(found) > limit:
        run.note(f"{path.text}: {len(found)} artifacts match and the limit is {limit}: the rest is cut off")
    return found[:limit]


def _meant(run: PlaybookRun, path: Path, restriction: Restriction, found: list[Artifact]) -> list[Artifact]:
    """Those that a path means: let through by its filter, tied to its block, of its label or at its place."""
    if path.filter:
        allowed = set(_artifact_ids(run, path.filter))
        found = [one for one in found if one["id"] in allowed]
    if path.block:
        tied = set(context_artifacts(app_runs(run, path.block, "", restriction)))
        found = [one for one in found if one["id"] in tied]
    place = as_id(path.label)
    if place is not None:
        return found[place:][:1]
    return found if path.label == "*" else [one for one in found if one["label"] == path.label]


def _restricted(found: list[Artifact], restriction: Restriction) -> list[Artifact]:
    """Those that a call names, and that have all its tags."""
    if restriction.artifact_ids:
        chosen = {as_id(one) for one in restriction.artifact_ids}
        found = [one for one in found if one["id"] in chosen]
    if restriction.tags:
        found = [one for one in found if set(restriction.tags) <= set(one["tags"] or ())]
    return found


def _results(run: PlaybookRun, path: Path, restriction: Restriction) -> list[dict[str, Any]]:
    """One record per result: ``{"action_result": …, "app_run": …}``, or with ``custom_function_result``."""
    part = path.source.value
    return [{part: one, "app_run": app_run} for app_run in _read(run, path, restriction)
            for one in dicts(app_run.get(f"{part}s"))]


def _read(run: PlaybookRun, path: Path, restriction: Restriction) -> list[dict[str, Any]]:
    """The app runs of a path; where it asks for filtered ones and gets all, a hint tells it."""
    found = app_runs(run, path.block, path.filter, restriction)
    passed = any(one.get("name") == path.block for one in dicts(restriction.passed))
    if path.filtered and path.block and not path.filter and found and not passed:
        given = ", ".join(dict.fromkeys(str(one.get("name")) for one in dicts(restriction.passed)))
        run.hint(f"{path.text} reads all results of '{path.block}', as {'only those of ' + given if given else 'none'} "
                 f"were passed along (assumed): action_results=filtered_results passes what a filter let through, and "
                 f"filtered-data:FILTER:condition_N:{path.text.replace('filtered-', '', 1)} reads it")
    return found


def app_runs(run: PlaybookRun, block: str, chosen: str, restriction: Restriction) -> list[dict[str, Any]]:
    """App runs in callback form.

    What a filter stored wins; then what was passed along under the path's block name, then the run's own results of
    that name. A path without a block reads what was passed along.
    """
    if chosen:
        return _let_through(run, block, chosen)
    passed = [one for one in restriction.passed or () if isinstance(one, dict)]
    if not block:
        return passed
    named = [one for one in passed if one.get("name") == block]
    return named or run.state.results_of(block)


def _let_through(run: PlaybookRun, block: str, chosen: str) -> list[dict[str, Any]]:
    """App runs that a filter kept; where it tested artifacts only, results whose context names one of them."""
    subset = run.state.subsets.get(chosen)
    if subset is None:
        return []
    if subset.results or not subset.artifact_ids:
        return subset.results.get(block, [])
    allowed = set(subset.artifact_ids)  # results of custom functions name no artifact
    return [{**one, "action_results": [result for result in one["action_results"]
                                       if _context_artifact(result) in allowed]}
            for one in run.state.results_of(block) if "action_results" in one]


def dicts(given: Any) -> list[dict[str, Any]]:
    """The dicts of a list; nothing for anything else, as a playbook may pass anything along."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list | tuple) else []


def _artifact_ids(run: PlaybookRun, chosen: str) -> list[int]:
    """Artifacts that a filter let through: tested themselves, or tied to a matching result by its context."""
    subset = run.state.subsets.get(chosen)
    if subset is None:
        return []
    if subset.artifact_ids or not subset.results:
        return subset.artifact_ids
    return [one for runs in subset.results.values() for one in context_artifacts(runs)]


def context_artifacts(runs: Iterable[dict[str, Any]]) -> list[int]:
    """The ids of the artifacts that the parameters' contexts name."""
    found = [_context_artifact(one) for app_run in runs for one in dicts(app_run.get("action_results"))]
    return [one for one in found if one]


def _context_artifact(result: dict[str, Any]) -> int | None:
    value: Any = result
    for key in ("parameter", "context", "artifact_id"):
        value = value.get(key) if isinstance(value, dict) else None
    return as_id(value)


def stored(run: PlaybookRun, path: Path) -> Any:
    """The whole value of a source that has no records: an input, a code block's output, what a filter kept of them."""
    name = str(path.steps[0]) if path.steps else ""
    if path.filter:
        subset = run.state.subsets.get(path.filter)
        return subset.values.get(source_key(path), []) if subset else []
    if path.source is Family.CUSTOM_FUNCTION:
        return decoded(run.state.run_data.get(f"{path.block}:{name}", ""))
    if path.source in (Family.PLAYBOOK_INPUT, Family.PLAYBOOK_OUTPUT):
        given = _inputs_or_outputs(run, path)
        return [] if given is None else _set(run, named(given, name))
    return [cell for row in custom_list(run, name) for cell in row]  # the only source that is left


def everything(run: PlaybookRun, path: Path) -> dict[str, Any]:
    """The whole values of everything that stands beside what a path reads, by name: of one block, inputs or outputs."""
    start = source_key(path, "")
    if path.filter:
        subset = run.state.subsets.get(path.filter)
        return {key.removeprefix(start): found for key, found in subset.values.items()
                if key.startswith(start)} if subset else {}
    if path.source is Family.CUSTOM_FUNCTION:
        start = f"{path.block}:"
        return {key.removeprefix(start): decoded(value) for key, value in run.state.run_data.items()
                if key.startswith(start)}
    if path.source in (Family.PLAYBOOK_INPUT, Family.PLAYBOOK_OUTPUT):
        given = _inputs_or_outputs(run, path) or {}
        return {name: _set(run, value) for name, value in given.items()}
    return {}


def _inputs_or_outputs(run: PlaybookRun, path: Path) -> dict[str, Any] | None:
    """Of this run or of a child playbook; None when there is no such child."""
    if not path.block and path.source is Family.PLAYBOOK_INPUT:
        return run.state.inputs
    child = run.state.children.get(path.block)
    if child is None:
        return None
    return (child.inputs if path.source is Family.PLAYBOOK_INPUT else child.outputs) or {}


def decoded(value: Any) -> Any:
    with suppress(ValueError, TypeError):
        value = json.loads(value)
    return value


def _finding(run: PlaybookRun, paths: Sequence[Path]) -> list[Any]:
    """What the run is about: one record; in a run that is about none, one without fields, or none (an option)."""
    options, filtered = run.tree.options, paths[0].filter
    found = run.tree.finding.read()
    there = [found] if found is not None else [] if options.no_finding == "empty" else [{}]
    if filtered:
        subset = run.state.subsets.get(filtered)
        kept = subset.values.get(source_key(paths[0]), []) if subset else []
        there = there if kept and options.filtered_finding == "current" else kept
    if options.no_response_plan == "empty" and any(path.steps[:2] == _PLANS for path in paths):
        there = [one for one in there if one.get("response_plans")]
    return there


def _formatted(run: PlaybookRun, path: Path) -> list[Any]:
    """A format's text is one record, each of its rows one."""
    if path.filter:
        kept = stored(run, path)
        return [kept] if kept and is_indexed(path) else list(kept)
    rendered = run.state.formats.get(path.block)
    if rendered is None or not path.steps:
        return [rendered and rendered.text]
    return [rendered.items] if is_indexed(path) else list(rendered.items) or [None]


def is_indexed(path: Path) -> bool:
    return isinstance(path.steps[0] if path.steps else None, int)


def custom_list(run: PlaybookRun, name: str) -> list[list[Any]]:
    """The rows of a custom list; none, and an error line, for one that there is not."""
    found = run.platform.lists.get(name.strip())
    if found is None:
        known = ", ".join(run.platform.lists) or "none"
        run.log("error", f"custom list '{name.strip()}' does not exist (there are: {known})")
    return found or []


def _set(run: PlaybookRun, value: Any) -> Any:
    """An input or output; one that nobody set is one row of None, or no row (an option)."""
    return [] if value is None and run.tree.options.unset_input == "empty" else value


def _elements(named: dict[Any, Any]) -> list[dict[Any, Any]]:
    """One record per element of the stored lists, side by side; a value that is no list is its only element."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in named.items()}
    return [{name: found[place] for name, found in lists.items() if place < len(found)}
            for place in range(max(map(len, lists.values())))]


def source_key(path: Path, name: str | None = None) -> str:
    """Under what a filter keeps the matching values of a source that has no ids."""
    if path.source is Family.FINDING:
        name = ""
    if name is None:
        name = "*" if path.source is Family.FORMATTED_DATA and path.steps else str(path.steps[0]) if path.steps else ""
    if path.source in (Family.PLAYBOOK_INPUT, Family.PLAYBOOK_OUTPUT):
        name = naming.key(name)
    return f"{path.block}:{path.source.value}:{name}"
