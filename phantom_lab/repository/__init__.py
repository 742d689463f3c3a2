"""What lies around playbooks: the tour, a new repository of one's own, its stubs, and the gate of its pull requests."""
