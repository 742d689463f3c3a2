"""The API call that is being carried out here."""

from __future__ import annotations

from contextvars import ContextVar

calling: ContextVar[tuple[int, str]] = ContextVar("phantom_lab_call", default=(0, ""))
"""Its number and name: a playbook's threads make theirs at the same time."""
