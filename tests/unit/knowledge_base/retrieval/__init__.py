"""Retrieval: ranking, deciding, measuring."""
