"""Tests: unit/knowledge_base/unanswered."""
