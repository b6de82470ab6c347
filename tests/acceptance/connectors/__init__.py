"""Tests: acceptance/connectors."""
