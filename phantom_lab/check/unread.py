"""Texts of a source that the lab's own parsers do not read as what they are meant to be."""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import repr as short

from phantom_lab.datapath import OPERATORS, render, triple
from phantom_lab.later import dataclass, regex
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.rules.families import KNOWN, family_of

_MEANT = regex(r"(?:[\w ]+:)?(?:artifacts?|container|playbook_input|playbook_output|custom_list|custom_function|"
                    r"filtered-(?:data|artifact))\s*:\S+|(?:[\w ]+:)?(?:filtered-)?(?:action_result|"
                    r"custom_function_result)\.\S+|[\w ]+:formatted_data\b\S*")
_FIELD = regex(r"(?<!\{)\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that is not read."""

    call: Call
    kind: str
    """``datapath``, ``condition`` or ``template``; ``gap`` where a platform may read it, and the lab does not."""
    message: str
    gap: str = ""
    """The family of datapaths that the lab does not know."""


def unread(reading: Reading) -> Iterator[Unread]:
    """Every such text: a path that is none, an operand that is only a text, an odd comparison, a field too many."""
    for datapath in texts.datapaths(reading):
        if compiled(datapath) is not None:
            continue
        if family := family_of(datapath.text, reading.functions, reading.source.source):
            yield Unread(datapath.call, "gap", f"{datapath.text!r} is of a family of datapaths that the lab does not "
                                               f"know: {family}: (known are {KNOWN})", f"{family}:")
        elif not datapath.operand:
            yield Unread(datapath.call, "datapath", f"{datapath.text!r} is no datapath: it has no value")
        elif _MEANT.fullmatch(datapath.text.strip()):
            yield Unread(datapath.call, "datapath",
                         f"{datapath.text!r} reads as a datapath, and is a plain text here: it names no block")
    yield from _conditions(reading)
    for template in texts.templates(reading):
        try:
            render(template.text, [["x"]] * len(template.parameters or ()))
        except IndexError:
            if template.parameters is not None:
                yield Unread(template.call, "template", _no_parameter(template.text, len(template.parameters)))


def _no_parameter(text: str, given: int) -> str:
    fields = sorted({int(one) for one in _FIELD.findall(text) if int(one) >= given})
    told = "none is given" if not given else f"{given} {'is' if given == 1 else 'are'} given"
    return f"a field has no parameter: {', '.join(f'{{{one}}}' for one in fields)}, and {told}"


def _conditions(reading: Reading) -> Iterator[Unread]:
    for call in (*reading.calls_of(*texts.CONDITIONS), *reading.loops):
        for one in call.names("conditions"):
            if one is COMPUTED:
                continue
            if triple(one) is None:
                yield Unread(call, "condition", f"a condition is [left, operator, right], not {short(one)}")
            elif one[1] is not COMPUTED and not (isinstance(one[1], str) and one[1] in OPERATORS):
                yield Unread(call, "condition",
                             f"there is no operator {short(one[1])}; there are {', '.join(sorted(OPERATORS))}")
