"""Scenarios as tests: found below paths, run in processes of their own, counted and told; and tests made of runs."""
