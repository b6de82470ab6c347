"""How domain objects lie in the store: compact JSON, defaults left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from conversation.approved import Approved
from conversation.conversation import Conversation, Customer, Handoff, Owner, Stage
from conversation.message import Draft, Kind, Message, Note, NoticeRef, Sender
from conversation.turn import TurnRecord

_MESSAGE = TypeAdapter(Message)
_DRAFT = TypeAdapter(Draft)
_HANDOFF = TypeAdapter(Handoff)
_NOTICE = TypeAdapter(NoticeRef)
_RECORD = TypeAdapter(TurnRecord)


def message_of_body(conversation_id: str, entry_id: str, body: str | bytes) -> Message:
    """Read a log entry."""
    return _MESSAGE.validate_python(
        {"id": entry_id, "conversation_id": conversation_id, **json.loads(body)}
    )


def body_of_message(message: Message) -> str:
    """Write a log entry; the id and the conversation are the entry's own place."""
    return _MESSAGE.dump_json(
        message, exclude={"id", "conversation_id"}, exclude_defaults=True
    ).decode()


def messages_of_approved(approved: Approved, reply_to: str | None = None) -> list[Message]:
    """Return the approved drafts as messages that have no id yet."""
    return [
        Message(
            id="",
            conversation_id=approved.conversation_id,
            sender=approved.author.sender,
            sender_name=approved.author.name,
            kind=draft.kind,
            text=draft.text,
            notice=draft.notice,
            sources=draft.sources,
            options=draft.options,
            files=draft.files,
            reply_to=reply_to,
            data={"released": list(draft.released)} if draft.released else {},
        )
        for draft in approved.messages
    ]


def record_message(conversation_id: str, record: TurnRecord, reply_to: str) -> Message:
    """Return the turn record as a staff-only log entry that has no id yet."""
    return Message(
        id="",
        conversation_id=conversation_id,
        sender=Sender.SYSTEM,
        kind=Kind.TURN,
        text="",
        reply_to=reply_to,
        data=_RECORD.dump_python(record, mode="json"),
    )


def note_message(conversation_id: str, note: Note) -> Message:
    """Return a private note as a staff-only log entry that has no id yet."""
    facts = {"event": "note", "by": note.by, "name": note.name, "text": note.text}
    if note.to:
        facts["for"] = note.to
    return Message("", conversation_id, Sender.SYSTEM, Kind.EVENT, "", data=dict(facts))


def handoff_to_json(handoff: Handoff) -> str:
    """Write a handoff."""
    return _HANDOFF.dump_json(handoff).decode()


def handoff_from_json(text: str | bytes) -> Handoff:
    """Read a handoff."""
    return _HANDOFF.validate_json(text)


def notice_from_json(text: str | bytes) -> NoticeRef:
    """Read a notice reference."""
    return _NOTICE.validate_json(text)


def notices_to_json(notices: tuple[NoticeRef, ...]) -> str:
    """Write notice references as a JSON array."""
    return json.dumps([_NOTICE.dump_python(n) for n in notices], ensure_ascii=False)


def draft_from_dict(data: dict[str, Any]) -> Draft:
    """Read a draft from plain data; raises ValueError on anything else."""
    return _DRAFT.validate_python(data)


def conversation_of_hashes(
    identifier: str, state: Mapping[str, str], notices: Mapping[str, str]
) -> Conversation:
    """Read a conversation from the two hashes in which it lies."""

    def moment(field: str) -> datetime:
        return datetime.fromtimestamp(int(state[field]) / 1000, UTC)

    handoff = state.get("handoff")
    return Conversation(
        id=identifier,
        customer=Customer(state["channel"], state["customer"], json.loads(state["profile"])),
        owner=Owner(state["owner"]),
        epoch=int(state["epoch"]),
        opened_at=moment("opened"),
        active_at=moment("active"),
        stage=Stage(state["stage"]),
        agent=state.get("agent") or None,
        agent_name=state.get("agent_name", ""),
        fence=int(state.get("fence", 0)),
        handoff=handoff_from_json(handoff) if handoff else None,
        enqueued=state.get("enqueued") == "1",
        closed_by=state.get("closed_by", ""),
        notices={key: notice_from_json(text) for key, text in notices.items()},
        audited_to=state.get("audited", "0-0"),
        asking=state.get("asking", ""),
        alarmed=state.get("alarmed") == "1",
    )
