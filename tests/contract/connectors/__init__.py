"""Ports of the channels: doubles and real servers behave alike."""
