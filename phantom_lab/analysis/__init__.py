"""What sources tell without being executed: their calls, texts and references; checks, and the census of forms."""
