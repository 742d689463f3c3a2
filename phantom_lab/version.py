"""The version of the lab."""

__version__ = "0.1.0"
