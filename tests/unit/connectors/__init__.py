"""Channels by themselves."""
