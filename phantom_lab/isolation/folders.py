"""The platform's folders, ``/opt/phantom/…``, in a place of the run's own."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from phantom_lab.history import Journal


def make_root(owner: object, journal: Journal) -> str:
    """Make a folder with ``opt/phantom/vault/tmp``, which goes away with its owner.

    The journal leaves the folder's name out, so that ``/opt/phantom/…`` stands there and the journals of two runs
    agree.
    """
    root = tempfile.mkdtemp(prefix="phantom_lab-")
    weakref.finalize(owner, shutil.rmtree, root, ignore_errors=True)
    journal.hide(root)
    Path(root, "opt", "phantom", "vault", "tmp").mkdir(parents=True)
    return root
