"""Who may ask the lab's REST: whoever knows the token, and no page of somebody else's that a browser has open."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Names of this machine; a page reached by another name that leads here is somebody else's."""
_SAME = frozenset({None, "same-origin", "none"})
"""What a browser says of where a request comes from, if it is none of another page's."""


def only(token: str) -> Callable[[Request], None]:
    """A check that lets in who knows the token.

    A browser that has once been told the password sends it with what any page asks it to send: what it could send for
    somebody else's page is refused, whoever sends it.
    """
    from phantom_lab.rest.problems import RestError

    def check(request: Request) -> None:
        if urlsplit(f"//{request.headers.get('Host', '')}").hostname not in HOSTS:
            raise RestError(403, "The Host of a request must be 127.0.0.1 or localhost")
        origin = request.headers.get("Origin")
        if request.headers.get("Sec-Fetch-Site") not in _SAME or (
                origin is not None and urlsplit(origin).netloc != request.headers.get("Host")):
            raise RestError(403, "Requests of other pages are refused")
        login, header = request.authorization, request.headers.get("ph-auth-token")
        password = login.password if login and login.type == "basic" else None
        if not any(one is not None and hmac.compare_digest(one.encode(), token.encode()) for one in (header, password)):
            raise RestError(401, "Authentication failed")
        if header is None and request.method == "POST" and request.mimetype != "application/json":
            raise RestError(415, "A POST needs the header ph-auth-token, or Content-Type: application/json")

    return check
