"""Conversations as plain values, for a customer to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conversation.conversation import Customer
from conversation.message import Message


def conversation_as_plain(
    identifier: str, customer: Customer, log: Sequence[Message], **facts: object
) -> dict[str, Any]:
    """Return a conversation: who, when, every message that was exchanged, what was understood."""
    return {
        "id": identifier,
        "channel": customer.channel,
        "customer": customer.id,
        "profile": dict(customer.profile),
        **facts,
        "messages": [_message(entry) for entry in log if entry.for_customer],
        "records": [
            {"at": entry.at.isoformat(), "kind": entry.kind.value, **entry.data}
            for entry in log
            if not entry.for_customer
        ],
    }


def _message(entry: Message) -> dict[str, Any]:
    said: dict[str, Any] = {
        "at": entry.at.isoformat(),
        "sender": entry.sender.value,
        "name": entry.sender_name,
        "text": entry.text,
    }
    if entry.notice:
        notice = entry.notice
        said["notice"] = {
            "id": notice.id,
            "version": notice.version,
            "category": notice.category,
            "title": notice.title,
        }
    if entry.sources:
        said["sources"] = [source.title for source in entry.sources]
    return said
