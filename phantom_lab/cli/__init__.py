"""The command line ``phantom-lab``."""

from phantom_lab.cli.main import main

__all__ = ["main"]
