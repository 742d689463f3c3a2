"""A recorded run begun anew, from its journal alone, in its situation or in a changed one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from phantom_lab.apps import Generated
from phantom_lab.engine import PlaybookRun, plant
from phantom_lab.engine.spec import snapshot_from
from phantom_lab.enterprise_security import EnterpriseSecurity
from phantom_lab.history import Edited, Journal
from phantom_lab.history.start import spec_of
from phantom_lab.lab.again import recorded_playbook
from phantom_lab.lab.recalled import Recalled
from phantom_lab.lab.recorded_sources import RecordedSources, Sourceless
from phantom_lab.later import dataclass
from phantom_lab.model import Options, Record, complete, json_copy
from phantom_lab.outcomes import ActionCall, Outcome, OutcomeProvider, Providers
from phantom_lab.outcomes.declared import Demand
from phantom_lab.outcomes.overlaid import overlaid
from phantom_lab.reading.demand import demand_of
from phantom_lab.rest.http_app import LocalRest
from phantom_lab.scenarios import Scenario
from phantom_lab.shim import RunNamespace
from phantom_lab.state import Snapshot
from phantom_lab.state.given_findings import add_findings, given_again

Situation = dict[str, Any]
ANSWERS = ("outcomes", "http", "playbooks", "custom_functions")
"""What of a situation answers; nothing of it is there unless somebody puts it there."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that can be executed, and what answers in it."""

    run: PlaybookRun
    recalled: Recalled
    beyond: Sourceless
    """Knows what was made up."""


class Repeated:
    """A recorded run that may be begun again and again.

    Args:
        journal: of the run.
        where: its name, for messages.

    Raises:
        InputError: the journal does not hold what its run starts from.
    """

    def __init__(self, journal: Journal, where: str = "") -> None:
        self.journal, self.spec = journal, spec_of(journal, where)
        self.playbook = recorded_playbook(journal)
        self.options = Options(**journal.get(self.spec.options))
        self.others: tuple[OutcomeProvider, ...] = ()
        """Who is asked for what the journal does not know, before it is generated."""
        self.made_up: Callable[[str, str], Any] | None = None
        """As for `Sourceless`."""

    @cached_property
    def snapshot(self) -> Snapshot:
        """The lab as the run found it."""
        return snapshot_from(self.journal.get(self.spec.snapshot), self.journal)

    @property
    def edited(self) -> bool:
        """Whether people changed something while the run rested: that is not done again."""
        return any(isinstance(one, Edited) for one in self.journal.events)

    def situation(self) -> Situation:
        """What the run found, as a scenario has it: ``{"container": {…, "artifacts"}, "inputs", "lists"}``, and the
        ``finding`` that it is about."""
        records, number = self.snapshot.records, self.spec.container_id
        container = {**records["container"].get(number, {"id": number}), "artifacts": [
            one for one in records.get("artifact", {}).values() if one["container"] == number]}
        lists = {one["name"]: one["content"] for one in records.get("decided_list", {}).values()}
        found: Situation = json_copy({"container": container, "inputs": self.journal.get(self.spec.inputs),
                                      "lists": lists, **self._finding()})
        return found

    def _finding(self) -> Situation:
        number = self.snapshot.finding
        found = given_again(number, self.snapshot.records) if number is not None else {}
        return {"finding": found} if found else {}

    def begin(self, situation: Situation | None = None, *, options: Options | None = None,
              watched: bool = False) -> Begun:
        """Make a run without executing it.

        Args:
            situation: a changed one; None: as it was. It may hold what answers instead of what is recorded, as
                `ANSWERS`, and a ``seed``.
            options: None: as recorded.
            watched: whether the journal tells which branches the playbook's code takes.
        """
        given = situation or {}
        answers = {key: given[key] for key in ANSWERS if given.get(key)}
        scenario = Scenario.from_json(answers, name="change") if answers else None
        recalled = Recalled(self.journal)
        beyond = Sourceless(self.journal, recalled, self.made_up)
        library = RecordedSources(self.journal, beyond, scenario.stand_ins if scenario else ())
        generated = Generated(None, self.demand, self.spec.seed)
        rest, security = LocalRest(), EnterpriseSecurity()
        changed = [scenario.provider(_set(recalled, generated))] if scenario else []
        providers = _Providers(changed, [recalled, rest, security, *self.others], recalled, generated)
        tree = plant(self._snapshot(given) if situation else self.snapshot, journal=Journal(None), providers=providers,
                     namespace=RunNamespace(), library=library, seed=given.get("seed", self.spec.seed),
                     start=datetime.fromisoformat(self.spec.clock), options=options or self.options, watched=watched)
        tree.remarks = tuple(self.journal.get(self.spec.remarks) or ())
        run = PlaybookRun(self.playbook, tree, run_id=self.spec.run, container_id=self.spec.container_id,
                          inputs=json_copy(given.get("inputs", self.journal.get(self.spec.inputs))),
                          scope=self.journal.get(self.spec.scope))
        rest.run = security.run = run
        return Begun(run, recalled, beyond)

    def demand(self, file: str) -> Demand:
        """What a playbook in a file reads of its actions."""
        return demand_of(self.playbook) if file == self.playbook.file else Demand()

    def _snapshot(self, situation: Situation) -> Snapshot:
        """What the run starts from, where its container and the lists are others."""
        tables = dict(self.snapshot.records)
        number = self.spec.container_id
        container = {key: one for key, one in situation["container"].items() if key != "artifacts"}
        tables["container"] = {**tables["container"], number: container}
        others = {key: one for key, one in tables.get("artifact", {}).items() if one["container"] != number}
        tables["artifact"] = {**others, **self._artifacts(situation["container"]["artifacts"], {*others}, container)}
        if (finding := situation.get("finding")) and {"finding": finding} != self._finding():
            tables |= _findings(tables, finding, self.snapshot.finding, self.spec.clock)
        tables["decided_list"] = _lists(tables.get("decided_list", {}), situation.get("lists", {}), self.spec.clock)
        return replace(self.snapshot, records=tables)

    def _artifacts(self, given: list[Record], taken: set[int], container: Record) -> dict[int, Record]:
        """By id; one without an id gets the next."""
        found: dict[int, Record] = {}
        for one in given:
            number = one.get("id") or max([0, *taken, *(other.get("id", 0) for other in given), *found]) + 1
            whole = {**one, "container": container["id"], "container_id": container["id"]}
            found[number] = complete("artifact", whole, record_id=number, now=self.spec.clock)
        return dict(sorted(found.items()))


