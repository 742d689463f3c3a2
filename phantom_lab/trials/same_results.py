"""Results that two playbooks get alike, whatever each of them reads: the same call gives the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from phantom_lab.outcomes.declared import Connector, Declaration, Demand, Read
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.read import read
from phantom_lab.source.playbook import Playbook

_Call = tuple[str, str]
"""An action and its assets, as far as a text tells them."""


class Together:
    """What a playbook tells of its actions, and with it what others read of the same action on the same assets.

    Args:
        playbooks: those that get the same results.
    """

    def __init__(self, playbooks: Iterable[Playbook]) -> None:
        self._reads: dict[_Call, dict[str, Read]] = {}
        self._declared: dict[_Call, Declaration] = {}
        self._known: dict[str, Demand] = {}
        for one in playbooks:
            demand = demand_of(one)
            for block, call in _calls(one):
                reads = self._reads.setdefault(call, {})
                for each in demand.reads.get(block, ()):
                    met = reads.setdefault(each.path, each)
                    fresh = tuple(two for two in each.comparisons if two not in met.comparisons)
                    reads[each.path] = replace(met, comparisons=met.comparisons + fresh, type=met.type or each.type)
                if (declared := demand.connectors.get(block, Connector()).declaration) is not None:
                    self._declared.setdefault(call, declared)

    def __call__(self, playbook: Playbook) -> Demand:
        """What is known of a playbook's actions, by block."""
        if playbook.file not in self._known:
            self._known[playbook.file] = self._demand(playbook)
        return self._known[playbook.file]

    def _demand(self, playbook: Playbook) -> Demand:
        own, calls = demand_of(playbook), dict(_calls(playbook))
        connectors = {block: self._connector(own.connectors.get(block, Connector()), call)
                      for block, call in calls.items()}
        return Demand({**own.connectors, **connectors},
                      {**own.reads, **{block: tuple(self._reads[call].values()) for block, call in calls.items()
                                       if call in self._reads}})

    def _connector(self, own: Connector, call: _Call) -> Connector:
        """With the declaration that all get; whether the action requires parameters stays what its own export says, as
        that decides on a call without any."""
        declared = self._declared.get(call)
        needs = own.declaration.needs_parameters if own.declaration else own.requires
        if declared is not None and needs is not None and needs != declared.needs_parameters:
            outputs = tuple(one for one in declared.outputs if not one.path.startswith("action_result.parameter."))
            declared = replace(declared, parameters={"": {"required": needs}}, outputs=outputs)
        return replace(own, declaration=declared)


def _calls(playbook: Playbook) -> Iterator[tuple[str, _Call]]:
    for call in read(playbook).calls_of("act"):
        action, name, assets = (call.get(one) for one in ("action", "name", "assets"))
        if isinstance(action, str):
            yield name if isinstance(name, str) else call.function, (action.lower(), str(assets))
