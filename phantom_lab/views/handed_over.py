"""Everything that a run and its child playbooks handed over, parameter by parameter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from phantom_lab.history.events import CustomFunctionStarted, PlaybookStarted
from phantom_lab.history.invocations import block_of
from phantom_lab.history.journal import Journal
from phantom_lab.views.receipt import rows
from phantom_lab.why.origins.handed_over import HandedOver

if TYPE_CHECKING:
    from phantom_lab.views.rows import HandedOverRow


def handed_over(journal: Journal) -> list[HandedOverRow]:
    """Where every parameter came from: of actions, questions to people, requests and writes, as the receipt tells them,
    then of custom functions and child playbooks.

    Returns:
        ``{"run", "block", "line", "to", "set", "parameter", "value", …}`` with the fields of
        `phantom_lab.why.origins.origin.ValueOrigin` and ``told``. ``to`` is what it was handed over to, and ``set``
        the number of the parameter set of a custom function.
    """
    over = HandedOver(journal)
    told: list[HandedOverRow] = [
        {"run": row.run, "block": row.block, "line": row.line, "set": 1, "to": f"{row.change} {row.on}".strip(),
         "value": one.value, **one.as_json()} for row in rows(journal, over) for one in row.origins]
    return [*told, *_asked(journal, over)]


def _asked(journal: Journal, over: HandedOver) -> Iterator[HandedOverRow]:
    blocks = journal.index.invocations
    for event in journal.events:
        if isinstance(event, CustomFunctionStarted):
            what, sets = f"custom function {event.function} ({event.name})", over.of_function(event)
        elif isinstance(event, PlaybookStarted):
            what, sets = f"child playbook {event.playbook} ({event.name})", [over.of_child(event)]
        else:
            continue
        for number, one in ((number, one) for number, given in enumerate(sets, 1) for one in given):
            yield {"run": event.run, "block": block_of(blocks, event.invocation), "line": over.line_of(event.command),
                   "to": what, "set": number, "value": one.value, **one.as_json()}
