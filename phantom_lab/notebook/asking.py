"""``%phantom VERB …``: time travel and questions about the run at hand, in one line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from phantom_lab.answers import Answer, Origins, Question
from phantom_lab.control import Stepper
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import InputError, StepperError, shown
from phantom_lab.history.held import journal_of
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.lab.travel import origin_of
from phantom_lab.later import dataclass
from phantom_lab.misspelt import meant
from phantom_lab.pages import fragment, html_report
from phantom_lab.pages.markup import written

Held = Stepper | PlaybookRun | RecordedRun
Words = list[str]


@dataclass(frozen=True, slots=True)
class Verb:
    """What may be said after ``%phantom``."""

    form: str
    """The words that follow it, for people."""
    told: str
    """What it does."""
    do: Callable[[Held, Words, Mapping[str, Any]], Any]
    least: int = 0
    """Words that have to follow."""
    most: int = 0


def _asked(name: str) -> Callable[[Held, Words, Mapping[str, Any]], Any]:
    """A question whose arguments are the words themselves."""
    return lambda held, words, scope: getattr(held, name)(*words)


def _placed(name: str) -> Callable[[Held, Words, Mapping[str, Any]], Any]:
    """A command that takes the number of an invocation."""
    return lambda held, words, scope: getattr(held, name)(*map(_number, words))


VERBS: dict[str, Verb] = {
    "back": Verb("", "look at the invocation before", _placed("back")),
    "back_over": Verb("", "look at the one before that the present block's callees did not make", _placed("back_over")),
    "forward": Verb("", "look at the next invocation", _placed("forward")),
    "reverse_resume": Verb("", "look at the breakpoint before", _placed("reverse_resume")),
    "go": Verb("N", "look at invocation N", _placed("go"), 1, 1),
    "present": Verb("", "look at where the run is", _placed("present")),
    "rerun": Verb("[N]", "come to invocation N again, with the code as it is now", _placed("rerun"), 0, 1),
    "fork": Verb("[N] [NAME=VALUE …]", "branch off before invocation N, with other arguments of its block",
                 lambda held, words, scope: _fork(held, words, scope), 0, 50),
    "reload": Verb("", "take up changed code where the run is", _asked("reload")),
    "watch": Verb("EXPRESSION", "every place where a value changed, and who wrote it",
                  lambda held, words, scope: held.watch(" ".join(words)), 1, 50),
    "why": Verb("[--not] WHAT", "why a block ran, an action was called, a value was written; or why not",
                lambda held, words, scope: _why(held, words), 0, 10),
    "origin": Verb("WHAT [PARAMETER]", "where a value came from", _asked("origin"), 1, 2),
    "uses": Verb("WHAT [FIELD]", "where a value ended up", _asked("uses"), 1, 2),
    "flip": Verb("BLOCK", "the smallest change that lets a block run, or keeps it from running", _asked("flip"), 1, 1),
    "orders": Verb("", "all orders in which what is pending together may complete", _asked("orders")),
    "inside": Verb("N|BLOCK", "the lines that an invocation executed, with their values",
                   lambda held, words, scope: held.inside(int(words[0]) if words[0].isdigit() else words[0]), 1, 1),
    "diff": Verb("VARIABLE", "compare with the run that a variable holds",
                 lambda held, words, scope: held.diff(_variable(words[0], scope)), 1, 1),
    "walk": Verb("DATAPATH", "what a datapath gives, and where it loses its values",
                 lambda held, words, scope: held.walk(" ".join(words)), 1, 20),
    "save_scenario": Verb("FILE", "write it as a scenario, as far as it has come", _asked("save_scenario"), 1, 1),
    "share": Verb("FILE", "write a copy of the journal without credentials and names", _asked("share"), 1, 1),
    "snapshot": Verb("[FILE]", "the run as static HTML in the cell, or as one page in a file",
                     lambda held, words, scope: _snapshot(held, words), 0, 1),
    "history": Verb("", "the runs of the lab, and what branched off from them",
                    lambda held, words, scope: _history(held)),
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
    name = _option(words, "--of")
    if not words:
        print(usage())
        return None
    verb, rest = VERBS.get(words[0]), words[1:]
    if verb is None:
        raise InputError(f"%phantom has no verb {words[0]!r}", hint=meant(words[0], VERBS))
    if not verb.least <= len(rest) <= verb.most:
        given = " ".join(rest) or "nothing"
        raise InputError(f"%phantom {words[0]} takes {verb.form or 'nothing more'}, not {given!r}")
    answer = verb.do(_held(scope, name), rest, scope)
    return Told(answer) if _is_text(answer) else answer


class Told:
    """An answer that a cell shows as text; ``.value`` is the answer itself."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        several = self.value if isinstance(self.value, list) else [self.value]
        return "\n".join(shown(line) for one in several for line in _text(one).splitlines()) or "nothing"


def _text(answer: Any) -> str:
    """What follows is asked here as everything is asked here."""
    if isinstance(answer, Question):
        return answer.told(Question.magic)
    return answer.text(Question.magic) if isinstance(answer, Answer | Origins) else str(answer)


def _is_text(answer: Any) -> bool:
    return answer is not None and not isinstance(answer, Stepper) and not hasattr(answer, "_repr_html_")


def _held(scope: Mapping[str, Any], name: str) -> Held:
    """The run that is meant."""
    if name:
        found = _variable(name, scope)
        if not isinstance(found, Held):
            raise InputError(f"{name} is no run, no stepper and no opened journal")
        return found
    held = {key: one for key, one in scope.items() if not key.startswith("_") and isinstance(one, Held)}
    found = {id(one): key for key, one in held.items()}
    if len(found) == 1:
        return held[next(iter(found.values()))]
    if not found:
        results = [one for one in scope.get("Out", {}).values() if isinstance(one, Held)]
        if results:
            return results[-1]
        raise StepperError("no run is at hand here", hint="stepper = lab.step(playbook) starts one.")
    resting = [key for key in found.values()
               if isinstance(one := held[key], Stepper) and one.position.state in ("resting", "needs_outcome")]
    if len(resting) == 1:
        return held[resting[0]]
    raise StepperError(f"several runs are at hand here ({', '.join(found.values())})", hint="--of VARIABLE says which.")


def _variable(name: str, scope: Mapping[str, Any]) -> Any:
    if name not in scope:
        raise InputError(f"there is no variable {name!r}", hint=meant(name, [one for one in scope if one[0] != "_"]))
    return scope[name]


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


def _fork(held: Held, words: Words, scope: Mapping[str, Any]) -> Any:
    """``[N] [NAME=VALUE …]``; a value is a Python expression over the notebook's variables."""
    at = _number(words.pop(0)) if words and "=" not in words[0] else None
    given: dict[str, Any] = {}
    for one in words:
        name, equals, text = one.partition("=")
        if not equals:
            raise InputError(f"%phantom fork takes NAME=VALUE, not {one[:40]!r}")
        try:
            given[name] = eval(text, dict(scope))
        except Exception as exc:
            raise InputError(f"the value of {name} is no Python expression: {exc}") from None
    return held.fork(at, **({"arguments": given} if given else {}))


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


def _history(held: Held) -> Any:
    return origin_of(held).lab.history_tree()
