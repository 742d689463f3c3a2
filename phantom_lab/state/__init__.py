"""The platform as the runs of one tree see it, and what each run keeps for itself."""

from phantom_lab.state.applying import apply, writes_of
from phantom_lab.state.clock import FAR, Clock
from phantom_lab.state.findings import RunFinding
from phantom_lab.state.given_files import add_files
from phantom_lab.state.given_findings import add_findings
from phantom_lab.state.ids import Ids
from phantom_lab.state.platform import Platform, Scope, Snapshot, ids_of
from phantom_lab.state.records import Records
from phantom_lab.state.run_state import RunState, Subset
from phantom_lab.state.store import Store

__all__ = ["FAR", "Clock", "Ids", "Platform", "Records", "RunFinding", "RunState", "Scope", "Snapshot", "Store",
           "Subset", "add_files", "add_findings", "apply", "ids_of", "writes_of"]
