"""Encrypted copies of masked values (C2), for the few who may see them; off unless wanted."""
