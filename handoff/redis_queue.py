"""`HandoffQueue` on a Redis-protocol server: every step is one script in one hash slot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conversation.conversation import Reason
from conversation.ports import Place
from conversation.redis_scripts import reachable
from handoff.errors import AtLimit
from handoff.queue import PRIORITIES, Claim, Waiting

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from conversation.conversation import Conversation
    from handoff.routing import Routing

ROOT = "yq:{handoff}"
_FOLDER = Path(__file__).parent / "lua"
_NAMES = (
    *("enqueue", "place", "withdraw", "waiting", "lengths", "claim", "held", "heartbeat"),
    *("present", "renew", "release", "put_back", "reap"),
)
_TRIGGER_LENGTH = 80
_REAP_AT_ONCE = 100


class RedisHandoffQueue:
    """The queue's real adapter; the client must decode responses.

    Leases are measured by the server's clock: desks whose clocks differ do not rob each other.
    """

    def __init__(self, client: Redis, routing: Routing, *, lease_seconds: float = 90.0) -> None:
        """Work through `client`; a claim lasts `lease_seconds` after its last renewal."""
        prelude = (_FOLDER / "prelude.lua").read_text("utf-8")
        self._scripts = {
            name: client.register_script(prelude + (_FOLDER / f"{name}.lua").read_text("utf-8"))
            for name in _NAMES
        }
        self._routing = routing
        self._lease = int(lease_seconds * 1000)

    async def enqueue(self, conversation: Conversation) -> Place:
        """See `HandoffQueue.enqueue`."""
        handoff = conversation.handoff
        reason = handoff.reason if handoff else Reason.HUMAN
        target = self._routing.target(reason)
        row = await self._run(
            "enqueue",
            conversation.id,
            conversation.epoch,
            target.group,
            target.priority,
            reason.value,
            handoff.trigger[:_TRIGGER_LENGTH] if handoff else "",
            conversation.customer.channel,
        )
        return _place(row)

    async def place(self, conversation_id: str) -> Place | None:
        """See `HandoffQueue.place`."""
        row = await self._run("place", conversation_id)
        return _place(row) if row else None

    async def withdraw(self, conversation_id: str) -> None:
        """See `HandoffQueue.withdraw`."""
        await self._run("withdraw", conversation_id)

    async def waiting(self, group: str | None = None, limit: int = 100) -> list[Waiting]:
        """See `HandoffQueue.waiting`."""
        return [_waiting(row) for row in await self._run("waiting", group or "", limit)]

    async def lengths(self) -> dict[int, int]:
        """See `HandoffQueue.lengths`."""
        counts = await self._run("lengths", PRIORITIES)
        return {at: count for at, count in enumerate(counts, start=1) if count}

    async def claim(
        self,
        agent_id: str,
        groups: Sequence[str],
        limit: int,
        conversation_id: str | None = None,
    ) -> Claim | None:
        """See `HandoffQueue.claim`."""
        status, *rest = await self._run(
            "claim", agent_id, limit, self._lease, conversation_id or "", *groups
        )
        if status == "at_limit":
            raise AtLimit
        return _claim(rest[0]) if status == "ok" else None

    async def held(self, agent_id: str | None = None) -> list[Claim]:
        """See `HandoffQueue.held`."""
        return _claims(await self._run("held", agent_id or ""))

    async def heartbeat(self, agent_id: str) -> None:
        """See `HandoffQueue.heartbeat`."""
        await self._run("heartbeat", agent_id, self._lease)

    async def present(self) -> list[str]:
        """See `HandoffQueue.present`."""
        return sorted(await self._run("present", self._lease))

    async def renew(self, agent_id: str) -> list[Claim]:
        """See `HandoffQueue.renew`."""
        return _claims(await self._run("renew", agent_id, self._lease))

    async def release(self, claim: Claim) -> bool:
        """See `HandoffQueue.release`."""
        return bool(await self._run("release", claim.conversation_id, claim.fence))

    async def put_back(self, claim: Claim) -> bool:
        """See `HandoffQueue.put_back`."""
        return bool(await self._run("put_back", claim.conversation_id, claim.fence))

    async def reap(self) -> list[Claim]:
        """See `HandoffQueue.reap`."""
        return _claims(await self._run("reap", _REAP_AT_ONCE))

    async def _run(self, name: str, *arguments: str | float) -> Any:
        async with reachable():
            return await self._scripts[name](keys=[ROOT], args=arguments)


def _place(row: list[Any]) -> Place:
    group, priority, position = row
    return Place(group, int(priority), int(position))


def _waiting(row: list[Any]) -> Waiting:
    identifier, group, priority, position, reason, since, trigger, channel = row
    return Waiting(
        *(identifier, group, int(priority), int(position), reason, _moment(since)),
        trigger=trigger,
        channel=channel,
    )


def _claims(rows: list[list[Any]]) -> list[Claim]:
    return sorted((_claim(row) for row in rows), key=lambda claim: claim.fence)


def _claim(row: list[Any]) -> Claim:
    identifier, group, agent, fence, expires, priority, reason, since = row
    return Claim(
        *(identifier, group, agent, int(fence), _moment(expires)),
        *(int(priority), reason, _moment(since)),
    )


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(float(milliseconds) / 1000, UTC)
