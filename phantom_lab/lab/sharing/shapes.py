"""How a replacement looks: like what it stands for."""

from __future__ import annotations

import ipaddress
import json
import re
import secrets
import string
from collections.abc import Iterable
from urllib.parse import quote

from phantom_lab.lab.sharing import rules
from phantom_lab.later import regex

_PREFIX = regex(r"(?:eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|xox[abprs]-|AIza|sk[-_](?:live_|test_|proj-)?|glpat-)?")
_RESERVED = ("example.com", "example.net", "example.org")
_DOCUMENTED = ("192.0.2", "198.51.100", "203.0.113")


def numbered(kind: str, text: str, number: int) -> str:
    """What stands for a name, domain or address: the how manieth of its kind."""
    if kind == rules.USERS:
        return f"user{number}"
    if kind == rules.IPS:
        return _address(text, number)
    if kind == rules.HOSTS and "." not in text:
        return f"host{number}"
    return _RESERVED[number - 1] if number <= len(_RESERVED) else f"d{number}.example.com"


def _address(text: str, number: int) -> str:
    """An address for documentation; of a private one a private one."""
    if ":" in text:
        return f"{'fd00' if ipaddress.ip_address(text).is_private else '2001:db8:'}::{number:x}".replace(":::", "::")
    if ipaddress.ip_address(text).is_private and not text.startswith(_DOCUMENTED):
        return f"10.{number // 64516 % 254}.{number // 254 % 254}.{number % 254 + 1}"
    if number < len(_DOCUMENTED) * 254:
        return f"{_DOCUMENTED[number // 254]}.{number % 254 + 1}"
    return f"198.18.{number // 254 % 254}.{number % 254 + 1}"


def shaped(text: str) -> str:
    """A text of the same length, whose characters are of the same classes; a prefix that tells what it is stays."""
    prefix = _PREFIX.match(text)
    start = prefix.end() if prefix and prefix.end() < len(text) else 0
    is_hex = all(one in string.hexdigits for one in text)
    return text[:start] + "".join(_like(one, is_hex=is_hex) for one in text[start:])


def _like(one: str, *, is_hex: bool) -> str:
    if one.isdigit():
        return secrets.choice("123456789")
    if not one.isalnum():
        return one
    letters = string.ascii_lowercase[:6] if is_hex else string.ascii_lowercase
    chosen = secrets.choice(letters)
    return chosen.upper() if one.isupper() else chosen


def cased(text: str, like: str) -> str:
    """A text in lower case, in the case of another one."""
    if like.islower() or not any(one.isalpha() for one in like):
        return text
    return text.upper() if like.isupper() else text[:1].upper() + text[1:]


def as_it_is(text: str) -> str:
    """As it stands elsewhere."""
    return text


def escaped(text: str) -> str:
    """As it stands within a JSON text."""
    return json.dumps(text)[1:-1]


def path_quoted(text: str) -> str:
    """As it stands within the path of a URL."""
    return quote(text)


def quoted(text: str) -> str:
    """As it stands within a query of a URL."""
    return quote(text, safe="")


# -- one pattern for all -----------------------------------------------------------------------------------------------


def tree(texts: Iterable[str]) -> str:
    """A pattern that takes no longer where there are more of them: each character is looked at once."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for text in texts:
        node = root
        for one in text:
            node = node.setdefault(one, {})
        node[""] = {}
    done: dict[int, str] = {}
    waiting = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        inner = {one: below for one, below in node.items() if one}
        if not ready:
            waiting += [(node, True), *((below, False) for below in inner.values())]
            continue
        ways = [re.escape(one) + done.pop(id(below)) for one, below in inner.items()]
        told = f"(?:{'|'.join(ways)})" if len(ways) > 1 else "".join(ways)
        done[id(node)] = f"(?:{told})?" if "" in node and inner else told
    return done[id(root)]
