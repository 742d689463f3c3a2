"""Lines of playbooks, measured by the package ``coverage``: its tracer sees them, as the lab compiles a playbook under
its own file's name and leaves its lines as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.errors import InputError
from phantom_lab.testing.counted import Counted, Reached

if TYPE_CHECKING:
    from coverage import Coverage

Arcs = dict[str, tuple[tuple[int, int], ...]]


def check_installed() -> None:
    """See whether lines can be measured.

    Raises:
        InputError: they cannot.
    """
    try:
        import coverage  # noqa: F401  # only now: it is optional
    except ImportError:
        raise InputError("lines of playbooks are measured by the package `coverage`, which is not installed", hint=(
            "pip install 'phantom-lab[coverage]'. Blocks and branches are counted without it.")) from None


@contextmanager
def measured(file: str) -> Iterator[Arcs]:
    """Measure one file while something runs; filled at the end."""
    found: Arcs = {}
    coverage = _coverage(include=[_literal(file)])
    coverage.start()
    try:
        yield found
    finally:
        coverage.stop()
        data = coverage.get_data()
        found.update({one: tuple(data.arcs(one) or ()) for one in data.measured_files()})


def told(reached: Iterable[tuple[str, Reached]], counted: Iterable[Counted], folder: Path | None) -> str:
    """Fill in how many lines were executed, and write pages that show them.

    Args:
        reached: by test; its name stands beside the lines that it executed.
        folder: for the pages; None writes none.

    Returns:
        The first page; empty where there is none.
    """
    coverage = _coverage()
    data = coverage.get_data()
    for name, one in reached:
        if one.arcs:
            data.set_context(name)
            data.add_arcs({_absolute(one.playbook): one.arcs})
    files = {_absolute(each.playbook): each for each in counted}
    seen = [file for file in files if file in data.measured_files()]
    for file in seen:
        _, statements, _, missing, _ = coverage.analysis2(file)
        files[file].lines = len(statements) - len(missing), len(statements)
    if folder is None or not seen:
        return ""
    coverage.html_report(seen, directory=str(folder), show_contexts=True, title="Playbooks, as their tests ran them")
    return str(folder / "index.html")


def _coverage(**options: Any) -> Coverage:
    from coverage import Coverage

    return Coverage(data_file=None, config_file=False, branch=True, messages=False, **options)


def _absolute(file: str) -> str:
    return str(Path(file).absolute())


def _literal(file: str) -> str:
    """A path as a pattern for itself alone."""
    return "".join(f"[{one}]" if one in "*?[" else one for one in _absolute(file))
