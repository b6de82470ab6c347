"""What of a conversation goes into the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from compliance.audit import AuditEntry, AuditRow, Head, chained
from compliance.recorder import AuditRecorder
from conversation.conversation import Conversation
from conversation.message import Kind, Message, NoticeRef, Sender, SourceRef

NOTICE = NoticeRef("fund-risk", "2026-01", "fund", "基金风险提示")


@dataclass
class Kept:
    """An audit log in memory."""

    entries: list[AuditEntry] = field(default_factory=list)

    def append(self, entries: Sequence[AuditEntry]) -> list[AuditRow]:
        """See `AuditLog.append`."""
        self.entries += entries
        return chained(entries, Head())


def _message(number: int, sender: Sender, kind: Kind, text: str = "") -> Message:
    return Message(f"17620000000{number:02}-0", "0123456789abcdef-1", sender, kind, text)


async def test_outgoing_messages_notices_and_owners_are_recorded(
    conversation: Conversation,
) -> None:
    kept = Kept()
    owner = {"event": "owner", "from": "bot", "to": "queue", "by": "bot"}
    entries = [
        _message(1, Sender.CUSTOMER, Kind.TEXT, "基金怎么买"),
        replace(_message(2, Sender.BOT, Kind.NOTICE, "基金有风险"), notice=NOTICE),
        replace(
            _message(3, Sender.BOT, Kind.TEXT, "在手机银行买。"), sources=(SourceRef("f", "基"),)
        ),
        replace(_message(4, Sender.SYSTEM, Kind.TURN), data={"route": "answer"}),
        replace(_message(5, Sender.SYSTEM, Kind.EVENT), data=owner),
        replace(_message(6, Sender.AGENT, Kind.TEXT, "您好"), sender_name="小李"),
    ]
    await AuditRecorder(kept).catch_up(conversation, entries)
    assert [(entry.kind, entry.actor) for entry in kept.entries] == [
        ("notice.shown", "bot"),
        ("message.sent", "bot"),
        ("conversation.owner", "bot"),
        ("message.sent", "agent"),
    ]
    notice, answer, _, agent = kept.entries
    assert notice.subject == conversation.id
    assert notice.key == entries[1].id
    assert notice.at == entries[1].at
    assert notice.data["notice"] == {"id": "fund-risk", "version": "2026-01", "category": "fund"}
    assert answer.data["sources"] == ["f"]
    assert answer.data["text_sha256"] == hashlib.sha256("在手机银行买。".encode()).hexdigest()
    assert agent.data["sender_name"] == "小李"
    assert json.dumps(answer.data)


async def test_a_customer_s_words_are_not_recorded(conversation: Conversation) -> None:
    kept = Kept()
    said = [_message(1, Sender.CUSTOMER, Kind.TEXT, "在吗")]
    await AuditRecorder(kept).catch_up(conversation, said)
    assert kept.entries == []


async def test_other_deeds_are_recorded_each_or_once() -> None:
    kept = Kept()
    now = datetime(2026, 11, 2, tzinfo=UTC)
    recorder = AuditRecorder(kept, lambda: now)
    await recorder.record("login.failed", "agent:li", "account:li", {"from": "127.0.0.1"})
    await recorder.record("login.failed", "agent:li", "account:li", {"from": "127.0.0.1"})
    await recorder.record("article.published", "reviewer", "article:a", {}, key="a@1")
    keys = [entry.key for entry in kept.entries]
    assert len(set(keys)) == 3
    assert keys[2] == "a@1"
    assert {entry.at for entry in kept.entries} == {now}


async def test_an_acknowledged_notice_is_recorded_with_its_version(
    conversation: Conversation,
) -> None:
    kept = Kept()
    read = [{"id": "fund-risk", "version": "2026-01", "category": "fund", "title": "基金风险提示"}]
    turn = replace(
        _message(1, Sender.SYSTEM, Kind.TURN), reply_to="1-0", data={"acknowledged": read}
    )
    silent = replace(_message(2, Sender.SYSTEM, Kind.TURN), data={"acknowledged": []})
    await AuditRecorder(kept).catch_up(conversation, [turn, silent])
    (entry,) = kept.entries
    assert (entry.kind, entry.actor, entry.at) == ("notice_acknowledged", "customer", turn.at)
    assert entry.data == {
        "notices": [{"id": "fund-risk", "version": "2026-01", "category": "fund"}],
        "reply_to": "1-0",
    }
