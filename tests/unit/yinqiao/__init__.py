"""The composition: what can be tested of it without running a system."""
