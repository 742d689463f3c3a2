"""The notebook side: the panel over a stepper, and ``%load_ext phantom_lab``."""

from phantom_lab.notebook.extension import load_ipython_extension, unload_ipython_extension

__all__ = ["load_ipython_extension", "unload_ipython_extension"]
