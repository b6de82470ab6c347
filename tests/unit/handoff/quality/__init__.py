"""Inspection, review, appeal, sampling and trends, on the doubles."""
