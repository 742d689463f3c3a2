"""A git repository, and its files as they are in a commit."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from phantom_lab.errors import InputError


def root_of(folder: Path) -> Path:
    """The repository that a folder lies in.

    Raises:
        InputError: it lies in none, or there is no git.
    """
    return Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())


def commit_of(root: Path, name: str) -> str:
    """The commit that a name stands for.

    Raises:
        InputError: there is none.
    """
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode().strip()
    except InputError:
        raise InputError(f"git knows no commit '{name}'", where=str(root),
                         hint="In a pipeline, fetch the whole history: fetch-depth: 0.") from None


@contextmanager
def tree(root: Path, commit: str) -> Iterator[Path]:
    """The files of a commit, in a folder that is there for the time being.

    Raises:
        InputError: a link in it leads out of it.
    """
    with TemporaryDirectory(prefix="phantom-lab-") as folder:
        place = Path(folder).resolve()
        try:
            with tarfile.open(fileobj=BytesIO(_git(root, "archive", "--format=tar", commit))) as archive:
                archive.extractall(place, filter="data")
        except tarfile.TarError as exc:  # a link that leads out of the repository
            raise InputError(f"{commit[:12]} cannot be unpacked: {exc}", where=str(root)) from None
        yield place


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except OSError as exc:
        raise InputError(f"git cannot be started: {exc.strerror}",
                         hint="The gate compares commits: install git.") from None
    if done.returncode:
        raise InputError((done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"])[-1],
                         where=str(folder))
    return done.stdout
