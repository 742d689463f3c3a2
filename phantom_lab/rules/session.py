"""Session automation API: the platform's own REST, and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import brief, check
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.surface import surface
from phantom_lab.rules.vault import root_of
from phantom_lab.state.vault import HOME

BASE_URL = "https://127.0.0.1"
Answer = tuple[bool, str, Any]


@emulates("build_phantom_rest_url")
def build_phantom_rest_url(run: PlaybookRun, args: tuple[Any, ...]) -> str:
    """The URL of an endpoint: each part is quoted, slashes within it stay, those around it do not double."""
    parts = (quote(str(one).strip("/"), safe="/") for one in args)
    return _rest_url() + "/".join(part for part in parts if part)


@emulates("get_base_url")
def get_base_url(run: PlaybookRun) -> str:
    """The platform's own URL, without a slash at the end (observed)."""
    return BASE_URL


@emulates("get_rest_base_url")
def get_rest_base_url(run: PlaybookRun) -> str:
    """The URL of the REST, with a slash at the end."""
    return _rest_url()


@emulates("get_phantom_home")
def get_phantom_home(run: PlaybookRun) -> str:
    """The platform's folder: one of the run's own stands for it."""
    return f"{root_of(run)}{HOME}"


@emulates("get_default_rest_headers")
def get_default_rest_headers(run: PlaybookRun) -> dict[str, str]:
    """Headers of a request with a JSON body (assumed)."""
    return {"Content-Type": "application/json", "Accept": "application/json"}


@emulates("get_user_session_token")
def get_user_session_token(run: PlaybookRun) -> str:
    """A token, which nothing outside of the lab accepts (form assumed)."""
    return f"phantom-lab-session-{run.id}"


@emulates("session_get")
def session_get(run: PlaybookRun, uri: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``requests.get`` in the run's session; a URI without a host is one of the REST (assumed)."""
    return _requests(run).get(_url("session_get", uri), *args, **kwargs)


@emulates("session_post")
def session_post(run: PlaybookRun, uri: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``requests.post`` in the run's session."""
    return _requests(run).post(_url("session_post", uri), *args, **kwargs)


@emulates("session_delete")
def session_delete(run: PlaybookRun, uri: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``requests.delete`` in the run's session."""
    return _requests(run).delete(_url("session_delete", uri), *args, **kwargs)


@emulates("_do_request_get")
def do_request_get(run: PlaybookRun, endpoint: Any, params: Any, success_message: Any, error_message: Any,
                   trace: Any) -> Answer:
    """GET an endpoint: ``(success, message, decoded body)`` (observed)."""
    url = _url("_do_request_get", endpoint)
    return _answer(_requests(run).get(url, params=params), success_message, error_message)


@emulates("_do_request_post")
def do_request_post(run: PlaybookRun, endpoint: Any, json_data: Any, success_message: Any, error_message: Any,
                    trace: Any) -> Answer:
    """POST a JSON body to an endpoint: ``(success, message, decoded body)`` (observed)."""
    url = _url("_do_request_post", endpoint)
    return _answer(_requests(run).post(url, json=json_data), success_message, error_message)


@emulates("_do_request_delete")
def do_request_delete(run: PlaybookRun, endpoint: Any, success_message: Any, error_message: Any,
                      trace: Any) -> Answer:
    """DELETE at an endpoint: ``(success, message, decoded body)`` (observed)."""
    url = _url("_do_request_delete", endpoint)
    return _answer(_requests(run).delete(url), success_message, error_message)


@emulates("get_request_iter_pages")
def get_request_iter_pages(run: PlaybookRun, base_url: Any, params: Any, page_size: Any, verify: Any) -> Iterator[Any]:
    """The decoded body of one page after the other (form assumed)."""
    call = "get_request_iter_pages"
    if isinstance(page_size, bool) or not isinstance(page_size, int) or page_size < 1:
        raise PlaybookArgumentError(f"{call}: page_size must be a number from 1 on, not {brief(page_size)}")
    check(call, "params", params, (dict,), "a dict")
    return _pages(run, _url(call, base_url), params, page_size)


@emulates("_rest_list_iterator")
def rest_list_iterator(run: PlaybookRun, endpoint: Any, params: Any, success_message: Any, error_message: Any,
                       trace: Any) -> Iterator[Answer]:
    """``(success, message, record)`` for one record of a list after the other (form assumed)."""
    check("_rest_list_iterator", "params", params, (dict,), "a dict")
    return _records(run, _url("_rest_list_iterator", endpoint), params, success_message, error_message)


def _pages(run: PlaybookRun, url: str, params: Any, page_size: int) -> Iterator[Any]:
    number, pages = 0, 1
    while number < pages:
        body = _requests(run).get(url, params={**(params or {}), "page": number, "page_size": page_size}).json()
        yield body
        pages, number = body.get("num_pages", 0) if isinstance(body, dict) else 0, number + 1


def _records(run: PlaybookRun, url: str, params: Any, success_message: Any, error_message: Any) -> Iterator[Answer]:
    for page in _pages(run, url, params, 50):
        if not isinstance(page, dict) or "data" not in page:
            yield False, error_message or str(page.get("message", "") if isinstance(page, dict) else page), None
            return
        for record in page["data"]:
            yield True, success_message or "", record


def _answer(response: Any, success_message: Any, error_message: Any) -> Answer:
    body = response.json()
    said = str(body.get("message") or "") if isinstance(body, dict) else ""
    if response.status_code >= 400 or (isinstance(body, dict) and body.get("failed")):
        return False, ": ".join(filter(None, (error_message, said))), body
    return True, success_message or said, body


def _url(call: str, uri: Any) -> str:
    """A whole URL as it is; ``/rest/x``, ``rest/x`` and ``x`` at the platform."""
    check(call, "uri", uri, (str,), "a URL")
    if not uri:
        raise PlaybookArgumentError(f"{call}: the URL is missing", hint="phantom.build_phantom_rest_url makes one.")
    return str(uri) if "://" in uri else _rest_url() + uri.lstrip("/").removeprefix("rest/")


def _rest_url() -> str:
    return str(surface().constants["DEFAULT_REST_BASE_URL"])


def _requests(run: PlaybookRun) -> Any:
    return run.tree.namespace.requests_for(run)
