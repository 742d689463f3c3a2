"""Libraries that the platform has, and this Python only with an extra."""

from __future__ import annotations

import importlib
from types import ModuleType

LIBRARIES = {**dict.fromkeys(("bs4", "dateutil", "django", "pytz", "simplejson", "six", "xmltodict"), "platform"),
             "weasyprint": "pdf"}
"""The extra, by the name that is imported: what public playbooks import, what ``phantom.rules`` shows, and what stands
in for a program of the platform."""


def library(name: str) -> ModuleType:
    """A library of the platform.

    Raises:
        ModuleNotFoundError: it is not installed; the message says how it is.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as exc:
        raise explained(exc) from None


def explained(missing: ModuleNotFoundError) -> ModuleNotFoundError:
    """The error with what to do about it, where an extra brings the module."""
    extra = LIBRARIES.get((missing.name or "").partition(".")[0])
    if extra is None:
        return missing
    return ModuleNotFoundError(f"{missing.msg}: the platform has it; here: pip install 'phantom-lab[{extra}]'",
                               name=missing.name, path=missing.path)
