"""Apps made with the vendor's Python SDK: what they declare, read from their source. Nothing of it is executed."""
