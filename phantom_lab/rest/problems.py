"""What the platform's REST answers when something is wrong: a JSON body and a status code, nothing else."""

from __future__ import annotations

from typing import Any


class RestError(Exception):
    """Ends a request.

    Args:
        status: the HTTP status code.
        message: for ``message`` of the body.
        extra: further keys of the body, such as ``existing_artifact_id``.
    """

    def __init__(self, status: int, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"failed": True, "message": message, **extra}


def bad_request(message: str, **extra: Any) -> RestError:
    """The request itself is wrong."""
    return RestError(400, message, **extra)


def not_found() -> RestError:
    """There is no such record, or no such endpoint; the text is the platform's own (observed)."""
    return RestError(404, "Requested item not found")
