"""Events from files as people have them: what belongs to one container is joined, whatever file it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model.container import Artifact, Container
from phantom_lab.model.forms import pieces_of
from phantom_lab.model.joining import check_one, containers_of, take_artifacts
from phantom_lab.model.remarks import Remarks


@dataclass(frozen=True, slots=True)
class Situation:
    """One container as it was given, with its artifacts as they were given."""

    container: Container
    artifacts: list[Artifact]
    made_up: bool = False
    """Whether only its artifacts were given."""
    where: str = ""
    """The files that it is from, or other origins."""
    remarks: tuple[str, ...] = ()
    """What of all the files is not read, or is read in another way than it stands there."""


def read_situations(given: Sequence[tuple[str, Any]], *, one: bool = False,
                    remarks: Remarks | None = None) -> list[Situation]:
    """Recognise the forms of decoded JSON, and join what belongs to one container.

    Artifacts belong to the container that they name, or to the only one. The order of the parts does not matter.

    Args:
        given: ``(file name or other origin, decoded JSON)``: a playbook-side container, the REST form, an artifact
            list, a REST list envelope of artifacts or of containers, or an object holding ``container`` and
            ``artifacts``.
        one: the parts are of one event.
        remarks: what there is to say already.

    Returns:
        One entry per container; artifacts given without a container come with one that is made up.

    Raises:
        InputError: none of these forms, a part of the wrong type, or it cannot be told what belongs together.
    """
    remarks = Remarks() if remarks is None else remarks
    pieces = [piece for where, decoded in given for piece in pieces_of(decoded, where, remarks)]
    events = containers_of(pieces, remarks)
    take_artifacts(events, [piece for piece in pieces if piece.container is None], remarks)
    if one:
        check_one(events)
    artifacts = [event.each_once(remarks) for event in events]
    lines = tuple(remarks.lines())
    return [Situation(event.container, found, event.made_up, ", ".join(event.files), lines)
            for event, found in zip(events, artifacts, strict=True)]
