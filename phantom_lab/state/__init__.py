"""The platform as one run sees it: an immutable snapshot to start from, and the run's own writes."""

from phantom_lab.state.clock import Clock
from phantom_lab.state.ids import Ids
from phantom_lab.state.run_state import RunState, Snapshot, Subset

__all__ = ["Clock", "Ids", "RunState", "Snapshot", "Subset"]
