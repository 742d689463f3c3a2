"""The `requests` of a playbook: real, but for what carries a request: nothing leaves the process."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from phantom_lab.engine import PlaybookRun

if TYPE_CHECKING:
    import requests

    from phantom_lab.rest.application import Application

BASE_URL = "https://127.0.0.1"
"""Of the platform, without a slash at the end."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


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
            carried: list[requests.Response] = []

            def carry(run: PlaybookRun, **shown: Any) -> dict[str, Any]:
                carried.append(super(Session, self).request(method, given, *args, **kwargs))
                return {"status_code": carried[0].status_code, "url": carried[0].url}

            shown = {name: kwargs[name] for name in ("params", "json", "data") if kwargs.get(name) is not None}
            run.call_api(f"requests.{str(method).lower()}", carry, {"url": given, **shown})
            return carried[0]

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


def answer_http(run: PlaybookRun, request: requests.PreparedRequest) -> requests.Response:
    """The answer to a request that goes elsewhere than to the platform.

    Raises:
        requests.ConnectionError: always, as without a network.
    """
    import requests

    message = (f"refused to request {request.method} {str(request.url)[:200]}: playbook code reaches no network. Ask "
               "for it with phantom.act, and answer that with a stub (@lab.action), which is free to.")
    run.note(message)
    raise requests.ConnectionError(message, request=request)


def is_local(url: str) -> bool:
    """Whether a URL is the platform's, at any port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in _LOCAL
    except ValueError:
        return False


def _adapter(run: PlaybookRun, application: Application) -> Any:
    from requests.adapters import BaseAdapter

    class Adapter(BaseAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            if not is_local(request.url):
                return answer_http(run, request)
            return carried(application, request)

        def close(self) -> None:
            """Nothing is open."""

    return Adapter()


def carried(application: Application, request: requests.PreparedRequest) -> requests.Response:
    """Let the application answer a request."""
    import requests
    from urllib3 import HTTPResponse
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    parts = urlsplit(str(request.url))
    body = request.body or b""
    environ = EnvironBuilder(
        path=parts.path or "/", query_string=parts.query, base_url=f"{parts.scheme}://{parts.netloc}",
        method=str(request.method), headers=list(request.headers.items()),
        data=body if isinstance(body, bytes) else str(body).encode()).get_environ()
    chunks, status, headers = run_wsgi_app(application, environ)
    content = b"" if request.method == "HEAD" else b"".join(chunks)
    response = requests.Response()
    response.status_code, _, response.reason = int(status[:3]), *status.partition(" ")[1:]
    response.headers.update(headers.items())
    response.url, response.request, response.encoding = str(request.url), request, "utf-8"
    response.raw = HTTPResponse(BytesIO(content), preload_content=False, status=response.status_code)
    response._content = content
    return response
