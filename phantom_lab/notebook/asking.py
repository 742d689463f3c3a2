"""``%phantom VERB …``: time travel and questions about the run at hand, in one line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from phantom_lab.answers import Answer, Origins, Question
from phantom_lab.control import Stepper
from phantom_lab.errors import InputError, shown
from phantom_lab.history.held import journal_of
from phantom_lab.lab import travel
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.later import dataclass
from phantom_lab.misspelt import meant
from phantom_lab.notebook.at_hand import Held, lab_in, run_in, variable
from phantom_lab.notebook.tested import tested
from phantom_lab.pages import fragment, html_report
from phantom_lab.pages.markup import written
from phantom_lab.questions import public
from phantom_lab.terminal import brief

Words = list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """What follows a verb."""

    words: Words
    scope: Mapping[str, Any]
    """The notebook's variables."""
    of: str
    """The variable that holds what it is about; empty: none is said."""

    @property
    def held(self) -> Held:
        """The run that it is about."""
        return run_in(self.scope, self.of)


@dataclass(frozen=True, slots=True)
class Verb:
    """What may be said after ``%phantom``."""

    form: str
    """The words that follow it, for people."""
    told: str
    """What it does."""
    do: Callable[[Line], Any]
    least: int = 0
    """Words that have to follow."""
    most: int = 0


def _asked(name: str) -> Callable[[Line], Any]:
    """A question whose arguments are the words themselves."""
    return lambda line: getattr(line.held, name)(*line.words)


def _placed(name: str) -> Callable[[Line], Any]:
    """A command that takes the number of an invocation."""
    return lambda line: getattr(line.held, name)(*map(_number, line.words))


VERBS: dict[str, Verb] = {
    "back": Verb("", "look at the invocation before", _placed("back")),
    "back_over": Verb("", "look at the one before that the present block's callees did not make", _placed("back_over")),
    "forward": Verb("", "look at the next invocation", _placed("forward")),
    "reverse_resume": Verb("", "look at the breakpoint before", _placed("reverse_resume")),
    "go": Verb("N", "look at invocation N", _placed("go"), 1, 1),
    "present": Verb("", "look at where the run is", _placed("present")),
    "rerun": Verb("[N]", "come to invocation N again, with the code as it is now", _placed("rerun"), 0, 1),
    "fork": Verb("[N] [NAME=VALUE …]", "branch off before invocation N, with other arguments of its block",
                 lambda line: _fork(line), 0, 50),
    "reload": Verb("", "take up changed code where the run is", _asked("reload")),
    "open": Verb("FILE", "open a journal: its code is shown, and nothing is executed", lambda line: _open(line), 1, 1),
    "resume": Verb("", "go on where a run rests, was cut off or was stopped", lambda line: _resume(line.held)),
    "watch": Verb("EXPRESSION", "every place where a value changed, and who wrote it",
                  lambda line: line.held.watch(" ".join(line.words)), 1, 50),
    "why": Verb("[--not] WHAT", "why a block ran, an action was called, a value was written; or why not",
                lambda line: _why(line.held, line.words), 0, 10),
    "origin": Verb("WHAT [PARAMETER]", "where a value came from", _asked("origin"), 1, 2),
    "uses": Verb("WHAT [FIELD]", "where a value ended up", _asked("uses"), 1, 2),
    "explore": Verb("PLAYBOOK [--runs N]", "every branch of a playbook, in situations that are made up for it",
                    lambda line: _tried("explore", "budget", "--runs", line.words), 1, 3),
    "fuzz": Verb("PLAYBOOK [--examples N]", "inputs that a playbook does not survive",
                 lambda line: _tried("fuzz", "examples", "--examples", line.words), 1, 3),
    "flip": Verb("BLOCK", "the smallest change that lets a block run, or keeps it from running", _asked("flip"), 1, 1),
    "orders": Verb("", "all orders in which what is pending together may complete", _asked("orders")),
    "explore_orders": Verb("", "the same in every situation that takes other branches", _asked("explore_orders")),
    "inside": Verb("N|BLOCK", "the lines that an invocation executed, with their values",
                   lambda line: line.held.inside(*(int(one) if one.isdigit() else one for one in line.words)), 1, 1),
    "diff": Verb("VARIABLE", "compare with the run that a variable holds",
                 lambda line: line.held.diff(variable(line.words[0], line.scope)), 1, 1),
    "upgrade_check": Verb("PATH … [--baseline PATH] [--runs N]", "whether new versions of playbooks do as the old ones",
                          lambda line: _upgrade_check(line.words), 1, 50),
    "walk": Verb("DATAPATH", "what a datapath gives, and where it loses its values",
                 lambda line: line.held.walk(" ".join(line.words)), 1, 20),
    "test": Verb("PATH … [--path DIR] [--failed]", "run scenarios as tests: a frame of how each ended, and why",
                 lambda line: tested(line.words), 1, 50),
    "to_test": Verb("[FOLDER]", "write a scenario and a pytest file that hold the run", _asked("to_test"), 0, 1),
    "save_scenario": Verb("FILE", "write it as a scenario, as far as it has come", _asked("save_scenario"), 1, 1),
    "share": Verb("FILE", "write a copy of the journal without credentials and names", _asked("share"), 1, 1),
    "snapshot": Verb("[FILE]", "the run as static HTML in the cell, or as one page in a file",
                     lambda line: _snapshot(line.held, line.words), 0, 1),
    "history": Verb("", "the runs of the lab, and what branched off from them",
                    lambda line: travel.origin_of(line.held).lab.history_tree()),
}


