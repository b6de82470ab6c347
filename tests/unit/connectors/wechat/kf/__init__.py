"""Tests: unit/connectors/wechat/kf."""
