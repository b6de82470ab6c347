"""How a message of the log looks in WeChat: one or more texts, the last one with a menu."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.outbox import Cursor
from connectors.plain_text import PlainText
from connectors.wechat.splitting import MAX_BYTES, split
from conversation.message import FileRef, Message


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a menu; its id comes back when it is clicked."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Part:
    """One customer-service message: a text, or a file by the name `text`."""

    text: str
    items: tuple[Item, ...] = ()
    file: FileRef | None = None


def parts_of(message: Message, plain: PlainText, head: int = MAX_BYTES) -> list[Part]:
    """Return what is sent for `message`; texts stay as they are, only cut where they must be.

    `head` is how many bytes of text a menu may have above it.
    """
    items = tuple(
        Item(f"{Cursor.of(message)}/{number}", option.label)
        for number, option in enumerate(message.options)
    )
    text = plain.of(message)
    room = MAX_BYTES - sum(len(f"{item.id}{item.label}".encode()) + 2 for item in items)
    room = min(max(room, MAX_BYTES // 4), head if items else MAX_BYTES)
    parts = [Part(piece) for piece in split(text, room)]
    if parts:
        parts[-1] = replace(parts[-1], items=items)
    return [*parts, *(Part(file.name, file=file) for file in message.files)]


def option_of(identifier: str) -> tuple[Cursor, int] | None:
    """Return which option of which message a menu item's id names, None when it is no such id."""
    place, _, number = identifier.rpartition("/")
    try:
        return Cursor.parse(place), int(number)
    except ValueError:
        return None
