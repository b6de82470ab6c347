"""Tests: contract/yinqiao."""
