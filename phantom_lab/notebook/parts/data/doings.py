"""What the block did, what was changed so far, and the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phantom_lab.answers.happened import written_by
from phantom_lab.answers.what import CHANGES
from phantom_lab.frames.rows import Made
from phantom_lab.history import ActionStarted, Changed, Edited, Event, InvocationStarted, Logged
from phantom_lab.history.written_by import calls_of
from phantom_lab.notebook.cells import PATH
from phantom_lab.notebook.page import Mark, Page
from phantom_lab.notebook.parts.data.around import RUN
from phantom_lab.notebook.parts.data.compared import DONE
from phantom_lab.notebook.parts.data.fields import Marker, counted
from phantom_lab.notebook.parts.data.sight import Sight
from phantom_lab.notebook.parts.data.tab import Tab, single
from phantom_lab.views.done import Happened, deed


def doing_tabs(sight: Sight) -> Iterator[Tab]:
    """``did``, ``changes`` and ``log``."""
    yield _did(sight)
    yield _changes(sight)
    yield _log(sight)


def _did(sight: Sight) -> Tab:
    doer = sight.doer
    own = doer.started.n == sight.n
    places = sight.journal.reduced(Happened).deeds(doer.started.n, sight.end if own else sight.position)
    block, here = f"{doer.started.block} (invocation {doer.started.n})", sight.current.started
    so_far = "did so far" if doer.ended is None else "did"
    if own and sight.at_entry:
        caption = f"{block} is the first block, and has done nothing yet: it rests at its start."
    elif own:
        caption = f"What {block} {so_far}."
    else:
        who = "which called it" if here.caller else "the block that started before it"
        caption = (f"{here.block} (invocation {here.n}) rests at its start, and has done nothing yet. This is what "
                   f"{block}, {who}, {so_far}.")

    def row(place: int) -> dict[str, Any]:
        told = deed(sight.journal, sight.journal.events[place], sight.values.short)
        given = told["given"]
        if isinstance(given, dict) and isinstance(given.get("container"), dict):
            told["given"] = {**given, "container": f"container {given['container'].get('id')}"}
        return told

    new = sum(one > sight.since for one in places)
    return single("did", "did" if own else "did before", DONE, lambda: Page(
        Made(places, row, ("line", "what", "name", "given", "returned"), lambda one: asked(sight.journal.events[one])),
        about=f"{doer.started.block}@{doer.started.n}", caption=caption, blank=True, tidy=True,
        empty=f"{doer.started.block} called nothing", marked=_new(places, sight.since), judged=("what",)),
        count=f"{len(places):,}" if places else "", changed=counted(new, "new row"))


def _changes(sight: Sight) -> Tab:
    index = sight.journal.index
    count = sum(index.count(kind, sight.position + 1) for kind in (Changed, Edited))
    new = counted(sum(len(sight.newer(kind)) for kind in (Changed, Edited)), "new change")
    return single("changes", "changes", RUN, lambda: _changes_page(sight), count=f"{count:,}" if count else "",
                  changed=new)


def _changes_page(sight: Sight) -> Page:
    journal = sight.journal
    places = sorted(one for kind in (Changed, Edited) for one in journal.index.positions(kind) if one <= sight.position)
    lines = calls_of(journal).behind
    get = sight.values.short

    def row(place: int) -> dict[str, Any]:
        event: Any = journal.events[place]
        told = {"before": get(event.before), "after": get(event.after)}
        if isinstance(event, Edited):
            return {"object": event.what, "field": event.name, **told, "by": "you, by hand", "line": None}
        call = lines.get(id(event))
        return {"object": f"{event.kind} {event.id}", "field": event.field, **told,
                "by": journal.index.block_of(event.invocation), "line": call.line if call else None}

    def marks(place: int) -> Mapping[str, Mark]:
        if isinstance(journal.events[places[place]], Edited):
            return {"": Mark("edited")}
        return {"": Mark("new")} if places[place] > sight.since else {}

    return Page(Made(places, row, ("object", "field", "before", "after", "by", "line"),
                     lambda one: asked(journal.events[one])), blank=True, tidy=True,
                caption="what was written to the platform so far, and what was edited by hand", marked=marks,
                empty="nothing was changed so far")


def _log(sight: Sight) -> Tab:
    index = sight.journal.index
    count, new = index.count(Logged, sight.position + 1), len(sight.newer(Logged))

    def page() -> Page:
        lines = index.of_kind(Logged, sight.position + 1)
        first = len(lines) - new
        return Page(Made(lines, lambda one: {
            "line": one.line or None, "level": one.level, "message": one.message,
            "block": index.block_of(one.invocation)}, ("line", "level", "message", "block"), asked),
            caption="the debug log so far", empty="nothing was logged so far", blank=True, tidy=True, judged=("level",),
            marked=lambda place: {"": Mark("new")} if place >= first else {})

    return single("log", "log", RUN, page, count=f"{count:,}" if count else "", changed=counted(new, "new line"))


def asked(event: Event) -> str:
    """What an event is called by whoever asks about it; empty: nothing can be asked."""
    match event:
        case InvocationStarted():
            return f"{event.block}@{event.n}"
        case ActionStarted():
            return f"action {event.name}"
        case Logged() if event.message == " ".join(event.message.split()) and len(event.message) < PATH - 8:
            return f"message {event.message}"
        case Changed():
            word = next((word for word, (_, kinds) in CHANGES.items() if (
                event.field in kinds if event.kind == "container" else event.kind == written_by(word))), "")
            return f"{word} {event.id}" if word == "artifact" else word
    line = getattr(event, "line", 0)
    return f"line {line}" if line else ""


def _new(places: Sequence[int], since: int) -> Marker:
    return lambda place: {"": Mark("new")} if places[place] > since else {}

