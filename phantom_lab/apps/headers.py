"""Sample values of headers, whose syntax is fixed: those of HTTP answers (RFC 9110, 7231) and of mails (RFC 5322)."""

from __future__ import annotations

from collections.abc import Sequence

from phantom_lab.later import regex

_DATE, _LATER, _MAIL_DATE = (
    "Mon, 01 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT", "Mon, 01 Jan 2024 00:00:00 +0000")
_SENT = "<sample@example.com>"
_SHARED = {
    "content type": "application/json", "content encoding": "gzip", "content language": "en",
    "content disposition": 'attachment; filename="sample.docx"', "content length": "1024",
}
_HTTP = {
    **_SHARED, "date": _DATE, "last modified": _DATE, "expires": _LATER, "if modified since": _DATE,
    "if unmodified since": _DATE, "retry after": "120", "age": "60", "etag": '"sample"', "if match": '"sample"',
    "if none match": '"sample"', "set cookie": f"session=sample; Expires={_LATER}; Path=/; Secure; HttpOnly",
    "cookie": "session=sample", "cache control": "max-age=3600", "connection": "keep-alive",
    "keep alive": "timeout=5, max=100", "transfer encoding": "chunked", "vary": "Accept-Encoding", "allow": "GET, POST",
    "accept": "*/*", "accept encoding": "gzip, deflate", "accept language": "en", "accept ranges": "bytes",
    "content range": "bytes 0-1023/2048", "range": "bytes=0-1023", "content location": "/sample",
    "location": "https://www.example.com/sample", "referer": "https://www.example.com/",
    "origin": "https://www.example.com", "host": "www.example.com",
    "link": '<https://www.example.com/sample>; rel="next"',
    "pragma": "no-cache", "server": "sample", "user agent": "sample/1.0", "via": "1.1 proxy.example.com",
    "warning": '299 - "sample"', "www authenticate": 'Basic realm="sample"', "upgrade": "h2c",
    "strict transport security": "max-age=31536000", "access control allow origin": "*",
    "access control max age": "600", "x content type options": "nosniff", "x frame options": "DENY",
    "x forwarded for": "192.0.2.10", "x rate limit limit": "100", "x rate limit remaining": "99",
    "x rate limit reset": "60", "content security policy": "default-src 'self'",
}
_MAIL = {
    **_SHARED, "content type": 'text/plain; charset="utf-8"', "date": _MAIL_DATE, "message id": _SENT,
    "in reply to": _SENT, "references": _SENT, "mime version": "1.0", "content transfer encoding": "quoted-printable",
    "return path": "<sample.user@example.com>", "list unsubscribe": "<mailto:sample.user@example.com>",
    "received": f"from mail.example.com (mail.example.com [192.0.2.10]) by mx.example.net with ESMTPS; {_MAIL_DATE}",
    "received spf": "pass (example.com: 192.0.2.10 is permitted) client-ip=192.0.2.10",
    "authentication results": "mx.example.net; spf=pass smtp.mailfrom=example.com",
    "x originating ip": "[192.0.2.10]", "auto submitted": "no", "importance": "normal",
}
_AROUND = regex(r"headers?$")
_OF_MAIL = regex("mail|message")


def sample_header(words: str, around: Sequence[str]) -> str | None:
    """A sample of a header; None where a field is none, or may hold any text.

    Args:
        words: of its name, lower case, with blanks between: ``last modified``.
        around: those of what it stands in, the innermost last: ``response headers``.
    """
    if not around or not _AROUND.search(around[-1]):
        return None
    return (_MAIL if any(map(_OF_MAIL.search, around)) else _HTTP).get(words)
