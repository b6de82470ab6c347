"""One suite a port, every implementation of it."""
