"""What people type into the panel."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.errors import InputError


def read_json(name: str, text: Any) -> Any:
    """What was typed as JSON; a slip is told where it was made.

    Raises:
        InputError: it is no JSON.
    """
    try:
        return json.loads(str(text))
    except json.JSONDecodeError as exc:
        raise InputError(f"{name} is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})",
                         hint='A text stands in quotes: "high".') from None
