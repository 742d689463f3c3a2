"""Why something is as it is: where values came from, and which of them made code raise. Told from the source."""

from phantom_lab.why.responsible import Responsible, responsible

__all__ = ["Responsible", "responsible"]
