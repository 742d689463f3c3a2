"""Regular expressions of a query, matched within a limit: a hostile one must not hang the lab."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from collections.abc import Sequence

from phantom_lab.rest.problems import bad_request

SECONDS = 3.0
_PROGRAM = """
import json, re, sys
pattern, ignore, texts = json.load(sys.stdin)
found = re.compile(pattern, re.IGNORECASE if ignore else 0).search
json.dump([found(text) is not None for text in texts], sys.stdout)
"""


def matching(pattern: str, texts: Sequence[str], *, ignore_case: bool) -> list[bool]:
    """Whether each text holds the pattern somewhere.

    `re` cannot be interrupted, so another process searches; nothing but the texts reaches it.

    Raises:
        RestError: no pattern, or it takes too long.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as exc:
        raise bad_request(f"invalid regular expression: {exc}") from None
    if not texts:
        return []
    try:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _PROGRAM], capture_output=True, timeout=SECONDS,
                              input=json.dumps([pattern, ignore_case, list(texts)]).encode(), check=True)
    except subprocess.TimeoutExpired:
        raise bad_request(f"the regular expression took longer than {SECONDS:g} seconds") from None
    except (OSError, subprocess.CalledProcessError):
        raise bad_request("the regular expression cannot be searched for here") from None
    found: list[bool] = json.loads(done.stdout)
    return found