def register(shell: Any) -> None:
    """Make ``%phantom`` known to a shell."""

    def phantom(line: str) -> Any:
        return ask(line, shell.user_ns)

    phantom.__doc__ = usage()
    shell.register_magic_function(phantom, "line")


def unregister(shell: Any) -> None:
    """Undo `register`."""
    shell.magics_manager.magics["line"].pop("phantom", None)


def usage() -> str:
    """What may be said, one line for each verb."""
    width = max(len(f"{name} {verb.form}") for name, verb in VERBS.items())
    lines = [f"  %phantom {f'{name} {verb.form}':{width}}  {verb.told}" for name, verb in VERBS.items()]
    return "\n".join(["Ask the run at hand: the one that a variable holds, or else the newest result of a cell.",
                      "With several, --of VARIABLE says which.", "", *lines])


def ask(line: str, scope: Mapping[str, Any]) -> Any:
    """Do what a line says; the answer is shown as the result of the cell.

    Raises:
        InputError: there is no such verb, or not with these words.
        StepperError: no run is at hand, or several are.
    """
    try:
        words = shlex.split(line)
    except ValueError as exc:
        raise InputError(f"%phantom cannot read this line: {exc}") from None
    of = _option(words, "--of")
    if not words:
        print(usage())
        return None
    verb, rest = VERBS.get(words[0].replace("-", "_")), words[1:]
    if verb is None:
        raise InputError(f"%phantom has no verb {words[0]!r}", hint=meant(words[0], VERBS))
    if not verb.least <= len(rest) <= verb.most:
        given = " ".join(rest) or "nothing"
        raise InputError(f"%phantom {words[0]} takes {verb.form or 'nothing more'}, not {given!r}")
    answer = verb.do(Line(rest, scope, of))
    return Told(answer) if _is_text(answer) else answer


class Told:
    """An answer that a cell shows as text; ``.value`` is the answer itself."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        several = self.value if type(self.value) is list else [self.value]
        return brief(line for one in several for line in _text(one).splitlines()) or "nothing"


def _text(answer: Any) -> str:
    """What follows is asked here as everything is asked here."""
    if isinstance(answer, Question):
        return answer.told(Question.magic)
    return answer.text(Question.magic) if isinstance(answer, Answer | Origins) else str(answer)


def _is_text(answer: Any) -> bool:
    return answer is not None and not isinstance(answer, Stepper | RecordedRun) and not hasattr(answer, "_repr_html_")


def _option(words: Words, option: str) -> str:
    """The word after an option, which is taken out with it; empty: it is not there."""
    if option not in words:
        return ""
    place = words.index(option)
    found = words[place + 1:place + 2]
    del words[place:place + 2]
    return found[0] if found else ""


def _number(word: str) -> int:
    if not word.isascii() or not word.isdigit():
        raise InputError(f"{word[:40]!r} is no number of an invocation")
    return int(word[:18])


def _fork(line: Line) -> Any:
    """``[N] [NAME=VALUE …]``; a value is a Python expression over the notebook's variables."""
    words = line.words
    at = _number(words.pop(0)) if words and "=" not in words[0] else None
    given: dict[str, Any] = {}
    for one in words:
        name, equals, text = one.partition("=")
        if not equals:
            raise InputError(f"%phantom fork takes NAME=VALUE, not {one[:40]!r}")
        try:
            given[name] = eval(text, dict(line.scope))
        except Exception as exc:
            raise InputError(f"the value of {name} is no Python expression: {exc}") from None
    return line.held.fork(at, **({"arguments": given} if given else {}))


def _open(line: Line) -> RecordedRun:
    recorded = lab_in(line.scope, line.of).open(line.words[0])
    print("\n".join(map(shown, recorded.listing())))
    return recorded


def _resume(held: Held) -> Stepper:
    """A run that rests goes on itself; what was cut off or stopped does in a stepper of its own."""
    if isinstance(held, RecordedRun):
        return held.resume()
    if isinstance(held, Stepper) and held.position.state != "ended":
        held.resume()
        return held
    return travel.resume(travel.origin_of(held))


def _why(held: Held, words: Words) -> Any:
    rest = [one for one in words if one != "--not"]
    if not rest:
        return held.questions()
    return (held.why_not if len(rest) < len(words) else held.why)(" ".join(rest))


def _snapshot(held: Held, words: Words) -> Any:
    """In the cell it stays as it is now, whatever the run does later."""
    if words:
        return html_report(held, words[0])
    from IPython.display import HTML

    looking = held.looking if isinstance(held, Stepper | RecordedRun) else None
    return HTML(written(fragment(journal_of(held), looking)))


def _tried(name: str, limit: str, option: str, words: Words) -> Any:
    most = _option(words, option)
    if len(words) != 1:
        raise InputError(f"%phantom {name} takes one playbook, not {' '.join(words) or 'nothing'!r}")
    return public(name)(words[0], **({limit: _number(most)} if most else {}))


def _upgrade_check(words: Words) -> Any:
    baseline, runs = _option(words, "--baseline"), _option(words, "--runs")
    return public("upgrade_check")(*words, baseline=baseline or None, **({"runs": _number(runs)} if runs else {}))
