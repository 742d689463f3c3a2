"""Playbooks and custom functions: found, read, parsed and compiled. Nothing here executes them."""
