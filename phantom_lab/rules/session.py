"""Session automation API: the platform's own REST, and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import brief, check, json_of
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.surface import surface
from phantom_lab.state.vault import HOME

BASE_URL = "https://127.0.0.1"
_MOST = 1_000_000
"""Records of a page."""
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
    return HOME


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
    return _sent(run, "session_get", "uri", uri, *args, **kwargs)


@emulates("session_post")
def session_post(run: PlaybookRun, uri: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``requests.post`` in the run's session."""
    return _sent(run, "session_post", "uri", uri, *args, **kwargs)


@emulates("session_delete")
def session_delete(run: PlaybookRun, uri: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``requests.delete`` in the run's session."""
    return _sent(run, "session_delete", "uri", uri, *args, **kwargs)


@emulates("_do_request_get")
def do_request_get(run: PlaybookRun, endpoint: Any, params: Any, success_message: Any, error_message: Any,
                   trace: Any) -> Answer:
    """GET an endpoint: ``(success, message, decoded body)`` (observed)."""
    return _answered(run, "_do_request_get", endpoint, success_message, error_message, params=params)


@emulates("_do_request_post")
def do_request_post(run: PlaybookRun, endpoint: Any, json_data: Any, success_message: Any, error_message: Any,
                    trace: Any) -> Answer:
    """POST a JSON body to an endpoint: ``(success, message, decoded body)`` (observed)."""
    body = json_of("_do_request_post", "json_data", json_data)
    return _answered(run, "_do_request_post", endpoint, success_message, error_message, json=body)


@emulates("_do_request_delete")
def do_request_delete(run: PlaybookRun, endpoint: Any, success_message: Any, error_message: Any,
                      trace: Any) -> Answer:
    """DELETE at an endpoint: ``(success, message, decoded body)`` (observed)."""
    return _answered(run, "_do_request_delete", endpoint, success_message, error_message)


@emulates("get_request_iter_pages")
def get_request_iter_pages(run: PlaybookRun, base_url: Any, params: Any, page_size: Any, verify: Any) -> Iterator[Any]:
    """The decoded body of one page after the other (form assumed)."""
    call = "get_request_iter_pages"
    if isinstance(page_size, bool) or not isinstance(page_size, int) or not 1 <= page_size <= _MOST:
        raise PlaybookArgumentError(f"{call}: page_size must be a number from 1 to {_MOST}, not {brief(page_size)}")
    check(call, "params", params, (dict,), "a dict")
    return _pages(run, call, "base_url", base_url, params, page_size)


@emulates("_rest_list_iterator")
def rest_list_iterator(run: PlaybookRun, endpoint: Any, params: Any, success_message: Any, error_message: Any,
                       trace: Any) -> Iterator[Answer]:
    """``(success, message, record)`` for one record of a list after the other (form assumed)."""
    call = "_rest_list_iterator"
    check(call, "params", params, (dict,), "a dict")
    _check_messages(call, success_message, error_message)
    pages = _pages(run, call, "endpoint", endpoint, params, 50)
    return _records(pages, success_message or "", error_message)


def _pages(run: PlaybookRun, call: str, argument: str, url: Any, params: Any, page_size: int) -> Iterator[Any]:
    _url(call, argument, url)  # at once, not when the first page is asked for
    return _asked(run, call, argument, url, params, page_size)


def _asked(run: PlaybookRun, call: str, argument: str, url: Any, params: Any, page_size: int) -> Iterator[Any]:
    number, pages = 0, 1
    while number < pages:
        asked = {**(params or {}), "page": number, "page_size": page_size}
        body = _sent(run, call, argument, url, params=asked).json()
        yield body
        pages, number = body.get("num_pages", 0) if isinstance(body, dict) else 0, number + 1


def _records(pages: Iterator[Any], success_message: str, error_message: Any) -> Iterator[Answer]:
    for page in pages:
        if not isinstance(page, dict) or "data" not in page:
            yield False, error_message or str(page.get("message", "") if isinstance(page, dict) else page), None
            return
        for record in page["data"]:
            yield True, success_message, record


def _answered(run: PlaybookRun, call: str, endpoint: Any, success_message: Any, error_message: Any,
              **given: Any) -> Answer:
    _check_messages(call, success_message, error_message)
    body = None
    try:
        response = _sent(run, call, "endpoint", endpoint, **given)
        body = response.json()
        said = str(body.get("message") or "") if isinstance(body, dict) else ""
        failed = response.status_code >= 400 or (isinstance(body, dict) and body.get("failed"))
    except _requests(run).RequestException as exc:  # nobody answers, or not in JSON (assumed)
        said, failed = str(exc), True
    if not failed:
        return True, success_message or said, body
    told = ": ".join(filter(None, (error_message, said)))
    run.call_failed(told, write=not call.endswith("get"), on=str(endpoint))
    return False, told, body


def _check_messages(call: str, success_message: Any, error_message: Any) -> None:
    check(call, "success_message", success_message, (str,), "a text")
    check(call, "error_message", error_message, (str,), "a text")


def _sent(run: PlaybookRun, call: str, argument: str, uri: Any, *args: Any, **kwargs: Any) -> Any:
    """What `requests` gives, by the function that the call's name ends with.

    Raises:
        requests.RequestException: as `requests` does.
        PlaybookArgumentError: it makes no request of these arguments.
    """
    url = _url(call, argument, uri)
    method = next((one for one in ("post", "delete") if call.endswith(one)), "get")
    try:
        return getattr(_requests(run), method)(url, *args, **kwargs)
    except (AttributeError, OverflowError, RecursionError, TypeError, ValueError) as exc:
        if isinstance(exc, OSError):  # the library's own
            raise
        given = ", ".join([argument, *(["args"] if args else []), *kwargs])
        raise PlaybookArgumentError(f"{call}: no request can be made of {given}: {exc}") from None


def _url(call: str, argument: str, uri: Any) -> str:
    """A whole URL as it is; ``/rest/x``, ``rest/x`` and ``x`` at the platform."""
    check(call, argument, uri, (str,), "a URL")
    if not uri:
        raise PlaybookArgumentError(f"{call}: {argument}, the URL, is missing",
                                    hint="phantom.build_phantom_rest_url makes one.")
    return str(uri) if "://" in uri else _rest_url() + uri.lstrip("/").removeprefix("rest/")


def _rest_url() -> str:
    return str(surface().constants["DEFAULT_REST_BASE_URL"])


def _requests(run: PlaybookRun) -> Any:
    return run.tree.namespace.requests_for(run)
