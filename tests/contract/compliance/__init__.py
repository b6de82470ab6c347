"""Tests: contract/compliance."""
