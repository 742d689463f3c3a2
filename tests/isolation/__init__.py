"""Ways out of a playbook, and what becomes of each."""
