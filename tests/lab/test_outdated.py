"""The list of what later Pythons took away: true for the Python that runs this, and told where a playbook meets it."""

from __future__ import annotations

import builtins
import importlib
import sys
import warnings
from typing import Any

import pytest

from phantom_lab.source import outdated

ELSEWHERE = {"msilib", "distutils"}
"""Modules of another system, and one of which setuptools puts its own in front."""


def there(name: str) -> bool:
    """Whether a module, or what stands in one, is there in this Python itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parts = name.split(".")
        found: Any = None
        for number in range(1, len(parts) + 1):
            try:
                found = importlib.import_module(".".join(parts[:number]))
            except ImportError:
                if number == 1 or not hasattr(found, parts[number - 1]):
                    return False
                found = getattr(found, parts[number - 1])
    return not getattr(found, "__file__", None) or "site-packages" not in str(found.__file__)


def test_what_is_gone_is_gone_since_then():
    """In the Pythons that the list names, and not before."""
    listed = {**outdated.MODULES, **outdated.ATTRIBUTES}
    assert [name for name, one in listed.items() if name not in ELSEWHERE
            and not there(name) == one.here == (sys.version_info[:2] < one.since)] == []
    assert len(listed) > 300


def test_what_was_there_without_an_import_is_gone():
    """And so are the methods of dicts."""
    assert [name for name in outdated.BUILTINS if hasattr(builtins, name)] == []
    assert [name for name in outdated.METHODS if hasattr(dict, name)] == []


@pytest.mark.parametrize(("line", "error", "told"), [
    ("import urllib2", "ModuleNotFoundError: No module named 'urllib2'", "Python 2, and today urllib.request"),
    ("basestring", "NameError: name 'basestring' is not defined", "Python 2, and today str"),
    ("import base64; base64.decodestring", "AttributeError: module 'base64' has no attribute 'decodestring'",
     "gone since Python 3.9, and today base64.decodebytes"),
    ("from collections import Mapping", "ImportError: cannot import name 'Mapping' from 'collections'",
     "gone since Python 3.10, and today collections.abc.Mapping"),
])
def test_an_error_says_what_is_written_today(line: str, error: str, told: str, lab, playbook):
    """Where Python itself says that something is not there."""
    message = lab.run(playbook(f"def on_start(container):\n    {line}\n")).summary().message
    assert message == f"{error}: that is {told} (block on_start, sample:3)"


def test_a_module_that_only_later_pythons_lack_is_a_note(lab, playbook):
    """It works here, and not on a platform of today; with a Python of today it is an error that says so."""
    run = lab.run(playbook("def on_start(container):\n    import telnetlib\n    import json\n"))
    told = "gone since Python 3.13, and today socket"
    if sys.version_info < (3, 13):
        assert run.summary().notes == [
            f"module telnetlib is there in this Python, and {told}: a platform of today does not have it"]
    else:
        assert run.summary().message.startswith(f"ModuleNotFoundError: No module named 'telnetlib': that is {told}")
