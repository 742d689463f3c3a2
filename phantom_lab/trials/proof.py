"""The scenario of a run that was made from a journal: what it found, and every answer, so that it stands for itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.outside import NEEDS_PARAMETERS
from phantom_lab.history import Answered, Journal
from phantom_lab.lab.repeating import Repeated, Situation
from phantom_lab.model import Asset, Options, Record, json_copy
from phantom_lab.scenarios.from_journal import scenario_of
from phantom_lab.scenarios.http_entries import normal
from phantom_lab.state import Snapshot, Store
from phantom_lab.views.requested import HTTP

_OWN_WORDS = ("container", "artifact", "decided_list", "finding", "investigation", "container_attachment")


def proof(run: PlaybookRun, repeated: Repeated, situation: Situation) -> dict[str, Any]:
    """What a scenario file holds.

    Args:
        run: of the situation.
        repeated: what it was made from.
    """
    return {**told(run.journal, repeated, situation), "expect": run.status}


def told(journal: Journal, repeated: Repeated, situation: Situation) -> dict[str, Any]:
    """The same, without what is expected, of the journal of a run."""
    assets = [_asset(one) for one in repeated.snapshot.assets if not (one.built_in or one.assumed)]
    usual = asdict(Options())
    options = {name: one for name, one in {**asdict(repeated.options), **_empty(journal)}.items()
               if one != usual[name]}
    found = {**scenario_of(journal), "lists": situation.get("lists"), "finding": situation.get("finding"),
             "assets": assets, "options": options,
             "seed": situation.get("seed", repeated.spec.seed), "http": list(_requests(journal)),
             "user": repeated.snapshot.user.name, "records": dict(_records(repeated.snapshot))}
    return {key: value for key, value in found.items() if value not in (None, {}, [])}


def _records(snapshot: Snapshot) -> Iterator[tuple[str, list[Record]]]:
    """Saved data and what else the lab was given, beside what a scenario has its own words for."""
    there = {kind for kind, table in Store(None).records.items() if table}
    for kind, table in snapshot.records.items():
        if table and kind not in there and kind not in _OWN_WORDS:
            yield kind, [*json_copy([*table.values()])]


def _empty(journal: Journal) -> dict[str, str]:
    """What calls without parameters do: the run knew it of the app, which a scenario does not tell of."""
    told = {journal.get(one.answer) for one in journal.events
            if isinstance(one, Answered) and one.question == NEEDS_PARAMETERS and not one.error}
    return {"empty_parameters": "once"} if told == {False} else {}


def _asset(one: Asset) -> dict[str, Any]:
    known = one.app.actions
    told = {"name": one.name, "app": one.app.name, "actions": None if known is None else sorted(known),
            "tags": sorted(one.tags), "type": one.type}
    return {key: value for key, value in told.items() if value not in (None, [], "")}


def _requests(journal: Journal) -> Iterator[dict[str, Any]]:
    """Every request and its answers, in their order where these differ."""
    answers: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for event in journal.events:
        if isinstance(event, Answered) and event.question == HTTP and not event.error:
            method, url = journal.get(event.asked)
            if (told := journal.get(event.answer)) is not None:
                answers.setdefault((method, normal(url.replace("*", "%2A"))), []).append(_answer(told))
    for (method, url), found in answers.items():
        yield {"method": method, "url": url, **(found[0] if all(one == found[0] for one in found) else
                                                {"calls": found})}


def _answer(told: dict[str, Any]) -> dict[str, Any]:
    delay = {"delay": told["delay"]} if told["delay"] else {}
    if told["error"]:
        return {"raise": told["error"], **delay}
    body = base64.b64decode(told["body"]).decode("utf-8", "replace")
    return {"status": told["status"], "headers": told["headers"], "body": body, **delay}
