"""Why something did not happen: back over what leads there, to the last block that ran."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from phantom_lab.answers.answer import Answer, Cause, Question
from phantom_lab.answers.back import Back
from phantom_lab.answers.happened import happened, written_by
from phantom_lab.answers.ran import Ran, runs_of
from phantom_lab.answers.what import (
    ASKED,
    ASKS,
    BLOCK,
    CHANGE,
    CHANGES,
    DATA,
    ERROR,
    LINE,
    MESSAGE,
    OUTPUT,
    Target,
    named,
    target_of,
)
from phantom_lab.errors import InputError, cut
from phantom_lab.history.events import ApiCalled
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.history.written_by import calls_of
from phantom_lab.views.requested import left_platform, requests_of

_MOST = 12
"""Ways that are told."""
_BY_CODE, _ERROR = ("branch", "code", "exception", "loop", "return"), 400


def why_not(run: Held, what: str) -> Answer:
    """Why something did not happen in a run, or not again.

    Args:
        run: a run, its stepper, its journal, or the file of one.
        what: see `phantom_lab.explain`.

    Raises:
        InputError: nothing is called so, or the journal cannot be read.
    """
    journal = journal_of(run)
    runs = runs_of(journal)
    target = target_of(journal, runs, what)
    causes = [one for ran in runs if not target.runs or ran.number in target.runs for one in _causes(ran, target)]
    if not causes and target.kind == LINE:
        raise InputError(f"line {target.number} holds no code of a function")
    causes += _in_vain(journal, target)
    causes = causes or [_nowhere(runs, target)]
    first, *rest = _sorted(causes)
    rest = [*(one for one in _answered_no(journal, first) if one not in causes), *rest]
    return Answer("why not", str(target), _told(journal, target, first), first, tuple(rest[:_MOST]), _next(first))


def _causes(ran: Ran, target: Target) -> list[Cause]:
    if target.kind == BLOCK:
        return Back(ran).block(target.name) if target.name in ran.functions else []
    if target.kind == LINE:
        return Back(ran).line(target.number)
    if target.kind == ERROR:
        failed = any(one.started.run == ran.number for one in ran.journal.index.failed)
        return [Cause("ran", f"an exception {'left' if failed else 'left no'} block of this run", run=ran.number)]
    return Back(ran).calls(list(_sites(ran, target)), str(target))


def _nowhere(runs: Sequence[Ran], target: Target) -> Cause:
    """No code of a playbook would do it."""
    calls = {OUTPUT: ("save_playbook_output_data",), MESSAGE: ("debug", "error"), DATA: ("save_run_data",),
             CHANGE: CHANGES.get(target.word, ((),))[0]}.get(target.kind, ())
    ran = next((one for one in runs if not target.runs or one.number in target.runs), runs[0])
    named = " or ".join(f"phantom.{one}" for one in calls)
    with_ = {MESSAGE: " with this text", DATA: " with this key"}.get(target.kind, "")
    done = f"calls {named}{with_}" if calls else "does it"
    return Cause("nobody", f"no code of playbook {ran.begun.playbook} {done}", run=ran.number)


def _in_vain(journal: Journal, target: Target) -> Iterator[Cause]:
    """Requests to the platform that were to write something, and wrote nothing, whatever was answered."""
    if target.kind == CHANGE:
        yield from (_vain(journal, call) for call in _wrote_nothing(journal) if not target.runs
                    or call.run in target.runs)


def _answered_no(journal: Journal, first: Cause) -> Iterator[Cause]:
    """Those of them that the platform answered with an error, in the invocation whose code decided."""
    if first.kind in _BY_CODE:
        yield from (_vain(journal, call) for call in _wrote_nothing(journal) if call.invocation == first.invocation
                    and (journal.get(call.returned) or {}).get("status_code", 0) >= _ERROR)


def _wrote_nothing(journal: Journal) -> Iterator[ApiCalled]:
    left, wrote = left_platform(journal), calls_of(journal).wrote
    return (one for one in requests_of(journal) if one.name != "requests.get" and one.command not in left
            and one.command not in wrote)


def _vain(journal: Journal, call: ApiCalled) -> Cause:
    answer = journal.get(call.returned) or {}
    told = (f"{call.name} to {cut(str(answer.get('url', '')))} in line {call.line} was answered "
            f"{answer.get('status_code', 'by an exception')}, and wrote nothing")
    return Cause("wrote nothing", told, journal.index.block_of(call.invocation) or "", call.line, call.run,
                 call.invocation, journal.index.returned_at(call.command))


def _sites(ran: Ran, target: Target) -> Iterator[ast.Call]:
    """The calls of the source that would do something."""
    if target.kind == ASKED:
        yield from (node for call, node in ran.calls_of(*ASKS) if target.name in named(call))
    elif target.kind == OUTPUT:
        yield from (node for _, node in ran.calls_of("save_playbook_output_data"))
    elif target.kind == MESSAGE:
        yield from (node for call, node in ran.calls_of("debug", "error")
                    if any(target.name in str(one) for one in call.arguments.values()))
    elif target.kind == DATA:
        yield from (node for call, node in ran.calls_of("save_run_data", "save_block_result", "save_data")
                    if call.get("key") == target.name)
    elif target.kind == CHANGE:
        word = target.word
        for call, node in ran.calls_of(*CHANGES[word][0]):
            if not target.name or call.get("list_name") in (target.name,) or not isinstance(call.get("list_name"), str):
                yield node
        for _, node in ran.calls_of("update"):
            if word != "container" and word in ast.unparse(node):
                yield node
        for _, node in ran.calls_of("requests.post", "requests.put", "requests.delete"):
            if f"/rest/{written_by(word)}" in ast.unparse(node):
                yield node


def _sorted(causes: Iterable[Cause]) -> list[Cause]:
    """The last block that ran first: what nothing leads to, and what ran, come last."""
    last = {"nobody": 2, "ran": 2, "not completed": 1, "wrote nothing": 1}
    return sorted(causes, key=lambda one: (last.get(one.kind, 0), -one.invocation))


def _told(journal: Journal, target: Target, first: Cause) -> str:
    what = f"{target.word} was not changed" if target.kind == CHANGE else f"{target} did not run"
    if target.kind in (OUTPUT, MESSAGE, DATA, ERROR):
        what = f"{target} is not there"
    if target.kind == LINE:
        what = f"{target} was not reached"
    if happened(journal, target, first.run):
        nothing = target.kind == ASKED and first.kind != "ran"
        what = f"{target} came to nothing" if nothing else f"{target} did happen" if first.kind == "ran" else (
            f"{target} did not happen again")
    only = f"; {' -> '.join(first.way)} leads there" if len(first.way) > 2 else ""
    return f"{what}: {first.told}{only}"


def _next(first: Cause) -> tuple[Question, ...]:
    """What is asked after an answer."""
    found = [Question("why not", (str(row["waits for"]),), "the join waits for it") for row in first.rows
             if "waits for" in row]
    if first.kind == "condition":
        found.append(Question("origin", (f"{first.block}@{first.invocation}",), "where the compared values came from"))
    if first.kind == "exception":
        found.append(Question("why", ("error",), "which value is to blame"))
    if first.block and first.invocation:
        found.append(Question("why", (f"{first.block}@{first.invocation}",), "who invoked it, and with what"))
    return tuple(found[:4])
