"""What the documents say is checked against the code."""

from __future__ import annotations

import re
import subprocess
import sys

from phantom_lab.rules import namespace, registry
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_the_readme_lists_exactly_the_names_that_are_emulated() -> None:
    """No name too many, none forgotten."""
    assert namespace
    listed = README.split("Emulated today:")[1].split("Every other name")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(registry.EMULATED) | set(registry.CLASSES)


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
                          timeout=60)
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
    done = subprocess.run([sys.executable, "-m", "phantom_lab", *words], cwd=ROOT, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0
    assert "City: Research, State: VIC, Country: Australia" in done.stdout
