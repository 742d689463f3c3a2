"""Entries of a scenario that answer requests which leave the platform."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from phantom_lab.errors import InputError
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.scenarios.entry_pool import Entry, Where, read_answers
from phantom_lab.scenarios.fitting import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpEntry(Entry):
    """An entry of ``http``."""

    method: str
    """Upper case; empty: any."""
    url: tuple[str, ...] = field(compare=False)
    """What stands between stars."""

    def matches(self, method: str, url: str) -> bool:
        """Whether it is for a request."""
        return self.method in ("", method.upper()) and holds(normal(url), *self.url)


def read_request(given: Mapping[str, Any], where: Where) -> HttpEntry:
    """An entry of ``http``, of the shape that the schema demands.

    Args:
        given: the entry.
        where: gives the place of a part of it.

    Raises:
        InputError: its keys do not go together, or its URL is none.
    """
    url, method = given["url"], given.get("method", "").upper()
    if "*" not in url and not re.match("https?://[^/]", url, re.IGNORECASE):
        raise InputError(f"{url!r} is no URL", where=where("url"), hint="For instance https://intel.example/api/*.")
    parts = normal(url).split("*")
    return HttpEntry(where=where(), answers=read_answers(given, {"method", "url"}, where, _answer), method=method,
                     key=f"{method} {'*'.join(parts)}", title=f"{method} {url}".strip(), in_turn="calls" in given,
                     weight=(len(parts) == 1, sum(map(len, parts)), bool(method)),
                     url=tuple(parts))


def normal(url: str) -> str:
    """A URL as a request has it: scheme and host in lower case, a path, no fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if not parts.netloc:
        return url
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/",
                          fragment="").geturl()


def _answer(given: Mapping[str, Any], where: Where) -> HttpAnswer:
    forms = [key for key in ("raise", "json", "body") if key in given]
    if len(forms) > 1 or ("raise" in given and given.keys() - {"raise", "delay"}):
        raise InputError(f"`{forms[0]}` cannot stand beside "
                         f"{', '.join(f'`{key}`' for key in given if key not in (forms[0], 'delay'))}",
                         where=where(forms[0]))
    text = json.dumps(given["json"]) if "json" in given else given.get("body", "")
    kind = {"Content-Type": "application/json"} if "json" in given else {}
    return HttpAnswer(given.get("status", 200), {**kind, **given.get("headers", {})},
                      text.encode("utf-8", "surrogatepass"), where(), float(given.get("delay", 0)), given.get("raise"))
