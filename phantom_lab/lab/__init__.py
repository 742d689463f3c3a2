"""The lab: an emulated platform that playbooks run against, and where its results come from."""

from phantom_lab.lab.lab import Lab

__all__ = ["Lab"]
