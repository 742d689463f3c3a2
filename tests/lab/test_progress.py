"""Progress: told by loops, shown by a terminal or a notebook, which may stop them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.cli import progress as terminal
from phantom_lab.progress import followed, show_with


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What a listener hears."""
    heard: list[Any] = []

    @contextmanager
    def listener(what: str, most: int | None) -> Iterator[Any]:
        heard.append((what, most))
        yield heard.append
        heard.append("end")

    show_with(listener)
    yield heard
    show_with(None)


def test_items_are_counted_and_a_loop_within_is_not_told(told: list[Any]) -> None:
    """One loop is shown at a time: the outermost."""
    assert [(one, [*followed("xy", "letters", 2)]) for one in followed([1, 2], "numbers", 2)] == [
        (1, ["x", "y"]), (2, ["x", "y"])]
    assert told == [("numbers", 2), 1, 2, "end"]


def test_what_takes_long_tells_how_far_it_is(told: list[Any], samples: Path) -> None:
    """Checks, and whatever else tries many runs."""
    from phantom_lab.trials.running import run_all

    run_all([str(samples / "playbooks" / "geolocate_ip.py"), str(samples / "playbooks" / "no_outcome.py")])
    assert (told[0], told[-1]) == (("playbooks", 2), "end")
    told.clear()
    lab = Lab(samples / "containers" / "phishing_report.json", results=samples / "results" / "phishing.json")
    lab.run(samples / "playbooks" / "triage_phishing_sources.py").flip("escalate")
    assert told[0][0] == "situations"
    assert told[1] == 1


def test_who_stops_it_gets_what_was_found_so_far() -> None:
    """A listener raises what Ctrl+C raises."""
    @contextmanager
    def stopping(what: str, most: int | None) -> Iterator[Any]:
        def stop(done: int) -> None:
            if done == 2:
                raise KeyboardInterrupt
        yield stop

    show_with(stopping)
    found: list[int] = []
    try:
        with pytest.raises(KeyboardInterrupt):
            found.extend(followed(range(10), "numbers"))
        assert found == [0, 1]
        assert [*followed("a", "letters")] == ["a"]
    finally:
        show_with(None)


def test_a_terminal_shows_one_line_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it takes long; our own words only."""
    screen = io.StringIO()
    monkeypatch.setattr(terminal, "_terminal", lambda: screen)
    clock = iter(range(100))
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    with terminal.line("playbooks", 5) as tell:
        for done in range(1, 4):
            tell(done)
    drawn = screen.getvalue().split("\r\x1b[K")
    assert drawn[1].startswith("2 of 5 playbooks, 2 s")
    assert drawn[-1] == ""
