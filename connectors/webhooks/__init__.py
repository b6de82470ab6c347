"""Outgoing webhooks: a bank's own systems hear of handoffs, tickets and surveys."""
