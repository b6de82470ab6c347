"""Tests: integration/conversation."""
