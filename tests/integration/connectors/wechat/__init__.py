"""Tests: integration/connectors/wechat."""
