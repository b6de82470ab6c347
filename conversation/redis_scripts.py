"""The Lua scripts and the keys they work on; every key of a customer lies in one hash slot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from conversation.conversation import split_id
from conversation.errors import (
    Busy,
    Closed,
    ConversationError,
    LeaseLost,
    NoticeMissing,
    OwnerChanged,
    StoreUnavailable,
    UnknownConversation,
)
from conversation.redis_cover import Cover, scripts_of

_FOLDER = Path(__file__).parent / "lua"
_NAMES = (
    *("open", "accept", "begin", "commit", "send", "own", "release", "renew", "expire"),
    *("note", "mark"),
)
# What only its own worker or screen knows of: when it is lost it is taken or told again.
_UNCOVERED = {"begin", "renew", "release", "mark"}
_REFUSALS: dict[str, type[ConversationError]] = {
    "lease_lost": LeaseLost,
    "owner_changed": OwnerChanged,
    "closed": Closed,
    "notice_missing": NoticeMissing,
    "busy": Busy,
    "unknown": UnknownConversation,
}


def customer_key(tag: str) -> str:
    """Return the key of the customer's own hash."""
    return f"yq:{{{tag}}}:customer"


def seen_key(tag: str, client_id: str) -> str:
    """Return the key that remembers a channel's message id."""
    return f"yq:{{{tag}}}:seen:{client_id}"


def part_key(conversation_id: str, part: str) -> str:
    """Return the key of one part (state, log, mailbox, notices, lease) of a conversation."""
    tag, number = split_id(conversation_id)
    return f"yq:{{{tag}}}:{number}:{part}"


def wake_channel(tag: str) -> str:
    """Return the channel on which a customer's followers are woken."""
    return f"yq:{{{tag}}}:wake"


@asynccontextmanager
async def reachable() -> AsyncIterator[None]:
    """Turn whatever the client raises into `StoreUnavailable`."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable from error


class Scripts:
    """Runs the scripts and turns a refusal into its error."""

    def __init__(self, client: Redis, replicas: int = 0) -> None:
        """Read the scripts; `replicas` have what they change before it is acknowledged."""
        self._scripts = scripts_of(
            _FOLDER, _NAMES, lambda name: Cover(client, 0 if name in _UNCOVERED else replicas)
        )

    async def run(
        self, name: str, conversation_id: str, *arguments: Any, extra: Sequence[str] = ()
    ) -> tuple[str, list[Any]]:
        """Run one script on one conversation; return (status, rest). Raises a refusal's error."""
        tag, _ = split_id(conversation_id)
        parts = ("state", "log", "mailbox", "notices", "lease")
        keys = [customer_key(tag), *(part_key(conversation_id, part) for part in parts), *extra]
        async with reachable():
            status, *rest = await self._scripts[name](
                keys=keys, args=[wake_channel(tag), *arguments]
            )
        if status in _REFUSALS:
            raise _REFUSALS[status]
        return status, rest
