"""Giving somebody the journal of a run without what is private in it."""

from phantom_lab.lab.sharing.shared import Left, Replaced, Shared
from phantom_lab.lab.sharing.sharing import share

__all__ = ["Left", "Replaced", "Shared", "share"]
