"""Tests: unit/connectors/wechat."""
