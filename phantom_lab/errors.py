"""Every error that people see: one line that says what is wrong, where, and what to do."""

from __future__ import annotations

from opcode import opmap

_LONG = 4000
"""Characters of a message."""


class LabError(Exception):
    """Something the lab cannot go on with.

    Args:
        what: what is wrong, in a few words.
        where: file, line, block or datapath.
        hint: what to do about it.
    """

    reason = ""
    """Why it is raised, in one word, where something is made of that: ``not loaded``, ``missing child playbook``,
    ``missing custom function``, ``endless child playbooks``."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(one_line(what, where=where, hint=hint))


class InputError(LabError):
    """A container, artifact, results or option the lab was given cannot be read."""


class NotJSONError(InputError):
    """A file that should hold JSON holds something else."""


class PlaybookLoadError(LabError):
    """A playbook's source cannot be loaded: not found, syntax error, no ``on_start``, raised at import."""

    reason = "not loaded"


class Python2SourceError(PlaybookLoadError):
    """A source cannot be parsed, because it is Python 2."""


class MissingSourceError(PlaybookLoadError):
    """A child playbook or custom function that is named is nowhere."""

    def __init__(self, what: str, *, where: str = "", hint: str = "", kind: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.reason = f"missing {kind}" if kind else PlaybookLoadError.reason


class PlaybookArgumentError(LabError):
    """A ``phantom.*`` function was given an argument it cannot work with."""


class EndlessChildrenError(PlaybookArgumentError):
    """Playbooks start each other without end."""

    reason = "endless child playbooks"


class AssetNotConfiguredError(LabError):
    """An action names an asset that the lab does not know, and the lab is strict about assets."""


class ApplyConflictError(LabError):
    """A run's writes cannot be taken over: the lab changed the same things since the run started."""


class StepperError(LabError):
    """A command that the stepper cannot carry out in its present state."""


class Unwinding(BaseException):
    """Leaves the playbook's frames, and is no exception of its own."""


class RunUnwound(Unwinding):
    """Leaves them for good.

    It derives from ``BaseException`` so that a playbook's ``except Exception`` does not swallow it; where
    a bare ``except:`` does, every later ``phantom.*`` call of the run raises it again.
    """

    status = "stopped"


class RunStopped(RunUnwound):
    """Somebody stopped the run."""


class RunEndless(RunUnwound):
    """The run does not come to an end by itself."""

    status = "endless"


class OutcomeNeeded(RunUnwound):
    """No provider knows what an action came back with, and nobody is there to say."""

    status = "needs_outcome"


class NotEmulatedError(RunUnwound):
    """The playbook reached a part of the platform that is not emulated yet."""

    status = "not_emulated"


def is_from_within(exc: BaseException) -> bool:
    """Whether the code that an exception leaves raised it; else it unwinds the run, or interrupts it from outside.

    A real interrupt comes between two instructions, none of which is a ``raise``.
    """
    if not isinstance(exc, KeyboardInterrupt):
        return not isinstance(exc, Unwinding)
    trace = exc.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_code[trace.tb_lasti] == opmap["RAISE_VARARGS"]


def in_short(text: str) -> str:
    """A message that somebody can read: of a very long one, both ends."""
    return text if len(text) <= _LONG else f"{text[:_LONG // 2]} … {text[-_LONG // 2:]}"


def one_line(what: str, *, where: str = "", hint: str = "") -> str:
    """Join the parts of an error message into one line, which steers no terminal."""
    text = f"{where}: {what}" if where else what
    if hint:
        text = f"{text.rstrip('.')}. {hint}"
    return shown(" ".join(text.split()))


def shown(line: str) -> str:
    """Text of hostile origin on one line: control and direction characters of it would steer the terminal."""
    if line.isprintable():
        return line
    steering = {one: one.encode("unicode_escape").decode() for one in {*line} if not one.isprintable()}
    return line.translate(str.maketrans(steering))


def cut(text: str, length: int = 100) -> str:
    """The beginning of a long text."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"
