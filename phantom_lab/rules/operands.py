"""Data access automation API: how conditions and templates read their operands, as far as the names tell it."""

from __future__ import annotations

import posixpath
from typing import Any

from phantom_lab.datapath import Family, Path, as_number, collect, operand, parse
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import beyond_python, brief, check, text_of
from phantom_lab.rules.formats import fill
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import datapaths, restrict
from phantom_lab.rules.sources import app_runs, context_artifacts, table

_ACTION_RESULTS = (Family.ACTION_RESULT, Family.ACTION_RESULTS)


@emulates("expand_datapaths_")
def expand_datapaths(run: PlaybookRun, container: Any, datapaths: Any, scope: Any, filter_artifact_ids: Any,
                     trace: Any, separator: Any, drop_none: Any, csv_list: Any) -> list[Any]:
    """What each datapath stands for in a template: one text or, without `csv_list`, a list of values (assumed)."""
    call = "expand_datapaths_"
    check(call, "datapaths", datapaths, (str, list, tuple), "a list of datapaths")
    check(call, "separator", separator, (str,), "a text")
    restriction = restrict(run, call, container=container, scope=scope, filter_artifacts=filter_artifact_ids,
                           ids_argument="filter_artifact_ids")
    given = [datapaths] if isinstance(datapaths, str) else list(datapaths or ())
    if csv_list:
        return [fill(run, "{0}", [one], container=container, scope=scope, artifact_ids=restriction.artifact_ids,
                     separator=separator, drop_none=drop_none, call=call).text for one in given]
    columns = [[row[0] for row in table(run, [path], restriction, copy=True)]
               if (path := operand(one)) else [one] for one in given]
    return [[value for value in column if not drop_none or value is not None] for column in columns]


@emulates("type_correct_")
def type_correct(run: PlaybookRun, value_to_correct: Any, reference_value: Any) -> Any:
    """A value as the type of another one, where it can be read so; else as it is (assumed)."""
    value, reference = value_to_correct, reference_value
    if value is None or reference is None or type(value) is type(reference):
        return value
    if isinstance(reference, bool):
        return {"true": True, "false": False}.get(str(value).strip().lower(), value)
    if isinstance(reference, int | float) and isinstance(value, str):
        return value if (number := as_number(value)) is None else number
    return str(value) if isinstance(reference, str) and not isinstance(value, dict | list) else value


@emulates("does_condition_use_ar_data_")
def does_condition_use_ar_data(run: PlaybookRun, conditions: Any, trace: Any) -> bool:
    """Whether any operand reads action results (assumed)."""
    return any(path.source in _ACTION_RESULTS for path in _operands("does_condition_use_ar_data_", conditions))


@emulates("does_condition_use_filtered_ar_data_")
def does_condition_use_filtered_ar_data(run: PlaybookRun, conditions: Any, trace: Any) -> bool:
    """Whether any operand reads action results that a filter let through (assumed)."""
    return any(path.source in _ACTION_RESULTS and (path.filter or path.filtered)
               for path in _operands("does_condition_use_filtered_ar_data_", conditions))


@emulates("get_artifact_ids_from_action_result")
def get_artifact_ids_from_action_result(run: PlaybookRun, named_datapath: Any, action_results: Any,
                                        trace: Any) -> list[int]:
    """The artifacts that the parameters' contexts name, of the results that a datapath reads (assumed)."""
    call = "get_artifact_ids_from_action_result"
    (text,) = datapaths(call, [named_datapath], "named_datapath")
    path = parse(text)
    if path is None or not (path.block or action_results):
        raise PlaybookArgumentError(f"{call}: named_datapath must name a block, not {brief(text)}",
                                    hint="For instance 'whois_1:action_result.data'.")
    runs = app_runs(run, path.block, path.filter, restrict(run, call, action_results=action_results))
    return list(dict.fromkeys(context_artifacts(runs)))


@emulates("extract_data_paths")
def extract_data_paths(run: PlaybookRun, json_object_list: Any, paths: Any) -> list[list[Any]]:
    """Rows of JSON paths in JSON objects (assumed)."""
    call = "extract_data_paths"
    check(call, "json_object_list", json_object_list, (list, tuple, dict), "a list of JSON objects")
    if beyond_python(json_object_list):  # a list that holds itself would be flattened without end
        raise PlaybookArgumentError(f"{call}: json_object_list {beyond_python(json_object_list)}")
    given = [json_object_list] if isinstance(json_object_list, dict) else json_object_list
    return collect(given or (), [_steps(text) for text in datapaths(call, paths, "paths")])


@emulates("join")
def join(run: PlaybookRun, a: Any, p: tuple[Any, ...]) -> str:
    """``os.path.join``, whose signature it has (assumed)."""
    for place, one in enumerate((a, *p)):
        text_of("join", "p" if place else "a", one)
    path: str = posixpath.join(a, *p)
    return path


def _operands(call: str, conditions: Any) -> list[Path]:
    check(call, "conditions", conditions, (list, tuple), "a list of [left, operator, right]")
    sides = [side for one in conditions or () if isinstance(one, list | tuple) for side in (one[:1], one[2:3])]
    return [path for side in sides for one in side if (path := operand(one, unnamed=True))]


def _steps(text: str) -> tuple[Any, ...]:
    path = parse(f"artifact:*.{text}")  # the steps of a datapath are a JSON path
    return path.steps if path else ()
