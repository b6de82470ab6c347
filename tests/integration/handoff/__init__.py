"""The handoff room with real servers behind it."""
