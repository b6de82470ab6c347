"""Complaint tickets, and what follows them."""
