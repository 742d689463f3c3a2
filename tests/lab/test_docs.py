"""What the documents say is checked against the code."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields

from phantom_lab.model.options import CHOICES, Options
from tests import commands, forked
from tests.conftest import EVIDENCE, ROOT
from tests.patience import LONG

README = (ROOT / "README.md").read_text()
FIDELITY = (ROOT / "docs" / "fidelity.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading of the fidelity list."""
    part = FIDELITY.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]


def test_the_table_of_options_is_that_of_the_code() -> None:
    """Every option with its values and its default; what it chooses, and what the choice rests on."""
    names = [field.name for field in fields(Options)]
    _, _, *table = rows("Options")
    assert [re.findall(r"`(.+?)`", row[0]) for row in table] == [[name] for name in names]
    for name, (_, values, default, chooses, evidence) in zip(names, table, strict=True):
        assert default == f"`{getattr(Options(), name)}`"
        known = CHOICES.get(name, ())
        assert values == ", ".join(f"`{value}`" for value in known) if known else "number" in values
        assert chooses
        assert evidence.startswith(EVIDENCE)


def test_the_page_of_commands_is_what_their_help_says() -> None:
    """``python -m tests.commands`` writes it anew."""
    assert commands.FILE.read_text(encoding="utf-8") == commands.text()


def test_every_document_can_be_found_from_the_readme() -> None:
    """By a link of it."""
    told = set(re.findall(r"\]\(docs/(\w+\.md)[)#]", README))
    assert told == {one.name for one in (ROOT / "docs").glob("*.md")}


def test_every_option_is_named_where_its_behaviour_is_told() -> None:
    """And no other one."""
    told = set(re.findall(r"`Options\.(\w+)`", FIDELITY))
    assert told == {field.name for field in fields(Options)}


def test_every_behaviour_rests_on_something() -> None:
    """A row of the fidelity list names one of the three words, or says that it is the lab's own."""
    headings = [line.removeprefix("## ") for line in FIDELITY.splitlines() if line.startswith("## ")]
    for heading in headings:
        for row in rows(heading)[2:]:
            assert re.search(rf"\b({'|'.join(EVIDENCE)}|ours)\b", row[-1]), (heading, row)


def test_the_tests_that_hold_what_people_hit_are_there() -> None:
    """Every `file::name` of the page, in the file."""
    held = re.findall(r"`(\w+\.py|…)::(\w+)", (ROOT / "docs" / "pains.md").read_text())
    assert len(held) > 30
    file = ""
    for name, test in held:
        file = file if name == "…" else name
        (found,) = [*(ROOT / "tests").glob(f"*/{file}")]
        assert f"def {test}(" in found.read_text(), f"{file}::{test}"


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """Relative links only; what is linked is in the repository."""
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "sample_data" / "README.md"]:
        for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if not link.startswith("http"):
                assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_the_readmes_python_example_runs_as_it_stands() -> None:
    """The lines of both cells, in the notebooks' folder, without the magic."""
    cells = [part.split("```")[0] for part in README.split("```python\n")[1:]]
    example = "\n".join(cells).replace("%load_ext phantom_lab\n", "") + "\nprint(len(frames.results(stepper)))"
    done = subprocess.run([sys.executable, "-c", example], cwd=ROOT / "notebooks", capture_output=True, text=True,
                          timeout=LONG)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


def test_the_sample_readme_names_every_sample() -> None:
    """Every container, results file and playbook has its line."""
    text = (ROOT / "sample_data" / "README.md").read_text()
    for folder, pattern in (("containers", "*.json"), ("results", "*.json"), ("playbooks", "*.py")):
        for file in (ROOT / "sample_data" / folder).glob(pattern):
            assert f"`{file.stem}`" in text or f"{folder}/{file.name}`" in text, file.name


def test_the_readmes_command_line_prints_the_reference_case() -> None:
    """The example command, typed as it stands there, with this environment's console script."""
    line = next(line.strip() for line in README.splitlines() if "phantom-lab run" in line)
    words = line.split()[1:]
    done = forked.run([sys.executable, "-m", "phantom_lab", *words], cwd=ROOT, capture_output=True, text=True,
                      timeout=LONG)
    assert done.returncode == 0
    assert "City: Research, State: VIC, Country: Australia" in done.stdout
