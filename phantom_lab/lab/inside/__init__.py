"""Inside a block: the lines that one invocation executed, with the values on them."""

from phantom_lab.lab.inside.asking import inside
from phantom_lab.lab.inside.told import Inside, LeftOut, Line

__all__ = ["Inside", "LeftOut", "Line", "inside"]
