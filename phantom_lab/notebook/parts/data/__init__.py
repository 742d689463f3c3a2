"""The invocation view: what came in, what the run holds, and what the block did, each as a tab."""

from phantom_lab.notebook.parts.data.pane import Data

__all__ = ["Data"]
