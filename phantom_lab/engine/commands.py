"""The API call that is being carried out in this context."""

from __future__ import annotations

from contextvars import ContextVar

calling: ContextVar[tuple[int, str]] = ContextVar("phantom_lab_call", default=(0, ""))
"""Its number and name. A context variable, as threads of a playbook make calls at the same time."""
