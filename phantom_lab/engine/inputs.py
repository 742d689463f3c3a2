"""The inputs that a playbook takes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from phantom_lab.engine.playbook import Playbook
from phantom_lab.errors import InputError
from phantom_lab.misspelt import did_you_mean

_READ = re.compile(r"playbook_input:([^\"'\\]*)")
"""What a datapath in a playbook's source reads of its inputs."""


def check_inputs(playbook: Playbook, given: Iterable[str]) -> None:
    """Refuse inputs that a playbook does not have: its export names them, or else its source reads them.

    Raises:
        InputError: it has no such input. Where the source makes up its datapaths, it may have any.
    """
    read = [one.split(".")[0] for one in _READ.findall(playbook.source)]
    known = playbook.inputs or tuple(dict.fromkeys(read))
    unknown = [name for name in given if name not in known]
    if unknown and (playbook.inputs or all(re.fullmatch(r"[\w -]+", one) for one in read)):
        meant = did_you_mean(unknown, known) if len(known) > 1 else ""
        raise InputError(f"playbook {playbook.name} has no input {', '.join(map(repr, unknown))}",
                         hint=f"{meant} It has {', '.join(known) or 'none'}.".strip())
