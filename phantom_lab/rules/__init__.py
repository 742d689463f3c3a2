"""The emulation of ``phantom.rules``: one module per chapter of the vendor's reference."""

from phantom_lab.rules.namespace import rules_module
from phantom_lab.rules.surface import Surface, surface

__all__ = ["Surface", "rules_module", "surface"]
