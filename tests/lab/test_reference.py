"""The page of public names says what the docstrings say, and its examples run."""

from __future__ import annotations

from typing import Any

import phantom_lab
from phantom_lab import frames
from tests.reference import EXAMPLES, FILE, text


def test_the_page_is_what_the_docstrings_say() -> None:
    """``python -m tests.reference`` writes it anew."""
    assert FILE.read_text(encoding="utf-8") == text()


def test_the_examples_run() -> None:
    """One after the other, each with what those before it made; they hold their own assertions."""
    names: dict[str, Any] = {}
    for code in EXAMPLES.values():
        exec(code, names)


def test_every_public_name_is_described() -> None:
    """None without a sentence of its own."""
    for name in phantom_lab.__all__:
        assert getattr(phantom_lab, name).__doc__, name
    for name in frames.__all__:
        assert getattr(frames, name).__doc__, name
    page = text()
    assert [name for name in phantom_lab.__all__ if f"## `{name}`" not in page] == []
