"""What an expectation of a run means: what happened, told as expectations tell it, and where the two differ."""

from phantom_lab.expecting.asserted import Asserted, asserted

__all__ = ["Asserted", "asserted"]
