"""Tests: unit/knowledge_base/catalogue."""
