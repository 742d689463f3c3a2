"""What the documents, the help and the docstrings say that the lab lacks, it lacks: a claim that is untrue fails."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.rules.registry import CLASSES, EMULATED
from phantom_lab.rules.surface import surface
from phantom_lab.source.parsing import walk
from tests.conftest import ROOT

LACK = (r"\b(?:not|nor|never|no|none|nothing)\b(?:[ `]+\w+){0,4}?[ `]+(?:emulat|implement|stor|honour)\w+"
        r"|\b(?:not|nor|never) (?:be )?support|\bunsupported\b|\bunimplemented\b")
"""Words that say so in a sentence of the code; those of documents say it with the next ones, too."""
LACK_OF_A_DOCUMENT = LACK + r"|\byet\b|\bonly\)|\bno prison\b"


def lab() -> Lab:
    """One artifact with one value."""
    return Lab({"container": {"name": "c"}, "artifacts": [{"cef": {"sourceAddress": "192.0.2.1"}}]})


def debugged(expression: str, before: str = "pass") -> str:
    """What an expression gives in a run on one artifact, as text; or the run's message."""
    source = f"import phantom.rules as phantom\ndef on_start(container):\n    {before}\n    phantom.debug({expression})"
    run = lab().run(Playbook.from_source(f"{source}\n", name="claim"))
    return str(run.summary().debug[-1]) if run.summary().debug else f"{run.status}: {run.summary().message}"


def something_is_not_emulated() -> None:
    """Some names are known and not emulated; calling one stops the run with a message that names it."""
    names = surface().functions.keys() - EMULATED.keys() - CLASSES.keys()
    assert names
    assert debugged(f"phantom.{min(names)}()").startswith(f"not_emulated: claim:4: {min(names)} (chapter: ")


def these_are_not_emulated() -> None:
    """The list of names is that of the code."""
    told = (ROOT / "docs" / "fidelity.md").read_text().split("so they are not emulated:")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", told)) == surface().functions.keys() - EMULATED.keys() - CLASSES.keys()


def names_of_the_vault_are_not_emulated() -> None:
    """Those that nothing is known of."""
    assert debugged("vault.contains_from_file('x')", "import phantom.vault as vault").startswith("not_emulated: ")


def rest(method: str, path: str, **body: object) -> str:
    """What the local REST answers in a run."""
    return debugged(f"phantom.requests.{method}('https://127.0.0.1/rest/{path}', json={body}).text")


def a_playbook_starts_no_action_over_rest() -> None:
    """`serve` does."""
    assert '"failed": true' in rest("post", "action_run", action="look up", container_id=1, targets=[])


def a_playbook_answers_no_prompt_over_rest() -> None:
    """`serve` does."""
    assert '"failed": true' in rest("post", "approval/1", responses=["Yes"])


def indicators_are_not_stored() -> None:
    """One goes with the artifact that holds its value."""
    assert '"count": 1,' in rest("get", "indicator")
    count = "phantom.requests.get('https://127.0.0.1/rest/indicator').json()['count']"
    assert debugged(count, "phantom.requests.delete('https://127.0.0.1/rest/artifact/1')") == "0"


def files_of_the_machine_can_be_read() -> None:
    """A playbook is a program: it is kept off the network, not from the files of the one who runs it."""
    assert debugged("open(__import__('os').__file__).readline()").startswith("r\"\"\"OS routines")


HELP = ("help", "description", "epilog")
SOMETHING = r"(?i)\b(?:something|that|what|names|which)\b[^.,;:]{0,40}\b(?:not emulated|does not emulate)"
CLAIMS: dict[str, Callable[[], None]] = {
    SOMETHING: something_is_not_emulated,
    r"^The lab does not emulate it|\(stopped, endless, outcome needed, not emulated\)": something_is_not_emulated,
    "so they are not emulated": these_are_not_emulated,
    "none of them emulated": names_of_the_vault_are_not_emulated,
    r"start one \(`action_run` with `serve` only\)": a_playbook_starts_no_action_over_rest,
    r"reply to a prompt \(with `serve` only\)": a_playbook_answers_no_prompt_over_rest,
    "Indicators are not stored": indicators_are_not_stored,
    "no prison for hostile code": files_of_the_machine_can_be_read,
}
"""By what a sentence says, in words that are its own: how that is seen."""


def texts() -> Iterator[tuple[str, str, str]]:
    """File, text, and the words that say in such a text that something is lacking."""
    for file in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        yield file.name, file.read_text(encoding="utf-8"), LACK_OF_A_DOCUMENT
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            yield file.name, "".join(cell["source"]), LACK_OF_A_DOCUMENT
    for file in sorted((ROOT / "phantom_lab").rglob("*.py")):
        for node in walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg in HELP):
                yield file.name, str(getattr(node.value, "value", "")), LACK


@cache
def claims() -> list[tuple[str, str]]:
    """Every sentence that says so, with its file."""
    return sorted({(name, sentence) for name, text, lack in texts()
                   for sentence in re.split(r"(?<=[.;:!?])\s+|\s*\|\s*", " ".join(text.split()))
                   if re.search(lack, sentence, re.IGNORECASE)})


@pytest.mark.parametrize("probe", dict.fromkeys(CLAIMS.values()), ids=lambda probe: probe.__name__)
def test_what_the_lab_is_said_to_lack_it_lacks(probe: Callable[[], None]) -> None:
    """As the probe's name says."""
    probe()


def test_every_sentence_that_says_that_the_lab_lacks_something_has_its_probe() -> None:
    """A new one needs a probe in `CLAIMS`, or other words."""
    assert [one for one in claims() if not any(re.search(words, one[1]) for words in CLAIMS)] == []


def test_every_probe_belongs_to_a_sentence() -> None:
    """What nobody says any more needs none."""
    assert [words for words in CLAIMS if not any(re.search(words, one) for _, one in claims())] == []
