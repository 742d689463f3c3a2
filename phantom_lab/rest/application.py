"""The WSGI application: requests in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from phantom_lab.errors import LabError
from phantom_lab.rest.problems import RestError
from phantom_lab.rest.routing import answer
from phantom_lab.rest.world import World

LARGEST = 64 * 2**20
"""Bytes of a body."""


class Application:
    """Answers ``/rest/…`` for a world.

    Args:
        world: what is shown and changed.
        check: refuses a request by raising `RestError`; None lets everybody in.
        turn: is held while the world is looked at; a request has come in whole by then.
    """

    def __init__(self, world: World, check: Callable[[Request], None] | None = None,
                 turn: AbstractContextManager[Any] | None = None) -> None:
        self.world = world
        self._turn = turn or nullcontext()
        self._check = check

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """WSGI."""
        return self._response(Request(environ))(environ, start_response)

    def _response(self, request: Request) -> Response:
        request.max_content_length = LARGEST
        status = 200
        try:
            if self._check is not None:
                self._check(request)
            request.get_data()  # it may come slowly, and nobody else is to wait for it
            with self._turn:
                text = _text(answer(self.world, request))
        except RestError as exc:
            status, text = exc.status, _text(exc.body)
        except LabError as exc:
            status, text = 400, _failed(str(exc))
        except HTTPException as exc:
            status, text = exc.code or 400, _failed(exc.name)
        except RecursionError:
            status, text = 400, _failed("nested too deeply")
        headers = {"WWW-Authenticate": 'Basic realm="phantom_lab"'} if status == 401 else {}
        return Response(text, status, headers, content_type="application/json")


def _text(body: Any) -> str:
    """Strict JSON: numbers that JSON does not have become texts."""
    try:
        return json.dumps(body, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(body), parse_constant=str))


def _failed(message: str) -> str:
    return json.dumps({"failed": True, "message": message})
