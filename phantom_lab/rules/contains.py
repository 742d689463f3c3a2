"""Data access automation API: values and datapaths by what they contain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import check, check_names, container_id, names
from phantom_lab.rules.cef import contains_of
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import restrict
from phantom_lab.rules.sources import ARTIFACTS, Restriction, artifacts, dicts


@emulates("collect_from_contains", gaps=("types that an app declares for its results: their keys alone tell them",))
def collect_from_contains(run: PlaybookRun, container: Any, action_results: Any, contains: Any, tags: Any,
                          filter_artifacts: Any, include_params: Any, scope: Any, limit: Any,
                          trace: Any) -> list[str] | None:
    """The unique values, as texts, that contain any of these types; None when the call fails (documented).

    In the container's artifacts a field's types are its own ``cef_types`` and those of its name; in results they are
    those of the key, or the type that the key is named after (assumed: the platform reads them from the app).
    """
    call = "collect_from_contains"
    wanted = _wanted(call, contains)
    restriction = restrict(run, call, container=container, scope=scope, limit=limit, tags=tags,
                           filter_artifacts=filter_artifacts, action_results=action_results)
    if container is None and action_results is None:
        run.log("error", f"{call}: there is neither a container nor action_results")
        return None
    found: list[Any] = []
    if container is not None:
        if container_id(run, container) is None:
            run.log("error", f"{call}: there is no such container")
            return None
        found += _of_artifacts(run, restriction, wanted)
    if restriction.passed:
        run.note(f"{call}: what results contain is told by their keys alone, as there are no apps")
        found += _of_results(restriction.passed, wanted, parameters=bool(include_params))
    return list(dict.fromkeys(str(value) for value in found if value is not None))


@emulates("get_datapaths_for_contains")
def get_datapaths_for_contains(run: PlaybookRun, output: Any, contains: Any, path_prefix: Any) -> list[str]:
    """The datapaths of an app's declared outputs, ``[{"data_path", "contains"}]``, that contain a type (assumed)."""
    call = "get_datapaths_for_contains"
    if not isinstance(output, list | tuple):
        raise PlaybookArgumentError(f"{call}: output must be the outputs that an app declares, "
                                    f"not {type(output).__name__}", hint='Give [{"data_path": …, "contains": […]}].')
    check(call, "path_prefix", path_prefix, (str,), "a text")
    wanted = _wanted(call, contains)
    return [f"{path_prefix or ''}{one['data_path']}" for one in output
            if isinstance(one, dict) and "data_path" in one and wanted & _types(one.get("contains"))]


def _wanted(call: str, contains: Any) -> set[str]:
    check_names(call, "contains", contains, "a list of types such as 'ip'")
    return _types(contains)


def _types(given: Any) -> set[str]:
    return {one.strip().lower() for one in names(given)}


def _of_artifacts(run: PlaybookRun, restriction: Restriction, wanted: set[str]) -> Iterator[Any]:
    for artifact in artifacts(run, ARTIFACTS, restriction):
        declared = artifact["cef_types"] if isinstance(artifact["cef_types"], dict) else {}
        for field, value in (artifact["cef"] or {}).items():
            if wanted & {*_types(declared.get(field)), *contains_of(field)}:
                yield from _leaves(value)
            else:
                yield from _by_key(value, wanted)


def _of_results(passed: Iterable[dict[str, Any]], wanted: set[str], *, parameters: bool) -> Iterator[Any]:
    for app_run in passed:
        for one in dicts(app_run.get("action_results")):
            yield from _by_key([one.get("parameter") if parameters else None, one.get("data")], wanted)


def _by_key(value: Any, wanted: set[str]) -> Iterator[Any]:
    """Values below keys of a type, however deep."""
    if isinstance(value, list):
        for item in value:
            yield from _by_key(item, wanted)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item) if wanted & {key.lower(), *contains_of(key)} else _by_key(item, wanted)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value
