"""Which other Pythons the suite runs on, and what it says of one that is not there."""

from __future__ import annotations

import os
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from phantom_lab.repository import tour
from phantom_lab.version import __version__
from tests import pythons

MINE = ".".join(map(str, sys.version_info[:2]))


def fake(folder: Path, version: str, script: str) -> str:
    """A program on the PATH that is called like a Python."""
    program = folder / f"python{version}"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of the PATH; pyenv has nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def test_the_package_names_what_it_runs_on():
    """And runs this on one of them."""
    assert pythons.versions() == ["3.11", "3.12", "3.13"]
    assert MINE in pythons.versions()
    assert all((pythons.ROOT / one).is_file() for one in pythons.PART)


def test_a_python_that_is_not_at_hand_is_named(path: Path):
    """Nothing there, a shim that starts none, one of another version: it is said, and is no failure."""
    assert pythons.told("3.98", everything=False) == ("not run: Python 3.98 is not at hand: NOT CHECKED HERE", True)
    for script in ("echo no such version >&2; exit 127", "echo 3.97", "kill $$"):
        fake(path, "3.98", script)
        assert pythons.at_hand("3.98") == ""


def test_a_python_is_found_on_the_path_or_where_pyenv_or_uv_have_one(path: Path):
    """The first that starts."""
    broken, pyenv = path / "python3.98", path / "pyenv" / "versions" / "3.98.1" / "bin"
    assert pythons.at_hand("3.98") == ""
    fake(path, "3.98", "exit 1")
    other = fake(path, "3.98-of-uv", "echo 3.98")
    (path / "uv").write_text(f"#!/bin/sh\necho {other}\n", encoding="utf-8")
    (path / "uv").chmod(0o755)
    assert pythons.at_hand("3.98") == other
    pyenv.mkdir(parents=True)
    there = fake(pyenv, "3.98", "echo 3.98")
    assert pythons.at_hand("3.98") == there
    fake(path, "3.98", "echo 3.98")
    assert pythons.at_hand("3.98") == str(broken)


def test_an_environment_that_cannot_be_made_is_a_failure(path: Path, monkeypatch: pytest.MonkeyPatch):
    """It says why."""
    monkeypatch.setattr(pythons, "PLACE", path / "environments")
    program = fake(path, "3.98", 'case "$1" in -c) echo 3.98;; *) echo no venv >&2; exit 1;; esac')
    line, well = pythons.told("3.98", everything=False)
    assert (line, well) == (f"no venv\nPython 3.98 ({program}): its environment cannot be made", False)
    assert os.listdir(path) == ["python3.98"]


def test_the_wheel_brings_the_tour_and_the_sdist_what_it_is_built_of(tmp_path: Path):
    """Everything of the notebooks and samples, and no test in the wheel."""
    packages = pythons.built(tmp_path)
    wheel = {*ZipFile(packages[".whl"]).namelist()}
    with tarfile.open(packages[".tar.gz"]) as archive:
        source = {one.partition("/")[2] for one in archive.getnames()}
    kept = {one.relative_to(pythons.ROOT).as_posix() for folder in tour.FOLDERS
            for one in (pythons.ROOT / folder).rglob("*") if one.is_file() and not {
                "__pycache__", ".ipynb_checkpoints"} & {*one.parts}}
    assert {one for one in wheel if one.startswith("phantom_lab/tour/")} == {f"phantom_lab/tour/{one}" for one in kept}
    assert kept | {"pyproject.toml", "phantom_lab/repository/starter/playbook.py.txt", "action.yml"} <= source
    assert {one.partition("/")[0] for one in wheel} == {"phantom_lab", f"phantom_lab-{__version__}.dist-info"}
    assert not {one for one in wheel | source if "__pycache__" in one}
