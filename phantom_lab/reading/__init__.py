"""What a source tells without being executed: its calls, and the datapaths, conditions and templates it hands over."""
