"""Tests: unit/compliance."""
