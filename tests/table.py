"""A table of cases in one test: each is tried, and every one that fails is told by its name.

Where a case takes less than what pytest does around it, `tabled` stands for ``pytest.mark.parametrize``. The fixtures
are shared by the cases, so they have to be what no case changes.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from inspect import Parameter, signature
from typing import Any

import pytest

_CASES = "cases of a table"
_LONGEST = 120


def tabled(names: str | tuple[str, ...], cases: Iterable[Any],
           ids: Callable[[Any], Any] | None = None) -> Callable[..., Any]:
    """Decorator of a test: it is called with each case; several stand for every combination, as for pytest."""
    own = [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]
    rows, alone = [*cases], isinstance(names, str) and "," not in names
    assert rows, "a table without cases proves nothing"
    assert not any(isinstance(row, type(pytest.param())) for row in rows), "a case has no marks of its own"

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        inner = getattr(test, _CASES, None)
        body = inner.body if inner else test
        combined = [{**dict(zip(own, (row,) if alone else row, strict=True)), **further}
                    for further in (inner.cases if inner else [{}]) for row in rows]
        shown = {**(inner.shown if inner else {}), **dict.fromkeys(own, ids)}
        kept = _Table(body, combined, shown)

        @wraps(test)
        def tried(**fixtures: Any) -> None:
            kept.tries(fixtures)

        tried.__signature__ = signature(test).replace(parameters=[  # type: ignore[attr-defined]
            one.replace(kind=Parameter.KEYWORD_ONLY) for name, one in signature(test).parameters.items()
            if name not in own])
        setattr(tried, _CASES, kept)
        return tried

    return decorated


class _Table:
    def __init__(self, body: Callable[..., None], cases: list[dict[str, Any]],
                 shown: dict[str, Callable[[Any], Any] | None]) -> None:
        self.body, self.cases, self.shown = body, cases, shown

    def tries(self, fixtures: dict[str, Any]) -> None:
        """Every case, and tell of those that failed; one that is skipped would hide the others, and counts as such."""
        __tracebackhide__ = True
        failed: dict[str, BaseException] = {}
        for case in self.cases:
            try:
                self.body(**fixtures, **case)
            except (Exception, pytest.fail.Exception, pytest.skip.Exception) as exc:
                failed[f"{len(failed) + 1}. {self._name(case)}"] = exc
        if failed:
            told = "\n\n".join(f"{name}\n{''.join(traceback.format_exception(exc, limit=-2))}"
                               for name, exc in failed.items())
            pytest.fail(f"{len(failed)} of {len(self.cases)} cases failed\n\n{told}", pytrace=False)

    def _name(self, case: dict[str, Any]) -> str:
        texts = ((name, (self.shown[name] or repr)(value)) for name, value in case.items())
        return ", ".join(f"{name}={str(text)[:_LONGEST]}" for name, text in texts)
