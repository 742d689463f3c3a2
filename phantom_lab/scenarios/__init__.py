"""Scenarios: a situation in one small file, with what everything outside answers in it."""

from phantom_lab.scenarios.scenario import Scenario, read_scenarios

__all__ = ["Scenario", "read_scenarios"]
