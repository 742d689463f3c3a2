"""Loading and executing playbooks: blocks, the run queue, resting, stepping."""

from phantom_lab.engine.actions import AssetSelection
from phantom_lab.engine.breakpoints import Breakpoint, Breakpoints
from phantom_lab.engine.gate import Changes, FreeGate, Gate
from phantom_lab.engine.library import Library
from phantom_lab.engine.playbook import Playbook
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.engine.sentences import why
from phantom_lab.engine.stepper import Position, Stepper
from phantom_lab.engine.tree import Namespace, plant

__all__ = ["AssetSelection", "Breakpoint", "Breakpoints", "Changes", "FreeGate", "Gate", "Library",
           "Namespace", "Playbook", "PlaybookRun", "Position", "Stepper", "plant", "why"]
