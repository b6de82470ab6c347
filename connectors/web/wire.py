"""What travels between the gateway and the widget; the shapes are the public web protocol."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.ingress import MAX_CLIENT_ID
from connectors.outbox import Cursor, Status
from conversation.conversation import Owner
from conversation.message import Message
from conversation.utterances import minutes_of


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SessionIn(_Strict):
    """Asks for a token; an old one keeps the visitor, the bank's word makes them known."""

    token: str | None = Field(default=None, max_length=4096)
    identity: str | None = Field(default=None, max_length=4096)


class SessionOut(BaseModel):
    """A token and how long it is valid, in seconds; whether it stands for a known customer."""

    token: str
    expires_in: int
    identified: bool = False


class MessageIn(_Strict):
    """A customer message under the client's own id: sending it again is harmless.

    `large_text`: the chat is shown in large text; a person is then called sooner.
    """

    client_id: str = Field(min_length=1, max_length=MAX_CLIENT_ID)
    text: str
    large_text: bool = False


class AcceptedOut(BaseModel):
    """An accepted message."""

    client_id: str
    cursor: str


class NoticeOut(BaseModel):
    """Which risk notice a card shows."""

    id: str
    version: str
    title: str
    alone: bool = False
    """It does not share a card with other notices."""


class SourceOut(BaseModel):
    """Which article an answer quotes."""

    id: str
    title: str
    source: str
    valid_until: str = ""
    """The last day in force, ISO 8601; empty when it has none."""


class OptionOut(BaseModel):
    """A quick reply."""

    label: str
    text: str


class FileOut(BaseModel):
    """A file; read it at /api/files/ and its id."""

    id: str
    name: str
    type: str
    size: int


class MessageOut(BaseModel):
    """One message as the customer sees it."""

    cursor: str
    sender: str
    kind: str
    text: str
    at: str
    name: str = ""
    notice: NoticeOut | None = None
    sources: list[SourceOut] = []
    options: list[OptionOut] = []
    files: list[FileOut] = []
    client_id: str | None = None
    reply_to: str | None = None


class StateOut(BaseModel):
    """Who owns the conversation and where the customer stands."""

    owner: Owner
    agent: str
    position: int | None
    busy: bool
    wait_minutes: int | None = None
    """An estimate of the wait; null when it would be a guess."""
    opens: str | None = None
    """When people serve again, ISO 8601; null while they do."""
    typing: bool = False
    """Whether the agent is typing."""
    read: str | None = None
    """Cursor of the last message that the agent has read; null while no agent serves."""


class MessagesOut(BaseModel):
    """What is new since a cursor."""

    messages: list[MessageOut]
    state: StateOut


class ErrorBody(BaseModel):
    """What went wrong: a stable code, a sentence for the customer, the fields concerned.

    `retry_after`: seconds after which the same request may succeed.
    """

    code: str
    message: str
    fields: list[str] = []
    retry_after: int | None = None


class ErrorOut(BaseModel):
    """Every answer that is not a success."""

    error: ErrorBody


class HelloFrame(_Strict):
    """First frame of a stream."""

    type: Literal["hello"]
    token: str
    after: str | None = None


class SendFrame(MessageIn):
    """A customer message on the stream."""

    type: Literal["send"]


class TypingFrame(_Strict):
    """The customer is typing; worth a frame every few seconds."""

    type: Literal["typing"]


class ReadFrame(_Strict):
    """The customer has everything up to this cursor before their eyes."""

    type: Literal["read"]
    cursor: str = Field(max_length=64)


class PingFrame(_Strict):
    """Keeps a quiet stream open."""

    type: Literal["ping"]


def message_out(message: Message) -> MessageOut:
    """Show a message to its customer."""
    cursor = Cursor.of(message)
    return MessageOut(
        cursor=str(cursor),
        sender=message.sender.value,
        kind=message.kind.value,
        text=message.text,
        at=message.at.isoformat(),
        name=message.sender_name if message.sender == "agent" else "",
        notice=NoticeOut(id=n.id, version=n.version, title=n.title, alone=n.alone)
        if (n := message.notice)
        else None,
        sources=[
            SourceOut(id=s.id, title=s.title, source=s.source, valid_until=s.valid_until)
            for s in message.sources
        ],
        options=[OptionOut(label=o.label, text=o.text) for o in message.options],
        files=[FileOut(id=f.id, name=f.name, type=f.type, size=f.size) for f in message.files],
        client_id=message.client_id,
        reply_to=f"{cursor.number}:{message.reply_to}" if message.reply_to else None,
    )


def state_out(status: Status) -> StateOut:
    """Show the state to the customer."""
    place = status.place
    return StateOut(
        owner=status.owner,
        agent=status.agent,
        position=place.position if place else None,
        busy=status.busy,
        wait_minutes=minutes_of(place.wait) if place and place.wait is not None else None,
        opens=place.opens.isoformat() if place and place.opens else None,
        typing=status.typing,
        read=str(status.read) if status.read else None,
    )


def turn_frame(message: Message) -> dict[str, Any]:
    """Show a turn record to a diagnosis."""
    number = Cursor.of(message).number
    return {"type": "turn", "turn": {**message.data, "reply_to": f"{number}:{message.reply_to}"}}


def handoff_frame(status: Status) -> dict[str, Any]:
    """Show the handoff to a diagnosis; null while the queue does not have it."""
    place = status.place
    handoff = place and {
        "reason": status.reason,
        "priority": place.priority,
        "group": place.group,
        "position": place.position,
    }
    return {"type": "handoff", "owner": status.owner.value, "handoff": handoff}
