"""The platform as the runs of one tree see it, and what each run keeps for itself."""

from phantom_lab.state.clock import FAR, Clock
from phantom_lab.state.ids import Ids
from phantom_lab.state.platform import Platform, Scope, Snapshot, ids_of
from phantom_lab.state.run_state import RunState, Subset

__all__ = ["FAR", "Clock", "Ids", "Platform", "RunState", "Scope", "Snapshot", "Subset", "ids_of"]
