"""The parts of the panel, in the order in which they stand: each makes a view of its own, and takes its messages."""

from phantom_lab.notebook.parts.asking import Asking
from phantom_lab.notebook.parts.branches import Branches
from phantom_lab.notebook.parts.data import Data
from phantom_lab.notebook.parts.editing import Editing
from phantom_lab.notebook.parts.graph import Drawing, Graph
from phantom_lab.notebook.parts.head import Head
from phantom_lab.notebook.parts.microscope import Microscope
from phantom_lab.notebook.parts.outcome import Outcome
from phantom_lab.notebook.parts.part import Part
from phantom_lab.notebook.parts.queue import Queue
from phantom_lab.notebook.parts.source import Source
from phantom_lab.notebook.parts.timeline import Timeline

PARTS: tuple[type[Part], ...] = (Head, Editing, Outcome, Microscope, Drawing, Graph, Source, Data, Asking, Timeline,
                                 Queue, Branches)

__all__ = ["PARTS", "Part"]
