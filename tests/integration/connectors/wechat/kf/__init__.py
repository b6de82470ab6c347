"""Tests: integration/connectors/wechat/kf."""
