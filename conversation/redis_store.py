"""The live store on a Redis-protocol server (Valkey, Redis; standalone or cluster).

The client must decode responses. Each state change is one Lua script in the customer's slot.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

from conversation import codec
from conversation.approved import Approved, Author, Seal
from conversation.conversation import (
    Conversation,
    Customer,
    Handoff,
    Owner,
    Stage,
    conversation_id,
)
from conversation.errors import LeaseLost, NotApproved
from conversation.message import Message, Note, Sender
from conversation.ports import Accepted, Incoming
from conversation.redis_reading import RedisReading
from conversation.redis_scripts import Scripts, part_key, reachable, seen_key
from conversation.turn import Lease, Pending, TurnRecord

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from conversation.redis_wake import Wake


class RedisConversations(RedisReading):
    """`Conversations` on a Redis-protocol server."""

    def __init__(  # noqa: PLR0913 - the limits are settings with defaults
        self,
        client: Redis,
        seal: Seal,
        wake: Wake,
        *,
        lease_seconds: float = 10.0,
        seen_seconds: int = 3 * 86_400,
        mailbox_limit: int = 100,
        replicas: int = 0,
    ) -> None:
        """Work through `client`; take only what was approved under `seal`.

        What is acknowledged is then on `replicas` replicas, too.
        """
        super().__init__(client)
        self._seal = seal
        self._wake = wake
        self._scripts = Scripts(client, replicas)
        self._lease_seconds = lease_seconds
        self._seen_seconds = seen_seconds
        self._mailbox_limit = mailbox_limit

    async def open(self, customer: Customer) -> Conversation:
        """See `Conversations.open`."""
        while True:
            number = await self._latest(customer)
            latest = await self._held(customer, number)
            if latest is not None and latest.owner is not Owner.CLOSED:
                return latest
            number += 1
            opened = conversation_id(customer.key, number)
            before = conversation_id(customer.key, max(number - 1, 1))
            await self._scripts.run(
                "open",
                opened,
                number,
                customer.channel,
                customer.id,
                json.dumps(customer.profile, ensure_ascii=False),
                extra=[part_key(before, "state")],
            )

    async def accept(self, customer: Customer, incoming: Incoming) -> Accepted:
        """See `Conversations.accept`."""
        seen = seen_key(customer.key, incoming.client_id)
        while True:
            number = await self._latest(customer)
            current = conversation_id(customer.key, max(number, 1))
            message = Message(
                id="",
                conversation_id=current,
                sender=Sender.CUSTOMER,
                kind=incoming.kind,
                text=incoming.text,
                files=incoming.files,
                client_id=incoming.client_id,
                data=incoming.data,
            )
            status, rest = await self._scripts.run(
                "accept",
                current,
                number,
                codec.body_of_message(message),
                self._seen_seconds,
                self._mailbox_limit,
                extra=[seen],
            )
            if status == "ok":
                return Accepted(current, rest[0], duplicate=False)
            if status == "duplicate":
                held, entry = rest[0].split("|")
                return Accepted(conversation_id(customer.key, int(held)), entry, duplicate=True)
            await self.open(customer)

    async def acquire(self, conversation_id: str) -> Lease | None:
        """See `Conversations.acquire`."""
        token = secrets.token_hex(16)
        async with reachable():
            taken = await self._client.set(
                part_key(conversation_id, "lease"),
                token,
                nx=True,
                px=int(self._lease_seconds * 1000),
            )
        return Lease(conversation_id, token, self._lease_seconds) if taken else None

    async def renew(self, lease: Lease) -> bool:
        """See `Conversations.renew`."""
        try:
            await self._scripts.run(
                "renew", lease.conversation_id, lease.token, int(lease.ttl * 1000)
            )
        except LeaseLost:
            return False
        return True

    async def begin(self, lease: Lease) -> Pending | None:
        """See `Conversations.begin`."""
        status, rest = await self._scripts.run("begin", lease.conversation_id, lease.token)
        if status == "empty":
            return None
        head, attempts, body = rest
        return Pending(codec.message_of_body(lease.conversation_id, head, body), int(attempts))

    async def commit(  # noqa: PLR0913 - one fenced step, every argument is part of it
        self,
        lease: Lease,
        head: str,
        approved: Approved | None,
        record: TurnRecord,
        *,
        handoff: Handoff | None = None,
        stage: Stage | None = None,
        asking: str | None = None,
        leaves: bool = False,
    ) -> list[Message]:
        """See `Conversations.commit`."""
        said = self._sealed(lease.conversation_id, approved, head)
        noted = codec.record_message(lease.conversation_id, record, head)
        author = approved.author if approved else Author(Sender.SYSTEM, 0)
        _, ids = await self._scripts.run(
            "commit",
            lease.conversation_id,
            lease.token,
            head,
            author.sender.value,
            author.epoch,
            author.id,
            _bodies(said),
            codec.notices_to_json(approved.requires if approved else ()),
            codec.body_of_message(noted),
            codec.handoff_to_json(handoff) if handoff else "",
            stage.value if stage else "",
            "" if asking is None else f"={asking}",
            "leaves" if leaves else "",
        )
        return _numbered([*said, noted], ids)

    async def release(self, lease: Lease) -> bool:
        """See `Conversations.release`."""
        status, _ = await self._scripts.run("release", lease.conversation_id, lease.token, "")
        return status == "ok"

    async def abandon(self, lease: Lease) -> None:
        """See `Conversations.abandon`."""
        await self._scripts.run("release", lease.conversation_id, lease.token, "force")

    async def send(self, approved: Approved, *, once: str = "") -> list[Message]:
        """See `Conversations.send`."""
        return await self._say(approved, once=once)

    async def mark_enqueued(
        self, conversation_id: str, approved: Approved, *, asking: str = ""
    ) -> list[Message]:
        """See `Conversations.mark_enqueued`."""
        self._sealed(conversation_id, approved, None)
        return await self._say(approved, mark="enqueued", asking=asking)

    async def leave(self, approved: Approved) -> list[Message]:
        """See `Conversations.leave`."""
        return await self._say(approved, mark="leaves")

    async def _say(
        self, approved: Approved, *, mark: str = "", asking: str = "", once: str = ""
    ) -> list[Message]:
        said = self._sealed(approved.conversation_id, approved, None)
        author = approved.author
        _, ids = await self._scripts.run(
            "send",
            approved.conversation_id,
            author.sender.value,
            author.epoch,
            author.id,
            _bodies(said),
            codec.notices_to_json(approved.requires),
            mark,
            asking,
            once,
        )
        return _numbered(said, ids)

    async def note(self, conversation_id: str, note: Note) -> Message:
        """See `Conversations.note`."""
        noted = codec.note_message(conversation_id, note)
        _, ids = await self._scripts.run("note", conversation_id, codec.body_of_message(noted))
        return _numbered([noted], ids)[0]

    async def request_handoff(self, conversation_id: str, epoch: int, handoff: Handoff) -> int:
        """See `Conversations.request_handoff`."""
        return await self._own(
            conversation_id, "queue", epoch, handoff=codec.handoff_to_json(handoff)
        )

    async def take_over(self, conversation_id: str, agent: Author, fence: int) -> int:
        """See `Conversations.take_over`."""
        return await self._own(
            conversation_id, "take_over", 0, by=agent.id, name=agent.name, fence=fence
        )

    async def give_back(self, conversation_id: str, epoch: int, to: Owner) -> int:
        """See `Conversations.give_back`."""
        return await self._own(conversation_id, to.value, epoch)

    async def close(self, conversation_id: str, epoch: int, by: str) -> int:
        """See `Conversations.close`."""
        return await self._own(conversation_id, "closed", epoch, by=by)

    async def _own(  # noqa: PLR0913 - the script's own arguments
        self,
        conversation_id: str,
        move: str,
        epoch: int,
        *,
        by: str = "",
        name: str = "",
        fence: int = 0,
        handoff: str = "",
    ) -> int:
        _, rest = await self._scripts.run(
            "own", conversation_id, move, epoch, by, name, fence, handoff
        )
        return int(rest[0])

    async def note_audited(self, conversation_id: str, upto: str) -> None:
        """See `Conversations.note_audited`."""
        async with reachable():
            await self._client.hset(part_key(conversation_id, "state"), "audited", upto)

    async def expire(self, conversation_id: str, after: timedelta) -> None:
        """See `Conversations.expire`."""
        await self._scripts.run("expire", conversation_id, int(after.total_seconds() * 1000))

    def follow(self, customer_key: str) -> AsyncIterator[None]:
        """See `Conversations.follow`."""
        return self._wake.follow(customer_key)

    def _sealed(
        self, conversation_id: str, approved: Approved | None, reply_to: str | None
    ) -> list[Message]:
        if approved is None:
            return []
        if approved.seal is not self._seal or approved.conversation_id != conversation_id:
            raise NotApproved
        return codec.messages_of_approved(approved, reply_to)


def _bodies(messages: list[Message]) -> str:
    return json.dumps([codec.body_of_message(message) for message in messages])


def _numbered(messages: list[Message], ids: list[str]) -> list[Message]:
    # What is said once only appends nothing when repeated, and answers no ids.
    return [
        codec.message_of_body(message.conversation_id, entry, codec.body_of_message(message))
        for message, entry in zip(messages, ids, strict=False)
    ]
