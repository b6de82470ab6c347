"""Tests: integration/knowledge_base."""
