"""How deeply data is nested in tests of what is nested too deeply."""

TOO_DEEP = 20_000
"""Levels that no Python reads or writes as JSON: up to 3.12 the recursion limit counts, in 3.13 about 10,000 levels."""
