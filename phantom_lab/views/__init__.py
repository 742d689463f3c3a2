"""What people and tools look at: folds of a run's history. Nothing here executes anything."""

from phantom_lab.views.fan_out import fan_out
from phantom_lab.views.handed_over import handed_over
from phantom_lab.views.moment import Moment, at
from phantom_lab.views.outcome_sources import sources
from phantom_lab.views.receipt import receipt
from phantom_lab.views.sentences import why
from phantom_lab.views.summary import Summary, summarize, told_by_summary
from phantom_lab.views.unmatched import unmatched

__all__ = ["Moment", "Summary", "at", "fan_out", "handed_over", "receipt", "sources", "summarize", "told_by_summary",
           "unmatched", "why"]
