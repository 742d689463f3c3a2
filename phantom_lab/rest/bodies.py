"""Bodies of requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request

from phantom_lab.limits import check_dense
from phantom_lab.model import Record
from phantom_lab.rest.literals import literal
from phantom_lab.rest.problems import RestError, bad_request


def answer_each(given: list[Any], make: Callable[[Record], Record]) -> list[Record]:
    """A list of bodies, a list of answers; it is a success if one of them is (documented).

    Raises:
        RestError: none is; its body is the list.
    """
    answers: list[Record] = []
    worst = 0
    for one in given:
        try:
            answers.append(make(_object(one)))
        except RestError as exc:
            worst = max(worst, exc.status)
            answers.append(exc.body)
    if answers and not any(one.get("success") for one in answers):
        raise _AllFailed(worst, answers)
    return answers


class _AllFailed(RestError):
    def __init__(self, status: int, bodies: list[Record]) -> None:
        super().__init__(status, "all failed")
        self.body = bodies  # type: ignore[assignment]


def read_body(request: Request) -> Any:
    """A JSON object, or a list of them; nothing at all is an empty object.

    Raises:
        RestError: it is neither, or would take too much memory.
    """
    content = request.get_data() or b"{}"
    try:
        check_dense(content)
        given = json.loads(content, parse_constant=_no_number)
    except OSError as exc:
        raise RestError(413, f"the body cannot be read: {exc.strerror}") from None
    except (ValueError, UnicodeDecodeError):
        raise bad_request("the body is not JSON") from None
    if not isinstance(given, dict | list):
        raise bad_request("the body must be a JSON object")
    return given


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _object(given: Any) -> Record:
    if not isinstance(given, dict):
        raise bad_request("every body must be a JSON object")
    return given


def read_ids(request: Request) -> list[Any]:
    """``ids`` of a DELETE, in the query or in the body.

    Raises:
        RestError: there are none.
    """
    found = [number for text in request.args.getlist("ids") for number in _listed(literal(text, "ids"))]
    found = found or (_listed(_object(read_body(request)).get("ids")) if request.get_data() else [])
    if not found:
        raise bad_request("ids must say which ones")
    return found


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]
