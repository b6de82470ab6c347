"""Writes into the audit chain what was said and what was decided."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.audit import AuditEntry
from compliance.audit_store import AuditLog
from compliance.clock import utc_now
from conversation.conversation import Conversation
from conversation.message import Kind, Message, NoticeRef, Sender

_NAMED = ("id", "version", "category")


class AuditRecorder:
    """Implements `conversation.ports.Recorder`, and records whatever else must be provable.

    Raises `AuditUnavailable` when the store does not answer; the caller comes again, and what
    was recorded before is not recorded twice.
    """

    def __init__(self, log: AuditLog, clock: Callable[[], datetime] = utc_now) -> None:
        """Write to `log`; `clock` returns an aware time."""
        self._log = log
        self._clock = clock

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """Record the outgoing messages, notices and changes of owner among the log entries."""
        found = [_entry(conversation.id, message) for message in entries if _provable(message)]
        if found:
            await asyncio.to_thread(self._log.append, found)

    async def record(
        self,
        kind: str,
        actor: str,
        subject: str,
        data: Mapping[str, object],
        *,
        key: str | None = None,
    ) -> None:
        """Record a login, approval, publication, block or unmasking.

        With a `key` the same (subject, key) is recorded once; without, every call is.
        """
        name = key or uuid.uuid4().hex
        entry = AuditEntry(subject, name, kind, actor, self._clock(), dict(data))
        await asyncio.to_thread(self._log.append, [entry])


def _provable(message: Message) -> bool:
    if message.kind is Kind.TURN:
        return bool(message.data.get("acknowledged") or message.data.get("withheld"))
    return message.kind is Kind.EVENT or message.sender is not Sender.CUSTOMER


def _entry(conversation_id: str, message: Message) -> AuditEntry:
    if message.kind is Kind.EVENT:
        event = str(message.data.get("event", "event"))
        data = dict(message.data)
        actor = str(message.data.get("by") or message.sender.value)
        return AuditEntry(
            conversation_id, message.id, f"conversation.{event}", actor, message.at, data
        )
    if message.kind is Kind.TURN and message.data.get("withheld"):
        return _block(conversation_id, message)
    if message.kind is Kind.TURN:
        return _acknowledgement(conversation_id, message)
    kind = "notice.shown" if message.kind is Kind.NOTICE else "message.sent"
    return AuditEntry(
        conversation_id, message.id, kind, message.sender.value, message.at, _said(message)
    )


def _acknowledgement(conversation_id: str, message: Message) -> AuditEntry:
    """Return the record that the customer said to have read notices: that they were displayed."""
    read = [{part: one[part] for part in _NAMED} for one in message.data["acknowledged"]]
    data: dict[str, Any] = {"notices": read, "reply_to": message.reply_to}
    sender = Sender.CUSTOMER.value
    return AuditEntry(conversation_id, message.id, "notice_acknowledged", sender, message.at, data)


def _block(conversation_id: str, message: Message) -> AuditEntry:
    """Return the record that a text of the bot was blocked: under which rules, whose text."""
    data = {**message.data["withheld"], "reply_to": message.reply_to}
    sender = Sender.BOT.value
    return AuditEntry(conversation_id, message.id, "message.blocked", sender, message.at, data)


def _said(message: Message) -> dict[str, Any]:
    """Return what was said, with its hash, so that a text can be proved without being shown."""
    return {
        "kind": message.kind.value,
        "sender": message.sender.value,
        "sender_name": message.sender_name,
        "text": message.text,
        "text_sha256": hashlib.sha256(message.text.encode()).hexdigest(),
        "notice": _named(message.notice),
        "sources": [source.id for source in message.sources],
        "reply_to": message.reply_to,
    }


def _named(notice: NoticeRef | None) -> dict[str, str] | None:
    if notice is None:
        return None
    return {part: getattr(notice, part) for part in _NAMED}
