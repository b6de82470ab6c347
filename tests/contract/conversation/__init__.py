"""One suite, every implementation."""
