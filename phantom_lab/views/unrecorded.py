"""What a run reads of the machine that its journal does not hold: executed again, it may go another way."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from phantom_lab.history.events import (
    OF_THE_FILE,
    CustomFunctionStarted,
    Event,
    FileEnded,
    RunSpec,
    RunStarted,
    Unrecorded,
    ValueCut,
)
from phantom_lab.history.journal import Journal
from phantom_lab.source.parsing import parse

if TYPE_CHECKING:
    from phantom_lab.views.rows import UnrecordedRow

SETS = "the order of sets (no PYTHONHASHSEED is set)"
_WORDS = {
    "environment": "os.environ os.environb os.getenv os.path.expandvars os.path.expanduser pathlib.Path.home sys.argv",
    "folder": "os.getcwd os.getcwdb pathlib.Path.cwd",
    "file": "os.stat os.lstat os.access os.path.exists os.path.lexists os.path.isfile os.path.isdir os.path.islink "
            "os.path.getsize os.path.getmtime os.path.getatime os.path.getctime os.path.samefile shutil.which",
    "random numbers": "ssl.RAND_bytes",
    "machine": "os.getpid os.getppid os.getlogin os.uname os.cpu_count os.getloadavg os.times os.getuid os.geteuid "
               "os.getgid os.statvfs os.get_terminal_size shutil.get_terminal_size shutil.disk_usage "
               "time.process_time time.process_time_ns time.thread_time time.thread_time_ns socket.gethostname "
               "socket.getfqdn getpass.getuser locale.getlocale locale.getdefaultlocale locale.getpreferredencoding "
               "sys.getfilesystemencoding sys.executable sys.getrefcount"}
_NAMES = {name: what for what, names in _WORDS.items() for name in names.split()}
_MODULES = {"platform": "machine", "threading": "order of threads", "concurrent": "order of threads",
            "_thread": "order of threads", "resource": "machine", "psutil": "machine", "gc": "machine"}
"""What is read by what names, and by all names of a module."""
_DRAWS = ("numpy.random.",)
"""Code in C, which has random numbers of its own."""
_SETS = ("set", "frozenset")
_TELL: tuple[type[Event], ...] = (RunStarted, CustomFunctionStarted, Unrecorded, ValueCut, FileEnded)


def unrecorded(journal: Journal) -> list[UnrecordedRow]:
    """Files and folders that the code did read, and whatever else its sources say that it reads.

    Returns:
        ``{"run", "what", "name", "block", "line"}``, each once; ``what`` is ``file``, ``folder``, ``environment``,
        ``random numbers``, ``order of threads`` or ``machine``; or, of what its file lacks, ``value`` or ``events``.
    """
    events = journal.events
    first = events[0] if events else None
    if not isinstance(first, RunSpec):
        return []
    found: dict[tuple[str, str], UnrecordedRow] = {
        ("vault", name): {"run": first.run, "what": "file", "block": "<module>", "line": 0,
                          "name": f"{name} of the vault ({kept['size']:,} bytes)"}
        for name, kept in journal.get(first.snapshot)["files"].items() if "size" in kept}
    for position in sorted(one for kind in _TELL for one in journal.index.positions(kind)):
        event = events[position]
        if isinstance(event, RunStarted | CustomFunctionStarted) and event.source:
            for what, name, block, line in _said(journal.get(event.source)):
                if name != SETS or first.hash_seed == "random":
                    found[event.source, name] = {"run": event.run, "what": what, "name": name, "block": block,
                                                 "line": line}
        elif isinstance(event, Unrecorded):
            found[event.what, event.name] = {
                "run": event.run, "what": event.what, "name": event.name,
                "block": journal.index.block_of(event.invocation) or "<module>", "line": event.line}
        elif isinstance(event, ValueCut | FileEnded):
            what, name = _of_the_file(event, _happened(events, position))
            found[what, name] = {"run": event.run, "what": what, "name": name, "block": "<module>", "line": 0}
    return list(found.values())


def _happened(events: Sequence[Event], position: int) -> int:
    """Where the event of the run stands that another one, of its file, stands after."""
    return next((one for one in range(position - 1, 0, -1) if not isinstance(events[one], OF_THE_FILE)), 0)


def _of_the_file(event: ValueCut | FileEnded, after: int) -> tuple[str, str]:
    """What the file lacks, and its name.

    Args:
        after: position of the event of the run that it stands after.
    """
    if isinstance(event, FileEnded):
        return "events", f"after {after:,} ({event.why})"
    return "value", f"of event {after:,}, of which {event.kept:,} of {event.size:,} bytes are kept"


@lru_cache(maxsize=256)
def _said(source: str) -> tuple[tuple[str, str, str, int], ...]:
    """What a source reads: what, by which name, in which function of its top level, in which line."""
    found: dict[str, tuple[str, str, str, int]] = {}
    tree = parse(source)
    meant = dict(_imported(tree))
    for top in tree.body:
        for node in ast.walk(top):
            for what, name in _reads(node, meant):
                found.setdefault(name, (what, name, getattr(top, "name", "<module>"), getattr(node, "lineno", 0)))
    return tuple(sorted(found.values(), key=lambda one: (one[3], one[1])))


def _reads(node: ast.AST, meant: dict[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Set | ast.SetComp) or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SETS):
        yield "machine", SETS
    if isinstance(node, ast.Call) and not node.args and _dotted(node.func, meant) == "random.Random":
        yield "random numbers", "random.Random()"
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        name = _dotted(node, meant)
        what = ("random numbers" if name.startswith(_DRAWS) else
                _NAMES.get(name) or _MODULES.get(name.partition(".")[0], "") * ("." in name))
        if what:
            yield what, name


def _dotted(node: ast.AST, meant: dict[str, str]) -> str:
    """The whole name of what an expression names, as it is imported; empty for what is none."""
    if isinstance(node, ast.Name):
        return meant.get(node.id, "")
    if isinstance(node, ast.Attribute) and (base := _dotted(node.value, meant)):
        return f"{base}.{node.attr}"
    return ""


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield (one.asname, one.name) if one.asname else ((top := one.name.partition(".")[0]), top)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"
