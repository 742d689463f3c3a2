"""What the run waits for: the outcome of an action, or a person's reply; and what is pinned."""

from phantom_lab.notebook.parts.outcome.outcome import Outcome

__all__ = ["Outcome"]
