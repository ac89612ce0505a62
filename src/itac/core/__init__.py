"""Settings, shared field types and the clock; nothing of the domain."""