class _Providers(Providers):
    """Who is asked in a run that is begun anew. What nobody answered, nobody but a change answers.

    Args:
        changed: those that an edit put there.
        others: all others.
    """

    def __init__(self, changed: Sequence[OutcomeProvider], others: Sequence[OutcomeProvider], recalled: Recalled,
                 generated: Generated) -> None:
        super().__init__([*changed, *others], inventing=generated, undeclared=True, contract="off")
        self._recalled, self._changed = recalled, changed

    def outcome(self, call: ActionCall) -> Outcome | None:
        if self._recalled.lacks(call):
            return next((found for one in self._changed if (found := one.outcome(call)) is not None), None)
        return super().outcome(call)

    def needs_parameters(self, call: ActionCall) -> bool | None:
        return self._recalled.needs_parameters(call)


def _set(recalled: Recalled, generated: Generated) -> Callable[[ActionCall, Mapping[str, Any]], Outcome | None]:
    """Results in which some paths have other values: what is recorded, or else what is generated. A recorded failure
    that is to be a success, or the other way round, has none of what is recorded."""

    def made(call: ActionCall, wanted: Mapping[str, Any]) -> Outcome | None:
        found = None if "action_result.status" in wanted else recalled.outcome(call)
        return overlaid(found, wanted) if found is not None else generated.outcome(call, wanted)

    return made


def _findings(tables: Mapping[str, Mapping[int, Record]], given: Record, number: str | None,
              now: str) -> dict[str, dict[int, Record]]:
    """The findings and investigations where what a run is about is another one."""
    there = {kind: tables.get(kind, {}) for kind in ("investigation", "finding")}
    within = {number, given.get("investigation_id")}
    found = {kind: {key: one for key, one in table.items() if one["investigation_id"] not in within
                    and one.get("finding_id", "") != number} for kind, table in there.items()}

    def add(kind: str, record: Record) -> int:
        key = max([0, *there[kind], *found[kind]]) + 1
        found[kind][key] = complete(kind, record, record_id=key, now=now)
        return key

    add_findings(given, add, tell=lambda _: None)
    return found


def _lists(table: Mapping[int, Record], wanted: Mapping[str, Any], now: str) -> dict[int, Record]:
    known = {one["name"]: number for number, one in table.items()}
    found = dict(table)
    for name, rows in wanted.items():
        number = known.get(name) or max([0, *found]) + 1
        content = [row if isinstance(row, list) else [row] for row in rows]
        found[number] = {**table[number], "content": content} if name in known else complete(
            "decided_list", {"name": name, "content": content}, record_id=number, now=now)
    return found
