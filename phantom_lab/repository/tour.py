"""The notebooks and the samples that they use, as the package brings them."""

from __future__ import annotations

import shutil
from pathlib import Path

from phantom_lab.errors import InputError

FIRST = Path("notebooks") / "01_tour.ipynb"
FOLDERS = ("notebooks", "sample_data")
SETTINGS = Path(__file__).resolve().parent / "jupyter_settings"
"""Where JupyterLab finds what it does by default here."""
_PACKAGE = Path(__file__).resolve().parent.parent
_LEFT = shutil.ignore_patterns("__pycache__", ".*")


def source() -> Path:
    """Where the tour lies: in the installed package, or in the checkout that holds it.

    Raises:
        InputError: it is in neither.
    """
    for place in (_PACKAGE / "tour", _PACKAGE.parent):
        if (place / FIRST).is_file():
            return place
    raise InputError("the package has no tour", where=str(_PACKAGE), hint="Install it anew: pip install phantom-lab")


def copied(folder: Path) -> bool:
    """Copy the tour into a folder, unless it is there; says whether that was done.

    Raises:
        InputError: the folder is a file, or holds one of the tour's folders without the tour.
    """
    if (folder / FIRST).is_file():
        return False
    if folder.exists() and not folder.is_dir():
        raise InputError("no folder", where=str(folder))
    if there := [one for one in FOLDERS if (folder / one).exists()]:
        raise InputError(f"there is {' and '.join(there)}, and no {FIRST.as_posix()} in it", where=str(folder),
                         hint="Name another folder: nothing is written over.")
    place = source()
    for one in FOLDERS:
        shutil.copytree(place / one, folder / one, ignore=_LEFT)
    return True
