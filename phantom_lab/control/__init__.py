"""The controls of a run: stepping, breakpoints, edits, and doing again what people did at rest."""

from phantom_lab.control.breakpoints import Breakpoint, Breakpoints
from phantom_lab.control.stepped import Position
from phantom_lab.control.stepper import Stepper

__all__ = ["Breakpoint", "Breakpoints", "Position", "Stepper"]
