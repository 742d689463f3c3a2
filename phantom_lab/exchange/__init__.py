"""Playbooks in from the platform and out to it: what the visual editor keeps of their code, and what it erases."""
