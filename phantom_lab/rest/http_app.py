"""Actions of the HTTP app on the platform's own REST: ``get data`` with ``/rest/container`` for its location."""

from __future__ import annotations

import re
from collections.abc import Iterable

from phantom_lab.engine import PlaybookRun
from phantom_lab.model import ActionResult, Asset
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.answer import message_of
from phantom_lab.rest.addresses import BASE_URL

_METHODS = {f"{one} data": one.upper() for one in ("get", "post", "put", "patch", "delete")}


class LocalRest:
    """Answers them, unless somebody before it does, where the platform has such an endpoint.

    Which host an asset stands for is not known here; ``/rest/api/2/issue`` is no endpoint of the platform.

    ``data`` holds one object with ``method``, ``location``, ``response_body`` and ``parsed_response_body`` (for a JSON
    answer both are the decoded body) and ``response_headers``; ``summary`` holds ``status_code`` and ``reason``. A
    status code from 400 on is a failure (all observed in the public app).
    """

    def __init__(self) -> None:
        self.run: PlaybookRun | None = None
        """Set once there is one: in its name, requests are made."""

    def outcome(self, call: ActionCall) -> Outcome | None:
        """Carry out the request."""
        method, location = _METHODS.get(call.action.lower()), str(call.parameter.get("location") or "")
        if method is None or self.run is None or not _is_endpoint(location):
            return None
        url = f"{BASE_URL}/{location.lstrip('/')}"
        requests = self.run.tree.namespace.requests_for(self.run)
        response = requests.request(method, url, data=call.parameter.get("body"))
        body = response.json()
        summary = {"status_code": response.status_code, "reason": response.reason}
        good = response.status_code < 400
        message = message_of(summary) if good else (
            f"Error from server. Status Code: {response.status_code} Data from server: {response.text}")
        data = {"method": method, "location": response.url, "parsed_response_body": body, "response_body": body,
                "response_headers": dict(response.headers)}
        return Outcome((ActionResult("success" if good else "failed", message, call.parameter, [data], summary),),
                       "local REST", own=True, local=True, by="platform")

    def assets(self, action: str) -> Iterable[Asset]:
        """None: the playbook names the asset."""
        return []


def _is_endpoint(location: str) -> bool:
    from phantom_lab.rest.endpoints import is_kind  # only now: no other run needs it
    from phantom_lab.rest.special import SPECIAL

    root, _, rest = location.lstrip("/").partition("/")
    name = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0]
    return root == "rest" and (name in SPECIAL or is_kind(name))
