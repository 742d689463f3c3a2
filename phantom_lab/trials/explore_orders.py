"""What depends on the order in which things come back, in situations that drive a playbook through its branches."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.reading import is_journal
from phantom_lab.lab.repeating import Repeated
from phantom_lab.model import Options
from phantom_lab.progress import followed
from phantom_lab.reading.read import read
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.found_orders import ExploredOrders, Situated
from phantom_lab.trials.joins import Seen
from phantom_lab.trials.naming import named
from phantom_lab.trials.orders import Begin, again, in_lab, ordered
from phantom_lab.trials.replies import Replies
from phantom_lab.trials.search import Search, Tried
from phantom_lab.trials.trial import Trials
from phantom_lab.trials.unrecorded import made_up

RUNS, MOST = 60, 24
"""Runs that look for situations, and orders of each of them."""


def explore_orders(given: Playbook | Held | str | Path, *, runs: int = RUNS, most: int = MOST,
                   seed: int = 0) -> ExploredOrders:
    """Run a playbook in the orders of every situation that its branches are reached by.

    Args:
        given: a playbook, or its file: the first situation is made up for it. Or a run, its stepper, its journal or a
            journal's file: the first situation is the recorded one, and what is recorded answers.
        runs: that look for situations.
        most: orders of one situation, at most.
        seed: of made-up values, and of the orders that are drawn where there are more.

    Raises:
        InputError: something given cannot be read.
    """
    if isinstance(given, str | Path) and not (Path(given).is_file() and is_journal(given)):
        given = Playbook.load(given)
    if isinstance(given, Playbook):
        return orders_of(given, Trials(seed=seed), runs=runs, most=most, seed=seed)
    return orders_from(given, runs=runs, most=most, seed=seed)


def orders_of(playbook: Playbook, trials: Trials, *, runs: int, most: int, seed: int) -> ExploredOrders:
    """In situations that are made up."""
    return _explored(Search(playbook, trials),
                     lambda tried: in_lab(trials.lab(playbook, tried.change.situation), playbook),
                     runs=runs, most=most, seed=seed)


def orders_from(held: Held, *, runs: int, most: int, seed: int) -> ExploredOrders:
    """In the situation of a recorded run, and changed ones."""
    from phantom_lab.trials.flip import Again  # only now: it is of no use for the others

    repeated = Repeated(journal_of(held))
    repeated.others, repeated.made_up = (Replies(repeated.demand),), made_up(read(repeated.playbook))
    return _explored(Search(repeated.playbook, Again(seed=repeated.spec.seed, repeated=repeated)),
                     lambda tried: again(tried.run), runs=runs, most=most, seed=seed)


def _explored(search: Search, begun: Callable[[Tried], tuple[Begin, Options]], *, runs: int, most: int,
              seed: int) -> ExploredOrders:
    tried_runs, orders, exhaustive, seen = 0, 0, True, set[Any]()
    found: list[Situated] = []
    for tried in followed(islice(search, runs), "situations", runs):
        tried_runs += 1
        way = Seen.of(tried.run)
        if (key := (way.order, way.blocks)) not in seen:
            seen.add(key)
            one = ordered(*begun(tried), most, seed)
            orders, exhaustive = orders + one.orders, exhaustive and one.exhaustive
            if not one.same or one.joins:
                found.append(Situated(named(tried.change.name, {other.situation for other in found}), one))
        if search.complete:
            break
    return ExploredOrders(search.playbook.name, tried_runs, len(seen), orders, exhaustive, found)
