"""Channels: what customers write comes in here, what may be said goes out here."""
