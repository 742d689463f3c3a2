"""Regular expressions of a query, matched within a limit: a hostile one must not hang the lab."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from math import ceil

from phantom_lab.rest.problems import bad_request

SECONDS = 3.0
ROOM = 1 << 30
"""Bytes of memory that the search may take besides the texts."""
_PROGRAM = """
import json, re, sys, warnings
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)  # who waits for it may be killed meanwhile
except (ImportError, ValueError, OSError):
    pass
warnings.simplefilter("ignore")
pattern, ignore, texts = json.load(sys.stdin)
try:
    found = re.compile(pattern, re.IGNORECASE if ignore else 0).search
except (re.error, RecursionError, OverflowError) as exc:
    answer = str(exc)
else:
    answer = [found(text) is not None for text in texts]
json.dump(answer, sys.stdout)
"""


def matching(pattern: str, texts: Sequence[str], *, ignore_case: bool) -> list[bool]:
    """Whether each text holds the pattern somewhere.

    `re` cannot be interrupted, so another process compiles it and searches; nothing but the texts reaches it.

    Raises:
        RestError: no pattern, or it takes too long.
    """
    given = json.dumps([pattern, ignore_case, list(texts)]).encode()
    try:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _PROGRAM, str(ROOM + 8 * len(given)),
                               str(ceil(SECONDS) + 1)], capture_output=True, timeout=SECONDS, input=given, check=True)
    except subprocess.TimeoutExpired:
        raise bad_request(f"the regular expression took longer than {SECONDS:g} seconds") from None
    except (OSError, subprocess.CalledProcessError):
        raise bad_request("the regular expression cannot be searched for here") from None
    found: list[bool] | str = json.loads(done.stdout)
    if isinstance(found, str):
        raise bad_request(f"invalid regular expression: {found}")
    return found
