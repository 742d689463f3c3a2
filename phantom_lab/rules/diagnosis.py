"""Why a datapath gives no value: what was looked for, and what there is instead. Nothing of it changes the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from phantom_lab.datapath import STAR, Family, Path, nearby, parse, unfinished, words
from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.declared_calls import undeclared
from phantom_lab.history import InvocationStarted
from phantom_lab.misspelt import near
from phantom_lab.model import naming
from phantom_lab.outcomes import ActionCall
from phantom_lab.outcomes.known import undeclared_path
from phantom_lab.rules.arguments import brief, container_id
from phantom_lab.rules.slips import nearly
from phantom_lab.rules.sources import (
    RESULTS,
    RUNS,
    Restriction,
    app_runs,
    everything,
    records,
    source_key,
    values,
)
from phantom_lab.source.inputs import named
from phantom_lab.state import Subset

_SHOWN = 8
"""Names that a message lists."""


def diagnose(run: PlaybookRun, api: str, argument: str, path: Path, restriction: Restriction,
             cells: Iterable[Any]) -> None:
    """Journal why a datapath gives no row, or nothing but None; once per datapath and invocation.

    Args:
        api, argument: the call, and which of its arguments holds the datapath.
        cells: what the datapath gave; no more of them are looked at than it takes to find a value.
    """
    empty, count = path.source is Family.CUSTOM_FUNCTION, 0  # what no code block saved reads as an empty text
    for cell in cells:
        if cell is not None and not (empty and cell == ""):
            return
        count += 1
    gives = "no row" if not count else "nothing" if empty else "only None"
    run.diagnose(api, argument, path.text, lambda: f"{path.text} gives {gives}: {explain(run, path, restriction)}")


def diagnose_text(run: PlaybookRun, api: str, argument: str, text: str) -> None:
    """`diagnose` what is no datapath where only a datapath has a value."""
    run.diagnose(api, argument, text, lambda: f"{brief(text)} is no datapath: it gives no value{_meant(run, text)}")


def _meant(run: PlaybookRun, text: str) -> str:
    return f"; closest is {found!r}" if (found := nearly(text)) else right_form(run, text)


def hint_of_text(run: PlaybookRun, text: Any) -> None:
    """Tell of a text that stands for itself, and begins like a datapath."""
    if isinstance(text, str) and ":" in text and (meant := right_form(run, text)):
        run.hint(f"{brief(text)} is no datapath, and stands for itself{meant}")


def right_form(run: PlaybookRun, text: str) -> str:
    """``; write …``, with the names that there are; empty where nothing tells what was meant."""
    right = unfinished(text)
    path = parse(right) if right.endswith(":NAME") else None
    there = everything(run, path) if path is not None else {}
    return f"; write {right}{_like('', there)}" if right else ""


def diagnose_rows(run: PlaybookRun, api: str, argument: str, paths: Sequence[Path | None], restriction: Restriction,
                  found: Sequence[Sequence[Any]]) -> None:
    """`diagnose` every column of a table."""
    for number, path in enumerate(paths):
        if path is not None:
            diagnose(run, api, argument, path, restriction, (row[number] for row in found))


def diagnose_output(run: PlaybookRun, api: str, key: str) -> None:
    """`diagnose` run data that are not there, where their key is that of an output: ``block:name``."""
    block, _, name = key.partition(":")
    path = parse(f"{block}:custom_function:{name}") if block and name else None
    if path is not None:
        diagnose(run, api, "key", replace(path, text=key), Restriction(), [""])


def diagnose_format(run: PlaybookRun, key: str) -> None:
    """`diagnose` a format that never ran."""
    path = parse(f"{key.removesuffix('__as_list')}:formatted_data")
    if path is not None and path.source is Family.FORMATTED_DATA:
        diagnose(run, "get_format_data", "name", replace(path, text=key), Restriction(), [None])


def explain(run: PlaybookRun, path: Path, restriction: Restriction) -> str:
    """Why a datapath gives no value, in one sentence."""
    if path.filter and (told := _filtered(run, path)):
        return told
    if path.source is Family.ARTIFACT:
        return _artifacts(run, path, restriction)
    if path.source in (*RESULTS, *RUNS):
        return _results(run, path, restriction)
    if path.source is Family.CUSTOM_FUNCTION and not path.filter:
        return _code(run, path, restriction)
    if path.source is Family.FORMATTED_DATA and path.block not in run.state.formats:
        return _other_block(run, path) or f"no format '{path.block}' has run{_like(path.block, run.state.formats)}"
    if path.source in (Family.PLAYBOOK_INPUT, Family.PLAYBOOK_OUTPUT):
        return _inputs_or_outputs(run, path, restriction)
    if path.source is Family.CONTAINER and container_id(run, restriction.container) is None:
        return "there is no such container"
    if path.source is Family.FINDING and run.tree.finding.id is None:
        return "the run is about no finding (Lab(finding=…), --finding FILE)"
    if path.source is Family.CUSTOM_LIST:
        return f"the custom list has no cells{_like(str(path.steps[0]), run.platform.lists)}"
    return _field(run, path, restriction)


def _field(run: PlaybookRun, path: Path, restriction: Restriction) -> str:
    """How far the datapath gets in its records."""
    return nearby(records(run, [path], restriction), path.steps) or "what is there is None"


# -- by source -----------------------------------------------------------------------------------------------------

def _filtered(run: PlaybookRun, path: Path) -> str:
    """What is the matter with the filter; empty when it kept something of this source."""
    subset = run.state.subsets.get(path.filter)
    block = path.filter.partition(":")[0]
    if subset is None:
        known = _like(path.filter, run.state.subsets)
        return f"no filter has stored '{path.filter}': {_ran(run, block)}{known}"
    if not (subset.artifact_ids or subset.results or subset.values):
        return f"the filter '{path.filter}' let nothing through"
    if path.source is Family.ARTIFACT:
        there = bool(subset.artifact_ids)
    elif path.source in (*RESULTS, *RUNS):
        there = path.block in subset.results
    else:
        there = source_key(path) in subset.values
    of_action = path.source in (Family.ACTION_RESULT, Family.ACTION_RESULTS)
    tied = path.source is Family.ARTIFACT or (of_action and not subset.results)
    return "" if there or tied else f"the filter '{path.filter}' kept nothing of it, but {_kept(subset)}"


def _kept(subset: Subset) -> str:
    """What a filter kept, in a few words."""
    kept = [f"{len(subset.artifact_ids)} artifacts"] if subset.artifact_ids else []
    kept += [f"results of {name}" for name in subset.results]
    kept += [key.removeprefix(":").removesuffix(":") for key in subset.values]
    return _listed(kept)


def _artifacts(run: PlaybookRun, path: Path, restriction: Restriction) -> str:
    number = container_id(run, restriction.container)
    if number is None:
        return "there is no such container"
    there = run.platform.artifacts_of(number)
    if not there:
        return f"container {number} has no artifacts"
    if any(one is not None for one in values(run, path, replace(restriction, scope="all"))):
        scope = run.state.scope if restriction.scope is None else restriction.scope
        if scope == []:
            return "no artifact is in the scope, as on a playbook's first run with none_if_first"
        return f"what there is lies outside of the scope {brief(scope)}: scope='all' reads it"
    if records(run, [path], restriction):
        return _field(run, path, restriction)
    if path.block and not run.state.results_of(path.block):
        return _unknown(run, path)
    if path.label.isdecimal():
        return f"there are only {len(there)} artifacts, the first of which is number 0"
    if path.label != "*":
        labels = dict.fromkeys(str(one["label"]) for one in there)
        if path.label not in labels:
            every = parse(path.text.replace("artifact:", "artifact:*.", 1).replace(".*:", ".", 1))
            if every is not None and any(one is not None for one in values(run, every, restriction)):
                return f"no artifact has the label '{path.label}'; {every.text} reads it"
            return f"no artifact has the label '{path.label}'{_like(path.label, labels)}"
    if path.block:
        return f"no result of '{path.block}' names one of the artifacts in its context"
    if path.filter and (kept := run.state.subsets[path.filter]).results:
        return f"the filter '{path.filter}' kept {_kept(kept)}, which name no artifact in their context"
    if path.filter:
        return f"the filter '{path.filter}' let no artifact of this call through"
    if restriction.artifact_ids:
        return f"none of the {len(there)} artifacts is among those that the call names"
    return f"none of the {len(there)} artifacts is left by the scope, the tags and the limit"


def _results(run: PlaybookRun, path: Path, restriction: Restriction) -> str:
    found = app_runs(run, path.block, path.filter, restriction)
    if results := records(run, [path], restriction):
        told = _one_by_one(path) or _no_data(path, results) or _field(run, path, restriction)
        return "; ".join(filter(None, (told, _undeclared(run, path))))
    if not path.block:
        return "no results were passed along (action_results=)"
    if found and f"{path.source.value.removesuffix('s')}s" not in found[0]:
        return _other_block(run, path)
    refused = next((one.refused for one in reversed(run.state.action_runs) if one.name == path.block), "")
    if refused:
        return f"'{path.block}' was not dispatched: {refused}"
    return f"'{path.block}' came back without a result" if found else _unknown(run, path)


def _undeclared(run: PlaybookRun, path: Path) -> str:
    """That the app of an action does not declare what is read of it; empty where it does, or is not known."""
    done = next((one for one in reversed(run.state.action_runs) if one.name == path.block), None)
    if path.source is not Family.ACTION_RESULT or done is None:
        return ""
    read = ".".join("*" if step is STAR else str(step) for step in path.steps)
    for one in done.app_runs:
        call = ActionCall(done.action, done.name, one.asset, one.app, {}, 0, run.playbook.file)
        if (told := undeclared(run.tree.outside, call, read)) is not None:
            return undeclared_path(told[0], "it", told[1])
    return ""


def _one_by_one(path: Path) -> str:
    """That nothing below the list of results is read; empty for any other path."""
    several = f"{path.source.value}s"
    if path.source in RUNS or path.steps[0] != several:
        return ""
    right = ".".join(one for place, one in enumerate(words(path.text.replace(several, path.source.value, 1)))
                     if not (place == 1 and (one == "*" or one.isdecimal())))
    return f"results are read one by one: {right} reads them"


def _no_data(path: Path, results: Sequence[Any]) -> str:
    """What results without data say; empty where there is data, or other parts are read."""
    part = path.source.value
    if path.source in RUNS or path.steps[:2] != (part, "data") or any(one[part].get("data") for one in results):
        return ""
    many = f"all {len(results)} results have" if len(results) > 1 else "the result has"
    said = ", ".join(dict.fromkeys(f"{one[part].get('status')}: {one[part].get('message') or 'no message'}"
                                   for one in results[:3]))
    return f"{many} no data ({said})"


def _code(run: PlaybookRun, path: Path, restriction: Restriction) -> str:
    name = str(path.steps[0]) if path.steps else ""
    key, saved = f"{path.block}:{name}", everything(run, path)
    if name in saved:
        value = saved[name]
        return f"'{key}' was saved as {value!r}" if value in (None, "", []) else _field(run, path, restriction)
    if told := _other_block(run, path):
        return told
    if saved:
        return f"the block '{path.block}' saved no '{name}'{_like(name, saved)}"
    if path.block in names_there(run) or _invoked(run, path.block):
        return f"nothing was saved as '{key}': {_ran(run, path.block)}"
    return _unknown(run, path)


def _inputs_or_outputs(run: PlaybookRun, path: Path, restriction: Restriction) -> str:
    name = str(path.steps[0]) if path.steps else ""
    child, what = run.state.children.get(path.block), path.source.value.removeprefix("playbook_")
    if path.block and child is None:
        return _other_block(run, path) or _unknown(run, path)
    if child is not None and what == "output":
        if not child.status:
            return f"the child playbook '{path.block}' has not completed yet"
        if child.outputs is None:
            return f"the child playbook '{path.block}' ({child.status}) saved no outputs"
    there = everything(run, path)
    if not naming.meant(name, there):
        return f"the {what} '{name}' is not set{_like(name, there)}"
    if (found := named(there, name)) in (None, []):
        return f"the {what} '{name}' is {'an empty list' if found == [] else 'None'}"
    return _field(run, path, restriction)


# -- blocks --------------------------------------------------------------------------------------------------------

def names_there(run: PlaybookRun) -> dict[str, str]:
    """What has run or left something behind, by name, with the start of the datapaths that read it."""
    state = run.state
    names = {key.partition(":")[0]: "custom_function:" for key in state.run_data if ":" in key}
    names |= dict.fromkeys(state.formats, "formatted_data")
    names |= dict.fromkeys(state.children, "playbook_output:")
    names |= {one.name: "custom_function_result.data." for one in state.custom_function_runs}
    names |= {one.name: "action_result.data.*." for one in state.action_runs}
    return names


def _other_block(run: PlaybookRun, path: Path) -> str:
    """The right form, where the block is of another kind than the datapath says; empty where it is not."""
    if path.block in run.state.pending:
        return f"'{path.block}' has not completed yet"
    kinds = names_there(run)
    form, kind = kinds.get(path.block), path.source.value
    if path.source in RUNS:
        kind = kind.removesuffix("s")
    if form is None or form.startswith((f"{kind}.", f"{kind}:")):
        return ""
    if path.source in RUNS and (word := form.partition(".")[0]).endswith("_result"):
        return f"'{path.block}' is {_KINDS[form]}: {path.block}:{word}s reads it"
    steps = [str(step) for step in path.steps if step is not STAR and step not in (path.source.value, "data")]
    name = steps[0] if form.endswith(":") and steps else ".".join(steps)
    saved = [key.removeprefix(f"{path.block}:") for key in run.state.run_data if key.startswith(f"{path.block}:")]
    if form == "custom_function:" and name not in saved:
        form += "NAME"
        return f"'{path.block}' is a code block: {path.block}:{form} reads what it saved{_like(name, saved)}"
    right = f"{path.block}:{form}{'' if form == 'formatted_data' else name}".rstrip(".*:")
    return f"'{path.block}' is {_KINDS[form]}: {right} reads it"


_KINDS = {"custom_function:": "a code block", "formatted_data": "a format", "playbook_output:": "a child playbook",
          "custom_function_result.data.": "a custom function", "action_result.data.*.": "an action"}


def _unknown(run: PlaybookRun, path: Path) -> str:
    if told := _other_block(run, path):
        return told
    if path.block in run.playbook.blocks:
        return f"nothing has come back as '{path.block}': {_ran(run, path.block)}"
    known = [*names_there(run), *run.state.pending]
    return f"no block '{path.block}' has run{_like(path.block, known)}" if known else "no block has come back yet"


def _invoked(run: PlaybookRun, block: str) -> bool:
    return any(event.run == run.id and event.block == block
               for event in run.journal.index.of_kind(InvocationStarted))


def _ran(run: PlaybookRun, block: str) -> str:
    """What became of a block, in a few words."""
    mine = [one for one in run.journal.index.invocations.values()
            if one.started.run == run.id and one.started.block == block]
    if not mine:
        return f"{block} has not run"
    if mine[-1].failure is not None:
        return f"{block} ended with {mine[-1].failure.type} in line {mine[-1].failure.line}"
    return f"{block} is running" if mine[-1].ended is None else f"{block} has run, but not stored it"


# -- names ---------------------------------------------------------------------------------------------------------

def _like(name: str, known: Iterable[str]) -> str:
    """`` (closest: …)``, or what there is at all."""
    names = list(dict.fromkeys(known))
    if close := near(name, names, most=3):
        return f" (closest: {', '.join(close)})"
    return f" (there are: {_listed(names)})" if names else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
