"""Tests: integration/connectors."""
