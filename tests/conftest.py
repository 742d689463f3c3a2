"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import platform
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.control.worker import Worker
from phantom_lab.why.origins import following
from tests.api_calls import EVIDENCE, Calls

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write golden journals anew, and say what changed")
    parser.addoption("--api-calls", metavar="FILE", help="write which names of the API every fidelity test calls")


def pytest_configure(config: pytest.Config) -> None:
    _hear_signals()
    for mark in EVIDENCE:
        config.addinivalue_line("markers", f"{mark}: evidence of an emulated behaviour")
    if config.getoption("--api-calls"):
        config.pluginmanager.register(Calls(config.getoption("--api-calls")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: who waits for a kernel, a browser or a command leaves its own to the others."""
    return (os.cpu_count() or 1) + 1


def _hear_signals() -> None:
    """What a shell or ``nohup`` puts into the background ignores them, and so would what the tests start."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of an emulated behaviour says what the behaviour rests on, once.

    The longest file is the first: else one of several processes would be alone with it at the end.
    """
    items.sort(key=lambda item: item.path.name != "test_browser.py")
    for item in items:
        if "fidelity" in item.path.parts:
            marks = [mark.name for mark in item.iter_markers() if mark.name in EVIDENCE]
            if len(marks) != 1:
                raise pytest.UsageError(f"{item.nodeid}: carries {marks or 'no evidence mark'}, not one of {EVIDENCE}")


def pytest_collection() -> None:
    """While tests are found, there is next to no garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """The tests themselves stay until the end: no garbage collection needs to look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Of several processes one gets all tests of a file, and those of all kernels: they share what takes long to start.

    Files are begun in the order in which they are found; the last ones are short.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/kernels" if nodeid.startswith("tests/kernels/") else super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What takes how long, by folder; and in one line what was not run, and why."""
    spent: Counter[str] = Counter()
    number: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                folder = report.location[0].rpartition("/")[0] or "."
                spent[folder] += report.duration
                number[folder] += report.when == "call"
    terminalreporter.section("seconds by folder")
    for folder, seconds in sorted(spent.items()):
        terminalreporter.write_line(f"{folder:<20} {number[folder]:>6} tests {seconds:>8.1f} s")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    reasons["not chosen"] = len(terminalreporter.getreports("deselected"))
    told = "; ".join(f"{count} {reason}" for reason, count in (+reasons).most_common())
    terminalreporter.write_line(f"not run: {told or 'nothing'}")
    terminalreporter.write_line(f"ran on: Python {platform.python_version()}")


@pytest.fixture(scope="module", autouse=True)
def settled() -> Iterator[None]:
    """What the tests of a file have left for good is not looked through again for those of the next ones; and no run
    rests on: while one does, whatever is done with files is asked whose it is, down to the end of a deep stack."""
    begun: WeakSet[Worker] = WeakSet()
    start = Worker.start

    def started(worker: Worker) -> None:
        begun.add(worker)
        start(worker)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Worker, "start", started)
        yield
    for worker in begun:
        with worker.lock:
            if worker.state in ("resting", "needs_outcome"):
                worker.stop()
        worker.wait(_long())
    gc.collect()
    gc.freeze()


def _long() -> float:
    from tests.patience import LONG  # only now: it measures this machine, as busy as it is then

    return LONG


@pytest.fixture(scope="session")
def journals_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for every test, which is there once something is written: to make ten thousand takes a minute."""
    place = tmp_path_factory.mktemp("journals")
    return (place / str(number) for number in count())


@pytest.fixture(autouse=True)
def journals_elsewhere(journals_of_tests: Iterator[Path]) -> Path:
    """Stepped runs do not write their journals to the user's own place."""
    folder = next(journals_of_tests)
    os.environ["PHANTOM_LAB_JOURNALS"] = str(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def explained() -> Iterator[None]:
    """A search for origins that fails is a failure here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "UNEXPLAINED", ())
        yield


@pytest.fixture
def journals(journals_elsewhere: Path) -> Path:
    """Where stepped runs write their journals."""
    journals_elsewhere.mkdir()
    return journals_elsewhere


@pytest.fixture
def samples() -> Path:
    """The folder of sample material."""
    return SAMPLES


@pytest.fixture
def incident() -> Path:
    """A small container with five artifacts."""
    return SAMPLES / "containers" / "test_incident.json"


@pytest.fixture
def lab(incident: Path) -> Lab:
    """A lab with the small container, whose clock starts at a moment that tests know."""
    return Lab(incident, start=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def playbook():
    """Make a playbook of a text; the usual import is put before it."""

    def make(source: str, name: str = "sample") -> Playbook:
        return Playbook.from_source(f"import phantom.rules as phantom\n{source}", name=name)

    return make
