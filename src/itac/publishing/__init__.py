"""Posts, their approval, the grants that allow them, and the outbox that sends each once."""
