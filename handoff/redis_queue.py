"""`HandoffQueue` on a Redis-protocol server: every step is one script in one hash slot."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conversation.conversation import Reason
from conversation.ports import Place
from conversation.redis_cover import Cover, scripts_of
from conversation.redis_scripts import reachable
from handoff.agents import Agent, AgentState
from handoff.errors import (
    AgentAway,
    AtLimit,
    HandoffError,
    NothingToClaim,
    NotQualified,
    OnBreak,
)
from handoff.queue import PRIORITIES, Claim, Waiting
from handoff.waiting_time import estimate

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from conversation.conversation import Conversation
    from handoff.accounts import Account
    from handoff.routing import Routing

ROOT = "yq:{handoff}"
_FOLDER = Path(__file__).parent / "lua"
_NAMES = (
    *("enqueue", "place", "withdraw", "waiting", "lengths", "claim", "held", "heartbeat"),
    *("present", "renew", "release", "put_back", "reap", "transfer", "assign"),
    *("set_agent", "roster", "offer", "accept", "reroute"),
)
# What somebody acts on; the others ask, or say what is said again within seconds.
_COVERED = {
    *("enqueue", "withdraw", "claim", "release", "put_back", "reap", "transfer", "assign"),
    *("offer", "accept"),
}
_TRIGGER_LENGTH = 80
_REAP_AT_ONCE = 100
_MILLISECOND = timedelta(milliseconds=1)
_REFUSALS: dict[str, type[HandoffError]] = {
    "at_limit": AtLimit,
    "on_break": OnBreak,
    "away": AgentAway,
    "nothing": NothingToClaim,
    "unqualified": NotQualified,
}


class RedisHandoffQueue:
    """The queue's real adapter; the client must decode responses.

    Leases are measured by the server's clock: desks whose clocks differ do not rob each other.
    """

    def __init__(
        self, client: Redis, routing: Routing, *, lease_seconds: float = 90.0, replicas: int = 0
    ) -> None:
        """Work through `client`; a claim lasts `lease_seconds` after its last renewal.

        Who waits and who serves whom is then on `replicas` replicas before it is told.
        """
        self._scripts = scripts_of(
            _FOLDER, _NAMES, lambda name: Cover(client, replicas if name in _COVERED else 0)
        )
        self._routing = routing
        self._lease = int(lease_seconds * 1000)

    async def enqueue(self, conversation: Conversation) -> Place:
        """See `HandoffQueue.enqueue`."""
        handoff = conversation.handoff
        reason = handoff.reason if handoff else Reason.HUMAN
        target = self._routing.of(conversation)
        row = await self._run(
            "enqueue",
            conversation.id,
            conversation.epoch,
            target.group,
            target.priority,
            self._routing.aging.offset(target.priority),
            reason.value,
            handoff.trigger[:_TRIGGER_LENGTH] if handoff else "",
            conversation.customer.channel,
        )
        return self._place(row)

    async def place(self, conversation_id: str) -> Place | None:
        """See `HandoffQueue.place`."""
        row = await self._run("place", conversation_id)
        return self._place(row) if row else None

    def _place(self, row: list[Any]) -> Place:
        group, priority, position, ages = row
        seconds = [int(age) / 1000 for age in ages.split(",") if age]
        wait = estimate(int(position), seconds)
        opens = self._routing.hours.opens(group, datetime.now(UTC))
        return Place(group, int(priority), int(position), opens, wait)

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
        *,
        barred: Collection[str] = (),
    ) -> Claim | None:
        """See `HandoffQueue.claim`."""
        without = ",".join(sorted(barred))
        try:
            return await self._granted(
                "claim", agent_id, limit, self._lease, conversation_id or "", without, *groups
            )
        except NothingToClaim:
            return None

    async def transfer(self, claim: Claim, group: str, epoch: int) -> bool:
        """See `HandoffQueue.transfer`."""
        moved = await self._run("transfer", claim.conversation_id, claim.fence, group, epoch)
        return bool(moved)

    async def reroute(self, conversation_id: str, group: str, to: str) -> bool:
        """See `HandoffQueue.reroute`."""
        return bool(await self._run("reroute", conversation_id, group, to))

    async def assign(self, conversation_id: str, fence: int, agent_id: str, by: str) -> Claim:
        """See `HandoffQueue.assign`."""
        return await self._granted("assign", conversation_id, fence, agent_id, by, self._lease)

    async def offer(self, patience: Mapping[str, timedelta]) -> Claim | None:
        """See `HandoffQueue.offer`."""
        pairs: list[str | int] = []
        for group, wait in patience.items():
            pairs += [group, wait // _MILLISECOND]
        try:
            return await self._granted("offer", self._lease, *pairs)
        except NothingToClaim:
            return None

    async def accept(self, claim: Claim) -> Claim:
        """See `HandoffQueue.accept`."""
        return await self._granted("accept", claim.conversation_id, claim.fence, self._lease)

    async def _granted(self, name: str, *arguments: str | float) -> Claim:
        status, *rest = await self._run(name, *arguments)
        if status in _REFUSALS:
            raise _REFUSALS[status]
        return _claim(rest[0])

    async def held(self, agent_id: str | None = None) -> list[Claim]:
        """See `HandoffQueue.held`."""
        return _claims(await self._run("held", agent_id or ""))

    async def heartbeat(self, account: Account) -> None:
        """See `HandoffQueue.heartbeat`."""
        barred = self._routing.barred(account, datetime.now(UTC))
        await self._run(
            *("heartbeat", account.login, self._lease, account.name),
            *(json.dumps(sorted(account.groups)), account.load_limit, json.dumps(sorted(barred))),
        )

    async def set_state(self, agent_id: str, state: AgentState) -> None:
        """See `HandoffQueue.set_state`."""
        await self._run("set_agent", agent_id, "state", state.value)

    async def set_limit(self, agent_id: str, limit: int) -> None:
        """See `HandoffQueue.set_limit`."""
        await self._run("set_agent", agent_id, "limit", limit)

    async def roster(self) -> list[Agent]:
        """See `HandoffQueue.roster`."""
        rows = await self._run("roster", self._lease)
        return sorted((_agent(row) for row in rows), key=lambda agent: agent.login)

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
    identifier, group, agent, fence, expires, priority, reason, since, offered = row
    return Claim(
        *(identifier, group, agent, int(fence), _moment(expires)),
        *(int(priority), reason, _moment(since), bool(offered)),
    )


def _agent(row: list[Any]) -> Agent:
    login, name, groups, limit, load, state, barred = row
    return Agent(
        *(login, name, frozenset(json.loads(groups)), int(limit), int(load), AgentState(state)),
        frozenset(json.loads(barred)),
    )


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(float(milliseconds) / 1000, UTC)
