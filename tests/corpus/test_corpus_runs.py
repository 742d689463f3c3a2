"""Public playbooks, where they are at hand: each of them runs to an end that is its own.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`.
"""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.check.sources import distinct, find
from phantom_lab.model import ActionResult
from phantom_lab.outcomes import Outcome

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")

VALUES = ["198.51.100.7", "https://a.example/x"]
CEF = {"sourceAddress": VALUES[0], "destinationAddress": "198.51.100.8", "requestURL": VALUES[1], "fileHash": "a" * 64,
       "fileHashSha256": "b" * 64, "destinationDnsDomain": "a.example", "destinationUserName": "mara",
       "sourceUserName": "kim", "sourceHostName": "pc1", "fromEmail": "kim@a.example"}
SITUATION = {"name": "Any", "artifacts": [{"name": name, "cef": CEF} for name in ("a", "b")]}
PLACE = re.compile(r"\(block \w+, (\w[\w-]*\.py):\d+\)$")
OURS = re.compile("PlaybookArgumentError|PlaybookLoadError")
"""What the lab raises itself: a call that it does not take, a child that it does not find."""


class Anything:
    """Answers every action alike, and every question with its first choice."""

    def __init__(self, status: str) -> None:
        self.status = status

    def outcome(self, call):
        asked = call.parameter.get("response_types") or []
        said = [(one.get("options", {}).get("choices") or ["1"])[0] for one in asked] or ["Yes"]
        if call.action in ("prompt", "task", "approve"):
            return self.result("success", call, {"responses": said, "response": said[0]})
        return self.result(self.status, call, {})

    def result(self, status, call, summary):
        data = [{"sample": 1}] if status == "success" else []
        return Outcome((ActionResult(status, "told", call.parameter, data, summary),), "anything")

    def assets(self, action):
        return []


@pytest.mark.parametrize(("status", "ends"), [
    ("success", {"success": 137, "failed": 25, "error": 16}), ("failed", {"success": 60, "failed": 107, "error": 11})])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_playbook_runs_to_an_end_of_its_own(status, ends):
    """Success, failed, or an error that a line of the playbook or its child raised; no gap and nothing of the lab's."""
    playbooks = [one for one in distinct(find(CORPUS)) if isinstance(one, Playbook)]
    folders = list(dict.fromkeys(os.path.dirname(one.file) for one in playbooks))
    files = {os.path.basename(one.file) for one in playbooks}
    found, odd = Counter(), []
    for playbook in playbooks:
        lab = Lab(SITUATION, paths=folders, providers=[Anything(status)])
        run = lab.run(playbook, inputs=dict.fromkeys(playbook.inputs, VALUES))
        found[run.status] += 1
        message = run.summary().message or ""
        place = PLACE.search(message)
        own = run.status != "error" or (place is not None and place[1] in files)
        if not own or OURS.search(message):
            odd.append((playbook.file, run.status, message))
    assert odd == []
    assert found == ends
