"""Playbook automation API: templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from phantom_lab.datapath import Family, Path, Rendered, operand, render
from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import check, json_of, missing
from phantom_lab.rules.diagnosis import diagnose, diagnose_format, hint_of_text
from phantom_lab.rules.families import refuse_unknown_family
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import restrict
from phantom_lab.rules.slips import tell_literal, tell_template
from phantom_lab.rules.sources import Restriction, table, values


@emulates("format")
def format_(run: PlaybookRun, container: Any, template: Any, parameters: Any, scope: Any, filter_artifact_ids: Any,
            name: Any, trace: Any, separator: Any, drop_none: Any) -> str:
    """Fill a template with the values of datapaths; a parameter that is no datapath stands for itself."""
    check("format", "name", name, (str,), "a text")
    rendered = fill(run, template, parameters, container=container, scope=scope, artifact_ids=filter_artifact_ids,
                    separator=separator, drop_none=drop_none)
    if name:
        run.state.formats[name] = rendered
        run.keep("format", name, asdict(rendered))
    return rendered.text


@emulates("get_format_data")
def get_format_data(run: PlaybookRun, name: Any) -> Any:
    """The text of a named format, or with ``__as_list`` its rows; None for one that never ran (observed)."""
    check("get_format_data", "name", name, (str,), "a text")
    key = str(name)
    rendered = run.state.formats.get(key.removesuffix("__as_list"))
    if rendered is None:
        diagnose_format(run, key)
        return missing(run, f"format '{key}'", call="get_format_data")
    return list(rendered.items) if key.endswith("__as_list") else rendered.text


def fill(run: PlaybookRun, template: Any, parameters: Any, *, container: Any, scope: Any, artifact_ids: Any,
         separator: Any, drop_none: Any, call: str = "format") -> Rendered:
    """Render a template of ``format`` or a prompt. A prompt's message without parameters stays as it is (assumed).

    Args:
        call: the function, for messages.

    Raises:
        PlaybookArgumentError: an argument is of a wrong type.
        IndexError: a field of the template has no parameter.
    """
    argument = "template" if call == "format" else "message"
    check(call, argument, template, (str,), "a text")
    check(call, "parameters", parameters, (str, list, tuple), "a list of datapaths")
    check(call, "separator", separator, (str,), "a text")
    restriction = restrict(run, call, container=container, scope=scope, filter_artifacts=artifact_ids,
                           ids_argument="filter_artifact_ids")
    text = template or ""
    if parameters is None and call != "format":
        tell_template(run, call, argument, text, None)
        return Rendered(text, [text])
    given = [parameters] if isinstance(parameters, str) else list(parameters or ())
    json_of(call, "parameters", [one for one in given if not isinstance(one, str)])
    paths = [operand(parameter) for parameter in given]
    for path, parameter in zip(paths, given, strict=True):
        if path is None:
            refuse_unknown_family(run, call, parameter)
    columns = [_cells(run, path, restriction) if path else [parameter]
               for path, parameter in zip(paths, given, strict=True)]
    for path, column, one in zip(paths, columns, given, strict=True):
        if path:
            diagnose(run, call, "parameters", path, restriction, column)
        else:
            tell_literal(run, call, one)
            hint_of_text(run, column[0])
    options = run.tree.options
    try:
        tell_template(run, call, argument, text, given)
        return render(text, columns, pair=partial(_paired, run, restriction, paths, columns),
                      separator=separator, drop_none=bool(drop_none), strict=options.stray_braces == "raise",
                      objects="str" if options.objects == "str" else "json")
    except IndexError as exc:  # the platform's words; they name neither the call nor what it has
        message = f"{call}: {exc}: the {argument} has a field without a parameter, there are {len(given)}"
        run.diagnose(call, argument, "", lambda: message)
        raise


def _cells(run: PlaybookRun, path: Path, restriction: Restriction) -> list[Any]:
    """The values of a datapath; a field in which findings differ stands for its values, as rows do (assumed)."""
    found = values(run, path, restriction)
    if path.source is not Family.FINDING:
        return found
    return [one for cell in found for one in (cell if isinstance(cell, list) else [cell])]


def _paired(run: PlaybookRun, restriction: Restriction, paths: Sequence[Path | None], columns: Sequence[list[Any]],
            numbers: Sequence[int]) -> dict[int, list[Any]]:
    """Parameters of one source are read together, so that their rows belong together."""
    paired = {number: columns[number] for number in numbers}
    by_origin: dict[Any, list[tuple[int, Path]]] = {}
    for number in numbers:
        if path := paths[number]:
            by_origin.setdefault(path.origin, []).append((number, path))
    for same in by_origin.values():
        rows = table(run, [path for _, path in same], restriction) if len(same) > 1 else []
        paired.update({number: [row[place] for row in rows] for place, (number, _) in enumerate(same) if rows})
    return paired
