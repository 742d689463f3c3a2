"""What a playbook's ``import`` statements find."""

from phantom_lab.shim.imports import RunNamespace

__all__ = ["RunNamespace"]
