"""Container automation API: pins of the heads-up display."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.refusals import container_of, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import notes
from phantom_lab.state.names import is_nothing


@emulates("pin")
@refusable(None)
def pin(run: PlaybookRun, container: Any, message: Any, data: Any, pin_type: Any, pin_style: Any, truncate: Any,
        name: Any, trace: Any) -> tuple[bool, str, int | None]:
    """Pin data to a container: ``(success, message, pin id)``; a name that the container has already updates that pin
    (documented).

    Texts that are too long are cut, or refused where `truncate` is false (documented; how long is assumed).
    """
    given = {"message": message, "data": data, "pin_type": "card" if is_nothing(pin_type) else pin_type,
             "pin_style": "grey" if pin_style is None else pin_style, "name": name}
    added = notes.add_pin(run.platform, container_of(run, container), given, truncate=truncate is not False)
    return True, f"pin {added['id']} set", added["id"]


@emulates("update_pin")
@refusable()
def update_pin(run: PlaybookRun, pin_id: Any, message: Any, data: Any, pin_type: Any, pin_style: Any,
               trace: Any) -> tuple[bool, str]:
    """Write fields of a pin (documented); None leaves a field as it is (observed)."""
    given = {"message": message, "data": data, "pin_type": pin_type, "pin_style": pin_style}
    return True, f"pin {notes.update_pin(run.platform, pin_id, given)['id']} updated"


@emulates("delete_pin")
@refusable()
def delete_pin(run: PlaybookRun, pin_id: Any) -> tuple[bool, str]:
    """Take a pin away: ``(success, message)`` (documented)."""
    notes.delete_pin(run.platform, pin_id)
    return True, "pin deleted"
