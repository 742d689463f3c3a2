"""What works over many sources and many runs: checks, and the census of forms."""
