"""Which function answers a request."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request

from phantom_lab.model import Record
from phantom_lab.rest import reading, writing
from phantom_lab.rest.bodies import answer_each, read_body, read_ids
from phantom_lab.rest.problems import RestError, bad_request, not_found
from phantom_lab.rest.special import SPECIAL
from phantom_lab.rest.views import dressed, index
from phantom_lab.rest.world import World

_READS = ("GET", "HEAD")


def answer(world: World, request: Request) -> Any:
    """The body of a successful answer.

    Raises:
        RestError: anything else.
    """
    parts = [one for one in request.path.split("/") if one]
    if len(parts) < 2 or parts[0] != "rest" or {".", ".."} & {*parts}:
        raise not_found()
    if parts[1] in SPECIAL and len(parts) == 2:
        _allow(request, *_READS)
        return SPECIAL[parts[1]](world, request.args)
    kind, below = reading.kind_of(parts[1]), parts[2:]
    if not below:
        return _of_kind(world, kind, request)
    if kind == "decided_list":
        below = ["/".join(below)]
    record = reading.record_of(world, kind, below[0])
    if len(below) == 1:
        return _of_record(world, kind, record, request)
    if len(below) > 2:
        raise not_found()
    if request.method == "POST" and (kind, below[1]) == ("approval", "respond"):
        return _of_record(world, kind, record, request)
    if request.method == "POST" and below[1] in record:
        given = read_body(request)
        value = given.get(below[1], given) if isinstance(given, dict) else given
        return writing.update(world, kind, record, {below[1]: value})
    _allow(request, *_READS)
    return reading.part(world, kind, record, below[1], request.args, _pairs(request))


def _of_kind(world: World, kind: str, request: Request) -> Any:
    if request.method == "POST":
        given = read_body(request)
        if isinstance(given, list):
            return answer_each(given, lambda one: writing.create(world, kind, one))
        return writing.create(world, kind, given)
    if request.method == "DELETE":
        numbers = read_ids(request)
        return [writing.delete(world, kind, reading.record_of(world, kind, str(one))) for one in numbers]
    _allow(request, *_READS, "POST", "DELETE")
    return reading.listing(world, kind, request.args, _pairs(request))


def _of_record(world: World, kind: str, record: Record, request: Request) -> Any:
    if request.method == "POST":
        given = read_body(request)
        if not isinstance(given, dict):
            raise bad_request("the body must be a JSON object")
        return writing.update(world, kind, record, given)
    if request.method == "DELETE":
        return writing.delete(world, kind, record)
    _allow(request, *_READS, "POST", "DELETE")
    return dressed(world, kind, record, request.args, index(world))


def _pairs(request: Request) -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _allow(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise RestError(405, "Method not allowed")
