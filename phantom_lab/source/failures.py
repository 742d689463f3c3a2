"""Exceptions of playbook code, told without the lab's own frames."""

from __future__ import annotations

import linecache
import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, TracebackType

from phantom_lab.errors import LabError, PlaybookLoadError, in_short, is_from_within
from phantom_lab.history import Failure
from phantom_lab.source.outdated import of_error
from phantom_lab.source.source import Source

_LINES = threading.Lock()
_OWN = f"{Path(__file__).resolve().parent.parent}/"


def failure_of(exc: BaseException, *, block: str, sources: Sequence[Source], line: int = 0) -> Failure:
    """Describe an exception: where in the sources it was raised, with their frames only.

    Args:
        block: the name of what it left.
        sources: where playbook code may stand; first the one that holds the block, at this `line`, of which is told
            when a call never got into it.
    """
    with _as_executed(sources):
        frames = _frames(exc.__traceback__)
        told = traceback.format_list(frames)
    by_file = {source.file: source for source in sources}
    inside = [frame for frame in frames if frame.filename in by_file]
    source = by_file[inside[-1].filename] if inside else sources[0]
    line = inside[-1].lineno or 0 if inside else line
    kind = exc.what if isinstance(exc, LabError) else text_of(exc)
    if isinstance(exc, PlaybookLoadError) and exc.where:  # another file than the one that asked for it
        kind = f"{exc.where}: {kind}"
    hint = f". {exc.hint}" if isinstance(exc, LabError) and exc.hint else ""
    if outdated := of_error(exc):
        hint = f": that is {outdated.told}"
    last = f"{type(exc).__name__}: {text_of(exc)}\n"
    text = "".join(["Traceback (most recent call last):\n", *told, last])
    return Failure(type(exc).__name__, in_short(f"{kind}{hint}"), block, source.title, line, text,
                   reason=exc.reason if isinstance(exc, LabError) else "")


def _frames(entry: TracebackType | None) -> list[traceback.FrameSummary]:
    """Those that are not the lab's own. An endless recursion has thousands at one place, which is read once."""
    found: list[traceback.FrameSummary] = []
    read: dict[tuple[CodeType, int], traceback.FrameSummary] = {}
    while entry is not None:
        code = entry.tb_frame.f_code
        if not is_own(code.co_filename):
            place = (code, entry.tb_lasti)
            if place not in read:
                (read[place],) = traceback.extract_tb(entry, limit=1)
            found.append(read[place])
        entry = entry.tb_next
    return found


@contextmanager
def _as_executed(sources: Iterable[Source]) -> Iterator[None]:
    """Lines of tracebacks are those that were executed, whatever the files hold by now: people edit them meanwhile."""
    files = {source.file: source.source for source in sources if source.path is not None}
    with _LINES:
        before = {file: linecache.cache.get(file) for file in files}
        linecache.cache.update({file: (len(text), None, [f"{line}\n" for line in text.split("\n")], file)
                                for file, text in files.items()})
        try:
            yield
        finally:
            for file, entry in before.items():
                if entry is None:
                    linecache.cache.pop(file, None)
                else:
                    linecache.cache[file] = entry


def text_of(exc: BaseException) -> str:
    """An exception's text, also of one whose own method raises."""
    try:
        return str(exc)
    except BaseException as inner:
        if not is_from_within(inner):
            raise
        return f"<its text raised {type(inner).__name__}>"


def is_own(filename: str) -> bool:
    """Whether a frame belongs to the lab itself."""
    return filename.startswith(_OWN)
