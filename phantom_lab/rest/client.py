"""The `requests` of a playbook: real, but for what carries a request: nothing leaves the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.steps import WORK
from phantom_lab.errors import InputError, OutcomeNeeded
from phantom_lab.rest.addresses import is_local
from phantom_lab.views.sentences import problem

if TYPE_CHECKING:
    import requests

    from phantom_lab.rest.application import Application

_REASONS = {one.value: one.phrase for one in HTTPStatus}
_sending: ContextVar[bool] = ContextVar("phantom_lab_sending", default=False)
"""Whether a request that is journaled is on its way here."""


def session_type(run: PlaybookRun, application: Application) -> type[requests.Session]:
    """A `requests.Session` for a run; each request is journaled as an API call of the run."""
    import requests

    adapter = _adapter(run, application)

    class Session(requests.Session):
        def __init__(self) -> None:
            super().__init__()
            self.trust_env = False  # neither proxies nor passwords of the machine

        def request(self, method: Any, url: Any = None, *args: Any, uri: Any = None, **kwargs: Any) -> Any:
            """As in `requests`, where the platform also takes ``uri`` for ``url`` (observed)."""
            given = url if url is not None else uri
            shown = {name: kwargs[name] for name in ("params", "json", "data") if kwargs.get(name) is not None}
            send = partial(super().request, method, given, *args, **kwargs)
            return _journaled(run, str(method), {"url": given, **shown}, send)

        def send(self, request: Any, **kwargs: Any) -> Any:
            """As in `requests`: what was prepared by hand is a request like any other."""
            return _prepared(run, request, partial(super().send, request, **kwargs))

        # Written out: with a method of the library in between, the journal would not know the playbook's line.
        def get(self, url: Any = None, **kwargs: Any) -> Any:
            return self.request("GET", url, **{"allow_redirects": True, **kwargs})

        def options(self, url: Any = None, **kwargs: Any) -> Any:
            return self.request("OPTIONS", url, **{"allow_redirects": True, **kwargs})

        def head(self, url: Any = None, **kwargs: Any) -> Any:
            return self.request("HEAD", url, **{"allow_redirects": False, **kwargs})

        def post(self, url: Any = None, data: Any = None, json: Any = None, **kwargs: Any) -> Any:
            return self.request("POST", url, data=data, json=json, **kwargs)

        def put(self, url: Any = None, data: Any = None, **kwargs: Any) -> Any:
            return self.request("PUT", url, data=data, **kwargs)

        def patch(self, url: Any = None, data: Any = None, **kwargs: Any) -> Any:
            return self.request("PATCH", url, data=data, **kwargs)

        def delete(self, url: Any = None, **kwargs: Any) -> Any:
            return self.request("DELETE", url, **kwargs)

        def get_adapter(self, url: Any) -> Any:
            """Ours, whatever was mounted: playbooks mount adapters with retries of their own."""
            return adapter

    return Session


def _journaled(run: PlaybookRun, method: str, shown: dict[str, Any], send: Callable[[], Any]) -> Any:
    """Send a request as an API call of the run."""
    carried: list[Any] = []
    run.tree.steps.counted += WORK

    def carry(run: PlaybookRun, **shown: Any) -> dict[str, Any]:
        carried.append(send())
        source = {"source": carried[0].source} if hasattr(carried[0], "source") else {}
        return {"status_code": carried[0].status_code, "url": carried[0].url, **source}

    token = _sending.set(True)
    try:
        run.call_api(f"requests.{method.lower()}", carry, shown)
    finally:
        _sending.reset(token)
    return carried[0]


def _prepared(run: PlaybookRun, request: Any, send: Callable[[], Any]) -> Any:
    """Send a prepared request; it is journaled unless it is part of one that is."""
    if _sending.get():
        return send()
    body = {"data": request.body.decode(errors="replace") if isinstance(request.body, bytes) else str(request.body)}
    return _journaled(run, str(request.method), {"url": str(request.url), **(body if request.body else {})}, send)


def answer_http(run: PlaybookRun, request: requests.PreparedRequest, timeout: Any = None) -> requests.Response:
    """The answer to a request that goes elsewhere than to the platform.

    Args:
        timeout: as in `requests`: what takes longer is a `ReadTimeout`.

    Raises:
        requests.ConnectionError: nobody answers it, as without a network, or this is the answer.
        OutcomeNeeded: it is not known which answer is meant.
    """
    import requests

    method, url = str(request.method), str(request.url)
    try:
        found = run.tree.outside.http(method, url)
    except InputError as exc:
        run.tree.ending.unwinding = OutcomeNeeded(problem(exc, run.executing_block or "<module>"))
        raise run.tree.ending.unwinding from None
    if found is None:
        message = (f"refused to request {method} {url[:200]}: playbook code reaches no network. Ask for it with "
                   "phantom.act, and answer that with a stub (@lab.action), which is free to, or answer the request "
                   "under `http` of a scenario.")
        run.note(message)
        raise requests.ConnectionError(message, request=request)
    given = timeout[-1] if isinstance(timeout, tuple) else timeout
    limit = given if isinstance(given, int | float) else None
    run.clock.advance(found.delay if limit is None else min(found.delay, limit))
    if limit is not None and found.delay > limit:
        raise requests.ReadTimeout(f"{method} {url[:200]}: no answer within {limit} seconds", request=request)
    if found.error is not None:
        raise requests.ConnectionError(found.error, request=request)
    response = _response(request, found.status, _REASONS.get(found.status, ""), found.headers, found.body)
    response.source = found.source  # type: ignore[attr-defined]
    return response


def _adapter(run: PlaybookRun, application: Application) -> Any:
    from requests.adapters import BaseAdapter

    class Adapter(BaseAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return _prepared(run, request, lambda: carried(application, request) if is_local(request.url)
                             else answer_http(run, request, kwargs.get("timeout")))

        def close(self) -> None:
            """Nothing is open."""

    return Adapter()


def carried(application: Application, request: requests.PreparedRequest) -> requests.Response:
    """Let the application answer a request."""
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    parts = urlsplit(str(request.url))
    body = request.body or b""
    environ = EnvironBuilder(
        path=parts.path or "/", query_string=parts.query, base_url=f"{parts.scheme}://{parts.netloc}",
        method=str(request.method), headers=list(request.headers.items()),
        data=body if isinstance(body, bytes) else str(body).encode()).get_environ()
    chunks, status, headers = run_wsgi_app(application, environ)
    return _response(request, int(status[:3]), status.partition(" ")[2], dict(headers.items()), b"".join(chunks))


def _response(request: requests.PreparedRequest, status: int, reason: str, headers: Mapping[str, str],
              content: bytes) -> requests.Response:
    import requests
    from urllib3 import HTTPResponse

    content = b"" if request.method == "HEAD" else content
    response = requests.Response()
    response.status_code, response.reason = status, reason
    response.headers.update(headers)
    response.url, response.request, response.encoding = str(request.url), request, "utf-8"
    response.raw = HTTPResponse(BytesIO(content), preload_content=False, status=status)
    response._content = content
    return response
