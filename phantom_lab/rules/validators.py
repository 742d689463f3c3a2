"""Network automation API: what a value looks like. Whatever is no text is nothing of the kind.

The patterns are as wide as those of the vendor's own SDK, which end where a text or its last line does (observed).
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.network import is_ip
from phantom_lab.rules.registry import emulates

VALIDATORS = {"domain": "is_domain", "ip": "is_ip", "hash": "is_hash", "sha1": "is_sha1", "sha256": "is_sha256",
              "sha512": "is_sha512", "md5": "is_md5", "host name": "is_hostname", "mac address": "is_mac",
              "url": "is_url", "email": "is_email"}
"""The functions of ``CONTAINS_VALIDATORS``, by the type that a field contains (observed)."""

_LONGEST = 255


def _like(pattern: str, text: Any) -> bool:
    return isinstance(text, str) and re.match(pattern, text, re.IGNORECASE) is not None


@emulates("is_md5")
def is_md5(run: PlaybookRun, input_str: Any) -> bool:
    """Whether a text is 32 hexadecimal digits."""
    return _like("[0-9a-f]{32}$", input_str)


@emulates("is_sha1")
def is_sha1(run: PlaybookRun, input_str: Any) -> bool:
    """Whether a text is 40 hexadecimal digits."""
    return _like("[0-9a-f]{40}$", input_str)


@emulates("is_sha256")
def is_sha256(run: PlaybookRun, input_str: Any) -> bool:
    """Whether a text is 64 hexadecimal digits."""
    return _like("[0-9a-f]{64}$", input_str)


@emulates("is_sha512")
def is_sha512(run: PlaybookRun, input_str: Any) -> bool:
    """Whether a text is 128 hexadecimal digits."""
    return _like("[0-9a-f]{128}$", input_str)


@emulates("is_hash")
def is_hash(run: PlaybookRun, hash_str: Any) -> bool:
    """Whether a text is an MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits."""
    return any(kind(run, hash_str) for kind in (is_md5, is_sha1, is_sha256, is_sha512))


@emulates("is_mac")
def is_mac(run: PlaybookRun, mac_str: Any) -> bool:
    """Whether a text is six pairs of hexadecimal digits, with colons or hyphens between them."""
    return _like("([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$", mac_str)


@emulates("is_url")
def is_url(run: PlaybookRun, input_str: Any) -> bool:
    """Whether a text begins with a scheme and ``://``; of any scheme, and whatever follows (observed)."""
    return _like(r"[a-z][0-9a-z+\-.]*://.*$", input_str)


@emulates("is_email")
def is_email(run: PlaybookRun, email_str: Any) -> bool:
    """Whether a text of up to 255 characters has an ``@``, and a dot somewhere behind it, but no blank."""
    if not isinstance(email_str, str) or len(email_str) > _LONGEST:  # first of all: the pattern takes its time
        return False
    return _like(r"\S+@\S+\.\S+$", email_str)


@emulates("is_domain")
def is_domain(run: PlaybookRun, hostname: Any) -> bool:
    """Whether a text of up to 255 characters is neither empty nor an IPv4 address and has no ``@``.

    Nothing else is asked of it: blanks pass (observed).
    """
    return _named(run, hostname) and "@" not in hostname


@emulates("is_hostname")
def is_hostname(run: PlaybookRun, hostname: Any) -> bool:
    """As `is_domain`, but an ``@`` is only told at the beginning of a label: ``a@b.com`` passes (observed)."""
    return _named(run, hostname) and not any(label.startswith("@") for label in hostname.split("."))


@emulates("is_windows_path")
def is_windows_path(run: PlaybookRun, path: Any) -> bool:
    r"""Whether a text begins with a drive (``C:\``) or a share (``\\server\share``) (assumed)."""
    return _like(r"[a-z]:[\\/]|\\\\[^\\]+\\[^\\]+", path)


@emulates("isfloat")
def isfloat(run: PlaybookRun, value: Any) -> bool:
    """Whether Python's ``float`` takes a value (assumed)."""
    with suppress(TypeError, ValueError, OverflowError):
        float(value)
        return True
    return False


@emulates("safe_int")
def safe_int(run: PlaybookRun, obj: Any) -> int | None:
    """What Python's ``int`` makes of a value, or None where it makes nothing (None observed)."""
    with suppress(TypeError, ValueError, OverflowError):
        return int(obj)
    return None


def _named(run: PlaybookRun, name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= _LONGEST and not is_ip(run, name)
