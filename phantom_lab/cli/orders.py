"""``phantom-lab orders``: what depends on the order in which things come back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli import given
from phantom_lab.cli.arguments import PLAYBOOK, apps_of, positive
from phantom_lab.cli.executing import execute
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.situations import add_situation, is_given, labs_of, prepared, tell_of_several
from phantom_lab.errors import InputError
from phantom_lab.source.playbook import Playbook
from phantom_lab.terminal import brief

if TYPE_CHECKING:
    from phantom_lab.trials.found_orders import ExploredOrders, Orders

DIFFER = 3
_RUNS, _ALL, _EACH = 60, 200, 24
"""Runs that look for situations; orders of the one that is given, and of each of them."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "orders", help="run a playbook in every order in which things can come back",
        description="Run a playbook in every order in which what runs at the same time can come back, offline, and say "
                    "what depends on it: what the orders come to, with the order nearest to that of the asking, and "
                    "joins that fire twice, never or too early.",
        epilog="Exit codes: 0 all orders come out the same; 2 bad usage or unreadable input; 3 they differ.")
    parser.add_argument("playbook", metavar="PLAYBOOK", help=PLAYBOOK)
    add_situation(parser)
    parser.add_argument("--most", metavar="N", type=positive,
                        help=f"how many orders to run at most (default: {_ALL}, with --explore {_EACH} of each "
                             "situation); of more, those nearest to the order of the asking and some at random")
    parser.add_argument("--explore", metavar="N", type=positive, nargs="?", const=_RUNS,
                        help=f"in every situation as well that N runs (default: {_RUNS}) drive it through its branches "
                             "by: from the given one on, or else from one that is made up")
    add_isolated(parser, "orders")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="of any length")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Run the orders, and print."""
    found = _found(chosen)
    print(bounded(found.to_json(), None if chosen.all else MOST) if chosen.json else
          brief(found.lines(), whole=chosen.all))
    return 0 if found.same else DIFFER


def _found(chosen: argparse.Namespace) -> Orders | ExploredOrders:
    from phantom_lab.trials.explore_orders import orders_from, orders_of  # only now: no other command needs it
    from phantom_lab.trials.orders import orders
    from phantom_lab.trials.trial import Trials

    playbook, drawn = Playbook.load(chosen.playbook, paths=chosen.path), chosen.seed or 0
    explored = {"runs": chosen.explore, "most": chosen.most or _EACH, "seed": drawn}
    if chosen.explore and not is_given(chosen):
        trials = Trials(apps_of(chosen.apps), chosen.path, drawn, given.options(chosen.option))
        return orders_of(playbook, trials, **explored)
    lab, *others = labs_of(chosen)
    if others:
        raise InputError(f"orders are run in one situation, and there are {1 + len(others)} scenarios",
                         hint="Choose one: --scenario FILE#VARIANT.")
    tell_of_several(chosen, lab)
    if chosen.explore:
        run = prepared(chosen, lab, playbook)
        execute(run)
        return orders_from(run, **explored)
    if chosen.ran:
        lab.ran(playbook, chosen.container_id)
    return orders(lab, playbook, chosen.container_id, most=chosen.most or _ALL, seed=drawn,
                  inputs=given.inputs(chosen.input), scope=given.scope(chosen.scope, lab))
