"""``docs/reference.md``: the public names, from their own docstrings, with examples that a test executes.

``python -m tests.reference`` writes it anew.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import phantom_lab
from phantom_lab import frames
from phantom_lab.history import events as vocabulary
from phantom_lab.misspelt import Attributes
from phantom_lab.model.options import CHOICES

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference.md"
HEAD = """# Reference

Generated from the docstrings by `python -m tests.reference`; a test checks that it is up to date, and executes the
examples. Everything here is imported from `phantom_lab` itself: `from phantom_lab import Lab, frames`.
"""
EXAMPLES = {
    "Lab": '''from phantom_lab import Lab, Playbook, failure, frames, responses, success

lab = Lab({"name": "suspicious login", "artifacts": [{"cef": {"sourceAddress": "203.0.113.7"}}]})

@lab.action("look up ip")
def look_up(parameter):
    return success([{"country": "AU"}], message=f"looked up {parameter['ip']}")''',
    "Playbook": '''playbook = Playbook.from_source("""
import phantom.rules as phantom

def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress"])
    phantom.act("look up ip", parameters=[{"ip": ip} for (ip,) in rows], assets=["intel"], name="look_up_1",
                callback=decide)

def decide(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    if phantom.decision(conditions=[["look_up_1:action_result.data.*.country", "==", "AU"]]):
        phantom.set_severity(container, "high")
""", name="login")''',
    "PlaybookRun": '''run = lab.run(playbook)
assert run.status == "success"
assert [one["block"] for one in run.summary().invocations] == ["on_start", "decide"]''',
    "Stepper": '''stepper = lab.step(playbook, journal=None)
assert stepper.position.invocation.block == "on_start"
stepper.step()
assert stepper.position.invocation.block == "decide"
stepper.edit(arguments={"success": False})
assert stepper.resume().state == "ended"''',
    "frames": '''assert frames.results(run, "look_up_1")["look_up_1:action_result.data.*.country"].tolist() == ["AU"]
assert frames.changes(run)["field"].tolist() == ["severity"]
assert frames.truth_table(run)["passed"].tolist() == [True]''',
    "explain": '''from phantom_lab import explain, origin, questions_of, uses, why_not

answer = explain(run, "severity")
assert (answer.cause.block, [one.kind for one in answer.further]) == ("decide", ["condition", "action", "start"])
assert [str(one.origin) for one in origin(run, "look_up_1", "ip")] == ["artifact 1, cef.sourceAddress"]
assert [one.to for one in uses(run, "artifact 1")] == ["action look_up_1"]
assert why_not(run, "decide").cause.kind == "ran"
assert ("why", ("severity",)) in [(one.ask, one.what) for one in questions_of(run)]''',
    "explore": '''from phantom_lab import Trials, explore

found = explore(playbook, Trials(seed=1))
assert {"plain", "look_up_1 fails"} <= set(frames.explored(found)["scenario"])
print(found)''',
    "responses": '''asking = Playbook.from_source("""
import phantom.rules as phantom

def on_start(container):
    phantom.prompt2(container=container, user="admin", message="Block it?", name="ask", callback=told)

def told(success=None, **kwargs):
    phantom.debug(success)
""", name="ask")
waiting = lab.step(asking, journal=None)
assert waiting.resume().state == "needs_outcome"
waiting.respond("Yes", user="kim")
assert waiting.run.debug == ["True"]''',
    "failure": '''@lab.action("look up ip")
def unreachable(parameter):
    return failure("no answer")

assert lab.run(playbook).message == "action 'look_up_1' failed: no answer"''',
    "Options": '''from phantom_lab import Options

assert Lab({"name": "x"}, options=Options(order=7)).run(playbook).status == "success"''',
}
"""By name, in their order: each uses what those before it made."""


def text() -> str:
    """The whole page."""
    public = [name for name in phantom_lab.__all__ if name != "frames"]
    named = (line for name in public for line in _name(name))
    return "\n".join([HEAD, *named, *_frames(), *_options(), *_events()]) + "\n"


def _name(name: str) -> Iterator[str]:
    found = getattr(phantom_lab, name)
    yield f"## `{name}`\n"
    if inspect.isclass(found):
        yield f"{_described(found)}\n"
        yield from _members(found)
    else:
        yield f"`{name}{_signature(found)}`\n\n{_described(found)}\n"
    yield from _example(name)


def _members(found: type[Any]) -> Iterator[str]:
    """Its public methods, properties and fields, and those of its bases that are not public names themselves."""
    parts = [one for one in found.__mro__ if one is found or (
        one.__module__.startswith("phantom_lab.") and one.__name__ not in phantom_lab.__all__ and one is not Attributes
        and not issubclass(one, BaseException))]
    rows: dict[str, str] = {}
    for member, first in (row for part in parts for row in _rows(part)):
        rows.setdefault(member, first)
    if rows:
        yield from ("| member | |", "| --- | --- |")
        yield from (f"| `{_cell(member)}` | {_cell(first)} |" for member, first in rows.items())
        yield ""


def _rows(found: type[Any]) -> Iterator[tuple[str, str]]:
    """What a class itself adds; of fields those of dataclasses, and those of other classes that have a text."""
    told = _attributes(found)
    if is_dataclass(found):
        told = {one.name: told.get(one.name, "") for one in fields(found) if not isinstance(
            vars(found).get(one.name), property)}
    yield from told.items()
    for name, value in vars(found).items():
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property | classmethod)):
            callable_ = callable(value) or isinstance(value, classmethod)
            yield (f"{name}{_signature(value)}" if callable_ else name), _first(value)


def _frames() -> Iterator[str]:
    yield f"## `frames`\n\n{_described(frames)}\n"
    yield from ("| view | |", "| --- | --- |")
    for name in frames.__all__:
        view = getattr(frames, name)
        yield f"| `{name}{_cell(_signature(view))}` | {_cell(_first(view))} |"
    yield ""
    yield from _example("frames")


def _options() -> Iterator[str]:
    yield "## Options\n\nFields of `Options`, of `options` in a scenario, and of `--option NAME=VALUE`.\n"
    yield from ("| option | default | values | |", "| --- | --- | --- | --- |")
    told = _attributes(phantom_lab.Options)
    for one in fields(phantom_lab.Options):
        values = ", ".join(f"`{value}`" for value in CHOICES.get(one.name, ()))
        yield f"| `{one.name}` | `{one.default}` | {values} | {_cell(told.get(one.name, ''))} |"
    yield ""


def _events() -> Iterator[str]:
    yield ("## Events of a journal\n\n`run.journal.events`, and what `phantom_lab.history.read_journal` reads from a "
           "file. Of fields that hold a digest, `journal.get(event.field)` gives the value.\n")
    yield from ("| event | fields | |", "| --- | --- | --- |")
    for name, kind in vars(vocabulary).items():
        if inspect.isclass(kind) and issubclass(kind, vocabulary.Event) and kind is not vocabulary.Event:
            named = ", ".join(f"`{one.name}`" for one in fields(kind))
            yield f"| `{name}` | {named} | {_cell(_first(kind))} |"
    yield ""


def _example(name: str) -> Iterator[str]:
    if name in EXAMPLES:
        yield "\n".join(f"    {line}".rstrip() for line in EXAMPLES[name].splitlines()) + "\n"


def _attributes(found: type[Any]) -> dict[str, str]:
    """The texts below the fields of a class, in one line each."""
    node = ast.parse(inspect.getsource(found)).body[0]
    assert isinstance(node, ast.ClassDef)
    told = {}
    for field, text in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr) and (
                isinstance(text.value, ast.Constant)):
            told[field.target.id] = " ".join(str(text.value.value).split()).replace("``", "`")
    return told


def _signature(found: Any) -> str:
    inner = found.__func__ if isinstance(found, classmethod) else found
    signature = inspect.signature(inspect.unwrap(inner))
    kept = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()
            if one.name not in ("self", "cls")]
    return str(signature.replace(parameters=kept, return_annotation=inspect.Signature.empty))


def _first(found: Any) -> str:
    """The first paragraph of a docstring."""
    inner = found.fget if isinstance(found, property) else found
    return " ".join((inspect.getdoc(inner) or "").split("\n\n")[0].split()).replace("``", "`")


def _described(found: Any) -> str:
    """A docstring, its sections as they are."""
    return (inspect.getdoc(found) or "").replace("``", "`").replace("\nArgs:\n", "\n*Arguments*\n\n").replace(
        "\nRaises:\n", "\n*Raises*\n\n").replace("\nReturns:\n", "\n*Returns*\n\n")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
