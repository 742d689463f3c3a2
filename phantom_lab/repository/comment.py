"""The one comment of a pull request, put there by what a run of GitHub Actions knows of itself."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.repository.markdown import MARK

_PAGE, _PAGES = 100, 30


def ready() -> None:
    """Find out before anything is done whether there is a pull request to write on.

    Raises:
        InputError: there is none.
    """
    _here()


def put(text: str) -> str:
    """Write a comment on the pull request of this run, over the one that is there; gives its address.

    Raises:
        InputError: this is no run for a pull request, or the host refuses it.
    """
    api, repository, token, number = _here()
    comments = f"{api}/repos/{repository}/issues/{number}/comments"
    for page in range(1, _PAGES + 1):
        some = _asked("GET", f"{comments}?per_page={_PAGE}&page={page}", token)
        if mine := [one for one in some if str(one.get("body") or "").startswith(MARK)]:
            done = _asked("PATCH", f"{api}/repos/{repository}/issues/comments/{mine[0]['id']}", token, text)
            break
        if len(some) < _PAGE:
            done = _asked("POST", comments, token, text)
            break
    else:
        raise InputError(f"the pull request has more than {_PAGE * _PAGES:,} comments: none is written")
    return str(done.get("html_url", ""))


def _here() -> tuple[str, str, str, int]:
    wanted = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_EVENT_PATH")
    given = [os.environ.get(one, "") for one in wanted]
    if missing := [name for name, value in zip(wanted, given, strict=True) if not value]:
        raise InputError(f"--comment is for runs of GitHub Actions, and {missing[0]} is not set",
                         hint="Give the step env: GITHUB_TOKEN: ${{ github.token }}.")
    try:
        number = json.loads(Path(given[3]).read_text(encoding="utf-8"))["pull_request"]["number"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("--comment: the event of this run is no pull request", where=given[3]) from None
    return given[0], given[1], given[2], int(number)


def _asked(method: str, address: str, token: str, text: str | None = None) -> Any:
    request = urllib.request.Request(
        address, method=method, data=None if text is None else json.dumps({"body": text}).encode(),
        headers={"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json",
                 "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as exc:
        raise InputError(f"the comment was refused: {exc.code} {exc.reason}", where=address.partition("?")[0],
                         hint="The job needs permissions: pull-requests: write.") from None
    except (OSError, ValueError) as exc:
        raise InputError(f"the comment was not written: {exc}", where=address.partition("?")[0]) from None
