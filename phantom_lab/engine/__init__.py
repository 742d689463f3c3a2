"""Executing playbooks: runs, the run queue, invocations, and the gate at which they rest."""

from phantom_lab.engine.actions import AssetSelection
from phantom_lab.engine.gate import Changes, FreeGate, Gate
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.engine.tree import Namespace, plant

__all__ = ["AssetSelection", "Changes", "FreeGate", "Gate", "Namespace", "PlaybookRun", "plant"]
