"""The whole system as people use it: the real command line, a real browser."""
