"""Playbooks run again and again, in situations made up for them."""
