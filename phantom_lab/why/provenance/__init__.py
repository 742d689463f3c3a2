"""Where a value came from: through the source to where it entered a block, and from there through the journal."""
