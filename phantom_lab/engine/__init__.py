"""Executing playbooks: runs, the run queue, invocations, and the gate at which they rest."""

from phantom_lab.engine.actions import AssetSelection
from phantom_lab.engine.gate import Changes, FreeGate, Gate
from phantom_lab.engine.planting import plant
from phantom_lab.engine.run import Namespace, PlaybookRun, PlaybookTree

__all__ = ["AssetSelection", "Changes", "FreeGate", "Gate", "Namespace", "PlaybookRun", "PlaybookTree", "plant"]
