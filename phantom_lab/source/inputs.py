"""The inputs that a playbook takes, and the names by which they are given and read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.later import regex
from phantom_lab.misspelt import did_you_mean
from phantom_lab.model import naming
from phantom_lab.source.playbook import Playbook

_READ = regex(r"playbook_input:([^\"'\\]*)")
"""What a datapath in a playbook's source reads of its inputs."""


def check_inputs(playbook: Playbook, given: Iterable[str]) -> None:
    """Refuse inputs that a playbook does not have: its export names them, or else its source reads them.

    Raises:
        InputError: it has no such input, or several that may be meant, or one is given twice. Where the source makes
            up its datapaths, it may have any.
    """
    read = [one.split(".")[0] for one in _READ.findall(playbook.source)]
    known = playbook.inputs or tuple(dict.fromkeys(read))
    told, unknown = _problem(known, given), [name for name in given if not naming.meant(name, known)]
    if told and (playbook.inputs or all(re.fullmatch(r"[\w -]+", one) for one in read)):
        meant = did_you_mean(unknown, known) if len(known) > 1 else ""
        raise InputError(f"playbook {playbook.name} {told}",
                         hint=f"{meant} It has {', '.join(known) or 'none'}.".strip())


def takes(playbook: Playbook, name: str) -> bool:
    """Whether a playbook can be given an input of a name."""
    try:
        check_inputs(playbook, [name])
    except InputError:
        return False
    return True


def refusal(child: Playbook, given: Iterable[str]) -> str:
    """Why the platform does not start a child playbook with these inputs; empty where it does.

    Without an export nobody knows its inputs, and any are taken.
    """
    given = list(given)
    if not given or not child.exported:
        return ""
    if child.type != "data":
        return f"{child.name} is no input playbook, and takes no inputs"
    told = _problem(child.inputs, given)
    return told and f"{child.name} {told}; it has {', '.join(child.inputs) or 'none'}"


def _problem(known: Collection[str], given: Iterable[str]) -> str:
    """What a playbook has or has not, where the names do not fit; empty where each is that of one input."""
    found = {name: naming.meant(name, known) for name in given}
    if unknown := [name for name, inputs in found.items() if not inputs]:
        return f"has no input {_or(unknown, ', ')}"
    for name, inputs in found.items():
        same = [one for one in found if found[one] == inputs]
        if len(inputs) > 1:
            return f"has several inputs that {name!r} may be: {_or(inputs)}"
        if len(same) > 1:
            return f"has one input {inputs[0]!r}, and it is given as {_or(same, ' and as ')}"
    return ""


def _or(names: Iterable[str], between: str = " or ") -> str:
    return between.join(map(repr, names))


def unusual(known: Collection[str], given: Iterable[str]) -> dict[str, str]:
    """Names that are neither those of inputs nor how the editor writes these out, with the input that each may mean."""
    found = {name: naming.meant(name, known) for name in given}
    return {name: inputs[0] for name, inputs in found.items() if inputs and name not in (
        inputs[0], naming.key(inputs[0]))}


def same_named(playbook: Playbook) -> Iterator[str]:
    """A sentence on inputs, and on outputs, that datapaths do not tell apart."""
    for what, names in (("inputs", playbook.inputs), ("outputs", playbook.outputs)):
        for some in naming.alike(names):
            yield (f"{what} {_or(some, ' and ')} of playbook {playbook.name} are one name to datapaths, "
                   f"{naming.key(some[0])}: rename one of them")


def named(given: Mapping[str, Any], name: str) -> Any:
    """The input or output that a datapath reads by a name; None where there is none."""
    return next((given[one] for one in naming.meant(name, given)), None)
