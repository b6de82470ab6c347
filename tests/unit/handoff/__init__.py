"""The handoff room by itself."""
