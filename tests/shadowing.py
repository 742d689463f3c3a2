"""A folder in which everything stands that Python, IPython and Jupyter might import or read, were it on their path."""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib.metadata import packages_distributions
from pathlib import Path

_CONFIGURATIONS = (
    "jupyter_config.py", "jupyter_server_config.py", "jupyter_lab_config.py", "jupyter_notebook_config.py",
                   "ipython_config.py", "ipython_kernel_config.py", ".jupyter/jupyter_server_config.py",
                   ".jupyter/jupyter_lab_config.py", ".ipython/profile_default/startup/00.py",
                   "profile_default/startup/00.py", ".ipython/profile_default/ipython_config.py",
                   ".ipython/profile_default/ipython_kernel_config.py", "profile_default/ipython_kernel_config.py")


def shadow(folder: Path, *, but: Collection[str] = ()) -> Path:
    """Fill a folder; returns the file to which whatever is executed adds its name.

    Args:
        but: packages that are not shadowed.
    """
    witness = folder / "executed"
    code = f"open({str(witness)!r}, 'a').write(__file__ + '\\n')\n"
    folder.mkdir(parents=True, exist_ok=True)
    names = {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize", "usercustomize", "phantom_lab",
             "phantom", "weasyprint", "ipykernel_launcher"}.difference(but)
    for name in [*(f"{one}.py" for one in names if one.isidentifier()), *_CONFIGURATIONS]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(code, encoding="utf-8")
    (folder / "a.pth").write_text(f"import builtins; {code}", encoding="utf-8")
    return witness
