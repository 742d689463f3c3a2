"""Making the run of a journal again, from what its first event holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from phantom_lab.control import Breakpoints, Stepper
from phantom_lab.engine import PlaybookRun, plant
from phantom_lab.engine.serialized import playbook_from
from phantom_lab.engine.spec import snapshot_from
from phantom_lab.engine.tree import Tree
from phantom_lab.enterprise_security import EnterpriseSecurity
from phantom_lab.errors import InputError
from phantom_lab.history.cursor import Cursor
from phantom_lab.history.journal import Journal
from phantom_lab.history.start import spec_of
from phantom_lab.isolation.deadline import deadline
from phantom_lab.isolation.zone import is_name, within
from phantom_lab.later import dataclass
from phantom_lab.model import Options
from phantom_lab.outcomes import OutcomeProvider, Providers
from phantom_lab.outcomes.remembering import Keeping
from phantom_lab.rest.http_app import LocalRest
from phantom_lab.shim import RunNamespace
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook

if TYPE_CHECKING:
    from phantom_lab.views.history_tree import Branch

_PATIENCE = 1.5
GivenPlaybook = str | Path | Playbook | Callable[..., Any]
ProvidersOf = Callable[[Sequence[OutcomeProvider], Callable[[], Tree], Options], Providers]
"""Given what the platform itself answers, the tree to come and its options: the providers of a run."""


class Live(Protocol):
    """The lab, as far as a run asks it that goes on live."""

    breakpoints: Breakpoints

    def library(self) -> Library:
        """Where playbooks and custom functions are."""

    def providers_of(self, local: Sequence[OutcomeProvider], tree: Callable[[], Tree], options: Options, *,
                     first: Sequence[OutcomeProvider] = (), last: Sequence[OutcomeProvider] = ()) -> Providers:
        """Who is asked."""

    def keeping(self) -> list[Keeping]:
        """Stubs that keep something from one call to the next."""

    def made(self, run: PlaybookRun) -> None:
        """A run that is made goes into the lab's history."""

    def stepped(self, stepper: Stepper) -> None:
        """A run of the lab's history has a stepper."""

    def stepper_of(self, journal: Journal) -> Stepper | None:
        """What moves a run, if somebody holds that."""

    @property
    def journals(self) -> list[Journal]:
        """Those of the runs of the lab that somebody holds."""

    def history_tree(self) -> list[Branch]:
        """The runs of the lab, and what branched off from them."""

    def loaded(self, playbook: GivenPlaybook) -> Playbook:
        """A playbook as it is now."""


@dataclass(frozen=True, slots=True)
class Making:
    """What a run was made of."""

    lab: Live
    playbook: GivenPlaybook
    """As it was given."""


def recorded_playbook(journal: Journal) -> Playbook:
    """The playbook that a journal was written of."""
    return playbook_from(journal.get(spec_of(journal).playbook), journal)


@contextmanager
def in_time(journal: Journal, cursor: Cursor) -> Iterator[None]:
    """Meanwhile the run of a journal is executed again, in its time zone, and may take as long as the run itself.

    Raises:
        InputError: it takes longer, and the recorded run did not.
    """
    seconds = Options(**journal.get(spec_of(journal).options)).max_seconds
    with deadline(seconds, patience=_PATIENCE, told=""), within(zone_of(journal)):
        yield
    if cursor.out_of_time:
        raise InputError(f"executing the run again takes longer than {seconds:g} seconds (option max_seconds): "
                         f"{cursor.agreed:,} of its {journal.length:,} events are as recorded")


def zone_of(journal: Journal) -> str:
    """The time zone that the run of a journal told local times in; empty where the journal does not say."""
    versions = journal.get(spec_of(journal).versions)
    found = versions.get("zone") if isinstance(versions, dict) else None
    return found if isinstance(found, str) and is_name(found) else ""


def made_again(journal: Journal, cursor: Cursor, *, playbook: Playbook | None = None,
               providers: ProvidersOf | None = None, library: Library | None = None,
               current: bool = False, forked_from: list[Any] | None = None) -> PlaybookRun:
    """The run of a journal, to be executed again.

    Args:
        journal: of the run.
        cursor: takes its place.
        playbook: code to execute instead of the recorded one.
        providers: who is asked once the run goes on live; None: the platform itself only.
        library: where child playbooks and custom functions are once the run goes on live.
        forked_from: uid and position of where it branches off.
        current: whether they are taken from there before, too, and not as they are recorded.
    """
    spec = spec_of(journal)
    told, options = journal.get(spec.playbook), Options(**journal.get(spec.options))
    rest, security = LocalRest(), EnterpriseSecurity()
    local: Sequence[OutcomeProvider] = [rest, security]
    tree = plant(snapshot_from(journal.get(spec.snapshot), journal), journal=cursor,
                 providers=providers(local, lambda: tree, options) if providers else Providers(local),
                 namespace=RunNamespace(), library=library or Library(), current=current, seed=spec.seed,
                 start=datetime.fromisoformat(spec.clock), options=options, watched=spec.watched)
    tree.forked_from = forked_from
    tree.foreseen = latest.started.n if (latest := journal.index.latest) else None
    tree.remarks = tuple(journal.get(spec.remarks))
    code = replace(playbook, name=told["name"]) if playbook else playbook_from(told, journal)
    run = PlaybookRun(code, tree, run_id=spec.run, container_id=spec.container_id, inputs=journal.get(spec.inputs),
                      scope=journal.get(spec.scope))
    rest.run = security.run = run
    return run
