"""The shapes of Rasa's channels, and who is meant by a session id that a client chose."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

from connectors.plain_text import PlainText
from connectors.web.wire import message_out
from conversation.message import Message, Sender

_COMMAND = re.compile(r"/[A-Za-z_]\w*(\{.*\})?", re.DOTALL)


def is_shown(message: Message) -> bool:
    """Whether a client shows it: what customers write, clients show by themselves."""
    return message.for_customer and message.sender is not Sender.CUSTOMER


def is_command(text: str) -> bool:
    """Whether it is Rasa's notation for an intent: clients send one on opening (`initPayload`)."""
    return bool(_COMMAND.fullmatch(text.strip()))


def session_of(session_id: object) -> str | None:
    """Return a session id as it is compared; None for one that others could guess.

    Whoever knows a session id reads the conversation, so only a UUID is one.
    """
    try:
        return uuid.UUID(session_id).hex if isinstance(session_id, str) else None
    except ValueError:
        return None


def hidden(session: str) -> str:
    """Return the customer id of a session: what is stored does not tell how to get in."""
    return hashlib.blake2b(session.encode(), digest_size=16).hexdigest()


def bot_uttered(message: Message, plain: PlainText) -> dict[str, Any]:
    """Return a `bot_uttered` event. No other keys: clients tell kinds of messages by them."""
    shown: dict[str, Any] = {"text": plain.of(message)}
    if message.options:
        shown["quick_replies"] = [
            {"content_type": "text", "title": option.label, "payload": option.text}
            for option in message.options
        ]
    return {**shown, "metadata": _details(message)}


def rest_reply(recipient: str, message: Message, plain: PlainText) -> dict[str, Any]:
    """Return one entry of the REST channel's answer."""
    shown: dict[str, Any] = {"recipient_id": recipient, "text": plain.of(message)}
    if message.options:
        shown["buttons"] = [
            {"title": option.label, "payload": option.text} for option in message.options
        ]
    return {**shown, "metadata": _details(message)}


def _details(message: Message) -> dict[str, Any]:
    """Return what clients of our own may want to know; others ignore it."""
    return message_out(message).model_dump(mode="json", exclude={"text", "options"})
