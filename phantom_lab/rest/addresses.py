"""Where the platform is."""

from __future__ import annotations

from urllib.parse import urlsplit

BASE_URL = "https://127.0.0.1"
"""Of the platform, without a slash at the end."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def is_local(url: str) -> bool:
    """Whether a URL is the platform's, at any port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in _LOCAL
    except ValueError:
        return False
