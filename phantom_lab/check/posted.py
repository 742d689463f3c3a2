"""Requests to the platform's own REST that it refuses, or that change nothing: held against what the lab's REST asks
for."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from phantom_lab.check.blocks import Finding
from phantom_lab.later import dataclass
from phantom_lab.misspelt import SURE, closest, near
from phantom_lab.model import as_id
from phantom_lab.reading.followed import HOLE, Encoded, Fields, Items, each
from phantom_lab.reading.following import Follower, Handed
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.rest.addresses import is_local
from phantom_lab.rest.endpoints import ALIASES, IDS, PARTS, WRITABLE, is_kind, lacking

KIND = "rest-body"
_SIGNS = ("rest_url", "/rest", "_base_url", "_do_request_post", "session_post")
"""Without one of them in its text, a source asks the REST for nothing."""
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_OURS = {"session_post": "post", "_do_request_post": "post"}


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    """Below ``/rest/``, with holes."""
    certain: bool
    """Whether it is the platform that is asked, and no other host."""
    bodies: list[Any]
    given: str
    """As what the body goes: ``data`` is no JSON unless it is a text; empty where nobody knows."""


def posted(reading: Reading) -> Iterator[Finding]:
    """Each request that a reader can see to be refused, once."""
    if not any(sign in reading.source.source for sign in _SIGNS):
        return
    named = {alias.asname or alias.name: alias.name for node in reading.nodes if isinstance(node, ast.ImportFrom)
             and node.module in ("requests", "phantom.requests") for alias in node.names}
    told: dict[tuple[int, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))

    def hear(one: Handed) -> None:
        for request in _requests(one, named):
            for message in _wrong(request):
                told[id(one.node), message][one.depth].add(one.line)

    try:
        follower = Follower(reading.tree, hear)
        for function, _ in reading.bodies:
            follower.follow(function)
    except RecursionError:
        return
    nearest = {(line, message) for (_, message), found in told.items() for line in found[min(found)]}
    yield from ((line, "warning", KIND, message) for line, message in sorted(nearest))


def _requests(one: Handed, named: dict[str, str]) -> Iterator[_Request]:
    """The requests that a call makes, by the URLs that it may be handed."""
    api = one.scope.api(one.called)
    last = one.called.attr if isinstance(one.called, ast.Attribute) else named.get(getattr(one.called, "id", ""), "")
    args, method = list(one.args), _OURS.get(last, last)
    if last == "request" and args:
        method, args = str(args[0]).lower(), args[1:]
    elif api == ("act",):
        yield from _of_app(one)
        return
    if method not in _METHODS:
        return
    named_urls = [one.keywords[name] for name in ("url", "uri", "endpoint") if name in one.keywords]
    urls = next(iter([*args[:1], *named_urls]), COMPUTED)
    bodies = {**dict(zip(("json_data",) if last == "_do_request_post" else ("data", "json"), args[1:], strict=False)),
              **{name: one.keywords[name] for name in ("json_data", "data", "json", "files") if name in one.keywords}}
    given, body = next(((name, value) for name, value in bodies.items() if value is not None), ("", COMPUTED))
    if "files" in bodies:
        given, body = "", COMPUTED
    missing = not one.open and not bodies
    for url in each(urls):
        if isinstance(url, str) and (found := _place(url, ours=last in _OURS)) is not None:
            path, certain = found
            yield _Request(method, path, certain, [Fields({}, one.line)] if missing else each(body), given)


def _of_app(one: Handed) -> Iterator[_Request]:
    """``post data`` of the HTTP app, at a location of the platform."""
    action = one.args[0] if one.args else one.keywords.get("action")
    sets = one.keywords.get("parameters", one.args[1] if len(one.args) > 1 else None)
    if action not in ("post data", "put data", "patch data") or not isinstance(sets, Items):
        return
    for given in (part for value in sets.each for part in each(value) if isinstance(part, Fields)):
        location = given.known.get("location")
        if isinstance(location, str) and location.lstrip("/").startswith("rest/"):
            path = location.lstrip("/").removeprefix("rest/")
            yield _Request(action.split()[0], path, False, each(given.known.get("body", COMPUTED)), "")


def _place(url: str, *, ours: bool) -> tuple[str, bool] | None:
    """Where below ``/rest/`` a URL leads, and whether that is certainly the platform; None for other hosts."""
    before, slash, path = url.partition("/rest/")
    if not slash:
        return (url.removeprefix("rest/"), True) if ours and "://" not in url and HOLE not in url else None
    if not before or is_local(before):
        return path, True
    return (path, False) if before.startswith(HOLE) and "://" not in before else None


def _wrong(request: _Request) -> Iterator[str]:
    """Why a request is refused, or changes nothing."""
    parts = [one for one in request.path.partition("?")[0].split("/") if one]
    if not parts or HOLE in parts[0]:
        return
    endpoint, below = parts[0], parts[1:]
    kind = ALIASES.get(endpoint, endpoint)
    if not is_kind(endpoint):
        if request.certain and (found := near(endpoint, _endpoints(), least=SURE)):
            yield f"the platform's REST has no endpoint {endpoint}; closest is {found[0]}"
        return
    if request.method in ("put", "patch"):
        yield f"the platform's REST takes no {request.method.upper()}: a POST to {endpoint}/<id> changes a record"
    if request.method != "post":
        return
    if len(below) > 1 and below[1] in PARTS.get(kind, ()) and HOLE not in below[1]:
        of = PARTS[kind][below[1]]
        yield f"POST to {kind}/<id>/{below[1]} is refused: that lists what a POST to {of} creates"
    elif len(below) < 2:
        for body in (one for each_body in request.bodies for one in _objects(each_body)):
            yield from _of_body(kind, body, new=not below)
        yield from _of_form(request)


def _of_form(request: _Request) -> Iterator[str]:
    for body in request.bodies:
        if request.given == "data" and isinstance(body, Fields):
            yield "data= sends a dict as a form, and the platform's REST takes JSON: json=, or data=json.dumps(…)"
        elif request.given == "json" and isinstance(body, Encoded):
            yield "json= encodes what is JSON text already, and the platform's REST takes an object"


def _objects(body: Any) -> Iterator[Fields]:
    body = body.value if isinstance(body, Encoded) else body
    for one in each(body):
        if isinstance(one, Fields):
            yield one
        elif isinstance(one, Items):
            for element in one.each:
                yield from _objects(element)


def _of_body(kind: str, body: Fields, *, new: bool) -> Iterator[str]:
    """What a body lacks, and what of it is of no use."""
    if new and not body.open and (missing := [*lacking(kind, {
            name: _sample(value) for name, value in body.known.items()})]):
        misspelt = closest(missing[0], body.known, least=SURE).removeprefix("; closest is ")
        meant = f" (it has {misspelt})" if misspelt else ""
        yield f"POST to {kind} is refused without {' and '.join(missing)}{meant}"
    for name in sorted(IDS & body.known.keys()):
        given = body.known[name]
        if isinstance(given, str) and HOLE not in given and given and as_id(given) is None:
            yield f"POST to {kind} is refused: {name} is the id of a container, and not {given[:40]!r}"
    if kind in WRITABLE and body.known and not body.open and not {"add_to_case", "artifacts"} & body.known.keys():
        useless = body.known.keys() - WRITABLE[kind] - IDS - {"id"}
        if useless and not new and useless == body.known.keys() - IDS - {"id"}:
            yield (f"POST to {kind}/<id> answers success and changes nothing: it has no field "
                   f"{', '.join(sorted(useless)[:3])}{_of_other(useless)}")
        else:
            for name in sorted(useless):
                if found := near(name, WRITABLE[kind], least=SURE):
                    yield f"{name} has no effect in a POST to {kind}; closest is {found[0]}"
    if kind == "playbook_run" and new:
        yield from _of_run(body)


def _of_run(body: Fields) -> Iterator[str]:
    scope, run = body.known.get("scope"), body.known.get("run", COMPUTED)
    if isinstance(scope, str) and HOLE not in scope and scope not in ("", "new", "all"):
        yield f"POST to playbook_run is refused: scope is new, all or a list of artifact ids, and not {scope[:40]!r}"
    if run is False or (isinstance(run, str) and HOLE not in run):
        yield f"POST to playbook_run is refused: run must be True, and not {run!r}"


def _of_other(names: set[str]) -> str:
    """The endpoint that a field belongs to."""
    return ": a POST to container_comment creates a comment" if "comment" in names else ""


def _sample(value: Any) -> Any:
    """A value as `lacking` sees it: only what is nothing on every way counts as missing."""
    return None if all(one is None or one == "" for one in each(value)) else True


def _endpoints() -> list[str]:
    from phantom_lab.model import KINDS
    from phantom_lab.rest.special import SPECIAL

    return [*(one for one in (*KINDS, *ALIASES) if is_kind(one)), *SPECIAL]
