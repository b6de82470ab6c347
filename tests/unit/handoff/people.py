"""Conversations as the queue's tests need them."""

from __future__ import annotations

from datetime import UTC, datetime

from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def queued(
    name: str,
    reason: Reason | None = Reason.HUMAN,
    *,
    epoch: int = 2,
    trigger: str = "我要找人工",
) -> Conversation:
    """Return a conversation that just asked for a person, for the given reason."""
    customer = Customer("web", name)
    handoff = Handoff(reason, trigger=trigger) if reason else None
    return Conversation(
        f"{customer.key}-1", customer, Owner.QUEUE, epoch, NOON, NOON, handoff=handoff
    )
