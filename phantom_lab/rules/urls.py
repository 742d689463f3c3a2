"""Network automation API and helpers: parts of URLs, and texts for them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib import parse

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import check, needed, text_of
from phantom_lab.rules.registry import emulates


@emulates("get_host_from_url")
def get_host_from_url(run: PlaybookRun, url: Any) -> str | None:
    """The host of a URL in lower case, without user and port (assumed); None where there is none (observed)."""
    parts = _split(url)
    return parts.hostname if parts else None


@emulates("get_file_name_from_url")
def get_file_name_from_url(run: PlaybookRun, url: Any, should_unquote: Any) -> str | None:
    """The last part of a URL's path, with its percent signs decoded if asked for; None for no URL (assumed)."""
    parts = _split(url)
    if parts is None:
        return None
    name = posixpath.basename(parts.path)
    return parse.unquote(name) if should_unquote else name


@emulates("get_valid_file_name")
def get_valid_file_name(run: PlaybookRun, s: Any) -> str | None:
    """A text as the name of a file: blanks become ``_``, and only letters, digits, ``_``, ``-`` and dots stay.

    Empty where nothing stays but dots; None for what is no text (assumed: Django has such a function).
    """
    if not isinstance(s, str):
        return None
    name = re.sub(r"[^-\w.]", "", s.strip().replace(" ", "_"))
    return name if name.strip(".") else ""


@emulates("quote_plus")
def quote_plus(run: PlaybookRun, string: Any, safe: Any, encoding: Any, errors: Any) -> str:
    """``urllib.parse.quote_plus``, whose signature it has (observed)."""
    check("quote_plus", "safe", safe, (str, bytes), "a text")
    return _coded("quote_plus", parse.quote_plus, string, safe or "", encoding=encoding, errors=errors)


@emulates("unquote")
def unquote(run: PlaybookRun, string: Any, encoding: Any, errors: Any) -> str:
    """``urllib.parse.unquote``, whose signature it has (observed)."""
    return _coded("unquote", parse.unquote, string, encoding=encoding, errors=errors)


@emulates("encode_proxy_var")
def encode_proxy_var(run: PlaybookRun, val: Any) -> str:
    """A proxy's URL with its user and password percent-encoded; what already is stays (assumed)."""
    text = text_of("encode_proxy_var", "val", val)
    credentials, at, host = text.rpartition("@")
    scheme, separator, login = credentials.partition("://") if "://" in credentials else ("", "", credentials)
    user, colon, password = login.partition(":")
    return f"{scheme}{separator}{_encoded(user)}{colon}{_encoded(password)}{at}{host}"


def _coded(call: str, function: Callable[..., str], string: Any, *safe: Any, encoding: Any, errors: Any) -> str:
    needed(call, "string", string, (str, bytes), "a text")
    for argument, given in (("encoding", encoding), ("errors", errors)):
        check(call, argument, given, (str,), "a name")
    try:
        return function(string, *safe, encoding, errors)
    except (LookupError, TypeError, ValueError) as exc:
        raise PlaybookArgumentError(f"{call}: string, encoding and errors do not go together: {exc}") from None


def _encoded(text: str) -> str:
    return parse.quote(parse.unquote(text), safe="")


def _split(url: Any) -> parse.SplitResult | None:
    with suppress(ValueError):  # a bracket that is not closed
        return parse.urlsplit(url) if isinstance(url, str) else None
    return None
