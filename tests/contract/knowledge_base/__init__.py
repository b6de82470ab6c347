"""Tests: contract/knowledge_base."""
