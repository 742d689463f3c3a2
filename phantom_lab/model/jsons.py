"""JSON in and out: the platform hands every callback its own decoded copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError


def json_copy(value: Any) -> Any:
    """What is left of a value after the platform's JSON boundary: its own copy, tuples as lists.

    Raises:
        TypeError, ValueError: the value cannot be written as JSON.
    """
    return json.loads(json.dumps(value))


def read_json(path: str | Path, what: str) -> Any:
    """Read a JSON file that a user named.

    Args:
        path: the file.
        what: what it should hold, for the message ("container", "results").

    Raises:
        InputError: missing, unreadable, not UTF-8 or not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"no such {what} file", where=str(path)) from None
    except OSError as exc:
        raise InputError(f"the {what} file cannot be read: {exc.strerror}", where=str(path)) from None
    except json.JSONDecodeError as exc:
        raise InputError(f"the {what} file is not JSON: {exc.msg}", where=f"{path}:{exc.lineno}") from None
    except (UnicodeDecodeError, RecursionError) as exc:
        reason = "nested too deeply" if isinstance(exc, RecursionError) else "not UTF-8 text"
        raise InputError(f"the {what} file is not JSON: {reason}", where=str(path)) from None
