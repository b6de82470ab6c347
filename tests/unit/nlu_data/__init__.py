"""The language data."""
