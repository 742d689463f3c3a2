"""What an interrupt left out."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from phantom_lab.errors import shown

INTERRUPTED = 4
"""As for a run that was stopped."""
_NAMES = 8


def tell_not_run(kind: str, names: Sequence[str], number: int) -> None:
    """One line on stderr.

    Args:
        kind: of what did not run, such as ``scenarios``.
        number: how many there were.
    """
    more = f", … ({len(names) - _NAMES} more)" if len(names) > _NAMES else ""
    told = f"interrupted, {len(names)} of {number} {kind} did not run: {', '.join(names[:_NAMES])}{more}"
    print(f"phantom-lab: {shown(told)}", file=sys.stderr)
