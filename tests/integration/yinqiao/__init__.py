"""Tests: integration/yinqiao."""
