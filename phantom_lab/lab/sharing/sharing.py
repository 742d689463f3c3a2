"""Giving somebody the journal of a run without what is private in it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path as File

from phantom_lab.errors import InputError
from phantom_lab.history import Journal, RunSpec, read_journal
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.lines import FORMAT
from phantom_lab.history.locks import is_written
from phantom_lab.history.reading import held_by, is_journal
from phantom_lab.history.start import spec_of
from phantom_lab.lab.replaying import replay
from phantom_lab.lab.sharing import rules
from phantom_lab.lab.sharing.derived import KIND, Derived
from phantom_lab.lab.sharing.finding import Finder
from phantom_lab.lab.sharing.path import Path, taken_again
from phantom_lab.lab.sharing.redacted import Redaction, digests, folders_of, look_through, opaque, texts_of
from phantom_lab.lab.sharing.replacing import Kept, Replacements
from phantom_lab.lab.sharing.shared import Left, Replaced, Shared
from phantom_lab.misspelt import closest

_ROUNDS = 4
"""So often a run is executed with what was made of its other values."""


def share(held: Held, out: str | File, *, keep: Iterable[str] = (), also: Iterable[str] = (), as_is: bool = False,
          anyway: bool = False) -> Shared:
    """Write a copy of a run's journal in which something else stands for what is private.

    Credentials, tokens, mail addresses, user names and the machine's paths are found by the keys that they stand under
    and by their shapes. The same value gets the same replacement wherever it stands, of the same kind and shape. Then
    the run is executed with these values, and what it does is the copy, so that it can be executed again.

    Args:
        held: a run, its stepper, its journal, or the file of one.
        out: the file to write.
        keep: kinds to leave as they are: ``credentials``, ``tokens``, ``mail``, ``users``, ``paths``.
        also: more to replace: ``ips``, ``hashes``, ``hosts``, or regular expressions.
        as_is: leave everything as it is.
        anyway: write it also where the run does something else with these values: then what is recorded, with values
            replaced one for one.

    Raises:
        InputError: there is no such kind, or the journal or the file cannot be read or written.
    """
    wanted, patterns = _wanted([*keep], [*also])
    journal, out = journal_of(held), File(out)
    where = str(held) if isinstance(held, str | File) else ""
    if journal.format != FORMAT:
        raise InputError("a journal of an older format cannot be shared", where=where,
                         hint="phantom-lab show FILE prints it.")
    check_place(out, where)
    if as_is:
        _write(journal, out)
        return Shared(str(out), written=True, replaced=(), kept=(), executed=False, why_not="it is shared as it is")
    with held_by(where):
        return _shared(journal, out, wanted, patterns, anyway=anyway)


def check_place(out: str | File, journal: str | File = "") -> None:
    """Whether a copy may be written to a file.

    Raises:
        InputError: it is the journal itself, or something else stands there than another journal.
    """
    if not os.path.lexists(out):
        return
    if journal and os.path.exists(journal) and os.path.samefile(journal, out):
        raise InputError("the copy cannot take the place of the journal itself", where=str(out))
    try:
        journal_there = is_journal(out)
    except OSError as exc:
        raise InputError(f"the copy cannot be written: {exc.strerror}", where=str(out)) from None
    if not journal_there or is_written(File(out)):
        raise InputError("something else than a journal that is done stands there, and is not touched", where=str(out))


def _wanted(keep: list[str], also: list[str]) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    for one in keep:
        if one not in rules.KINDS:
            raise InputError(f"there is no kind {one!r} to keep{closest(one, rules.KINDS)}",
                             hint=f"There are {', '.join(rules.KINDS)}.")
    patterns = []
    for one in also:
        if one not in rules.MORE:
            try:
                patterns.append(re.compile(one))
            except re.error as exc:
                raise InputError(f"{one!r} is no regular expression: {exc}",
                                 hint=f"There are {', '.join(rules.MORE)}, too.") from None
    return frozenset({*rules.KINDS, *also} - {*keep}), tuple(patterns)


def _shared(journal: Journal, out: File, wanted: frozenset[str], patterns: tuple[re.Pattern[str], ...], *,
            anyway: bool) -> Shared:
    finder = Finder(wanted, patterns)
    look_through(journal, finder)
    if rules.PATHS in wanted:
        finder.found[rules.PATHS] = dict.fromkeys(folders_of(journal))
    replacements = Replacements(finder, "\n".join(journal.values().values()))
    replacements.also(digests(journal, replacements), rules.HASHES)
    replacements.places.clear()
    redacted = Redaction(journal, replacements, replacements.numbers).journal()
    kept, derived = tuple(replacements.kept), Derived()
    if unread := opaque(journal):
        kept = (*kept, Kept("files", unread, "no text: nothing is looked for in them"))
    path, copy, why_not = _again(redacted, derived)
    left, reseeded = _left(copy, replacements, derived), False
    if left and path is not None and path.divergence is None:  # it may make that of its random numbers
        others = Derived()
        another, made, _ = _again(_reseeded(redacted), others)
        if another is not None and another.divergence is None and not _left(made, replacements, others):
            path, copy, derived, left, reseeded = another, made, others, (), True
    divergence = path.divergence if path is not None else None
    told = Shared(str(out), False, _replaced(replacements, derived), kept, path is not None and divergence is None,
                  why_not, divergence, left=left, reseeded=reseeded)
    if left:
        return told
    if divergence is not None and not anyway:
        return told
    return _finished(copy, out, told, replacements)


def _again(redacted: Journal, derived: Derived) -> tuple[Path | None, Journal, str]:
    """The run with the other values, and the copy: what it did, or else what is recorded, with values replaced; None
    where it cannot be executed, and why.

    Recorded answers hold what the run made of the values that it had: once it is known what it makes of the others,
    they hold that, and it is executed again.
    """
    for _ in range(_ROUNDS):
        try:
            spec_of(redacted)
            path = taken_again(redacted)
        except InputError as exc:
            return None, redacted, exc.what
        if path.lacks:
            return None, redacted, str(path.over)
        if not derived.learn(path.changed()):
            break
        derived.places = 0
        redacted = Redaction(redacted, derived, {}).journal()
    return path, redacted if path.divergence is not None else _of(path), ""


def _reseeded(redacted: Journal) -> Journal:
    """The same journal, of a run whose random numbers, and all that is made of them, are others."""
    spec, *events = redacted.events
    assert isinstance(spec, RunSpec)
    made = Journal()
    made.restore([replace(spec, seed=spec.seed + 1), *events], redacted.stamps, redacted.values(), redacted.cut)
    return made


def _of(path: Path) -> Journal:
    """What the run did, to its recorded end."""
    events, stamps = path.rest()
    made = Journal()
    further = path.recorded.values() if events else {}
    made.restore([*path.events, *events], [*path.stamps, *stamps], {**path.values(), **further}, path.cut)
    return made


def _replaced(replacements: Replacements, derived: Derived) -> tuple[Replaced, ...]:
    values = replacements.values()
    told = [Replaced(kind, values[kind], places) for kind, places in replacements.places.items() if places]
    return (*told, Replaced(KIND, derived.count, derived.places)) if derived.count else tuple(told)


def _left(copy: Journal, replacements: Replacements, derived: Derived) -> tuple[Left, ...]:
    """What stands in the texts of the copy all the same."""
    found: Counter[str] = Counter()
    for text in texts_of(copy):
        found.update(replacements.left(text))
        found[KIND] += derived.left(text)
    return tuple(Left(kind, places) for kind, places in found.items() if places)


def _left_in(file: File, replacements: Replacements) -> tuple[Left, ...]:
    """What stands in the file of the copy all the same, character by character."""
    content = file.read_bytes().decode("utf-8", "surrogatepass")
    found = Counter(kind for kind, text in replacements.plain() if text in content)
    return tuple(Left(kind, places) for kind, places in found.items())


def _finished(copy: Journal, out: File, told: Shared, replacements: Replacements) -> Shared:
    """Write it beside the file that it is to be, look whether it is what it should be, and let it take its place."""
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        _write(copy, beside)
        if left := _left_in(beside, replacements):
            return replace(told, left=left)
        identical = _is_identical(beside) if told.executed else None
        os.replace(beside, out)
    except OSError as exc:
        raise InputError(f"the copy cannot be written: {exc.strerror}", where=str(out)) from None
    finally:
        beside.unlink(missing_ok=True)
    return replace(told, written=True, identical=identical)


def _is_identical(file: File) -> bool:
    with redirect_stdout(StringIO()):
        return replay(read_journal(file)).identical


def _write(journal: Journal, file: File) -> None:
    made = Journal(file)
    made.restore(journal.events, journal.stamps, journal.values(), journal.cut)
    made.open()
    made.close()
