"""Order and pages of a list, and the envelope it comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phantom_lab.model import Record
from phantom_lab.rest.filters import check_field
from phantom_lab.rest.literals import unquoted, whole_number
from phantom_lab.rest.problems import bad_request

PAGE_SIZE = 10


def ordered(rows: list[Record], parameters: Mapping[str, str], kind: str) -> list[Record]:
    """Sort as ``sort`` and ``order`` say; without, in order of creation.

    Raises:
        RestError: there is no such field or order.
    """
    field = unquoted(parameters.get("sort", ""))
    order = unquoted(parameters.get("order", "asc")).lower()
    if order not in ("asc", "desc"):
        raise bad_request(f"order must be asc or desc, not {order[:100]!r}")
    if field:
        check_field(field, rows, kind, "sort")
        rows = sorted(rows, key=lambda row: _key(row.get(field)))
    return rows[::-1] if order == "desc" else rows


def paged(rows: Sequence[Any], parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[Any]]:
    """One page, and the envelope without its ``data``; ``page_size=0`` is all (documented), the default is 10.

    Raises:
        RestError: a number that is none.
    """
    size = whole_number(parameters.get("page_size", str(PAGE_SIZE)), "page_size")
    page = whole_number(parameters.get("page", "0"), "page")
    shown = rows[page * size:(page + 1) * size] if size else rows if page == 0 else []
    pages = -(-len(rows) // size) if size else 1
    return {"count": len(rows), "num_pages": pages}, list(shown)


def _key(value: Any) -> tuple[bool, bool, Any]:
    """Nothing first, then numbers, then texts."""
    if value is None:
        return False, False, 0
    number = isinstance(value, int | float)
    return True, not number, value if number else str(value)
