"""`HandoffQueue` in a dictionary: the double for tests and trials in one process.

It passes the same contract suite as `RedisHandoffQueue`. Nothing awaits inside a step, so each
is as atomic as a script on the server.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conversation.conversation import Reason, split_id
from conversation.ports import Place
from handoff.errors import AtLimit, NothingToClaim, NotQualified, OnBreak
from handoff.memory_entry import Entry
from handoff.memory_roster import MemoryRoster
from handoff.queue import EVERY, Claim, Waiting
from handoff.waiting_time import LOOKED_AT, estimate

if TYPE_CHECKING:
    from conversation.conversation import Conversation
    from handoff.accounts import Account
    from handoff.agents import Agent, AgentState
    from handoff.routing import Routing

_TRIGGER_LENGTH = 80


def _system_clock() -> datetime:
    return datetime.now(UTC)


class MemoryHandoffQueue:
    """The queue in one process."""

    def __init__(
        self,
        routing: Routing,
        clock: Callable[[], datetime] = _system_clock,
        *,
        lease_seconds: float = 90.0,
    ) -> None:
        """Read the time from `clock`; a claim lasts `lease_seconds` after its last renewal."""
        self._routing = routing
        self._clock = clock
        self._lease = timedelta(seconds=lease_seconds)
        self._entries: dict[str, Entry] = {}
        self._agents = MemoryRoster(clock, self._lease, self._load, routing.barred)
        self._last: dict[str, str] = {}
        self._arrival = 0
        self._pace: defaultdict[str, deque[datetime]]
        self._pace = defaultdict(lambda: deque(maxlen=LOOKED_AT))
        self._fences = itertools.count(1)

    async def enqueue(self, conversation: Conversation) -> Place:
        """See `HandoffQueue.enqueue`."""
        before = self._entries.get(conversation.id)
        if before is None or conversation.epoch > before.epoch:
            self._entries[conversation.id] = self._entry(conversation, before)
        return self._place(conversation.id)

    def _entry(self, conversation: Conversation, before: Entry | None) -> Entry:
        handoff = conversation.handoff
        reason = handoff.reason if handoff else Reason.HUMAN
        target = self._routing.of(conversation)
        keeps = before if before and before.waits else None
        arrival = keeps.arrival if keeps else self._arrive()
        return Entry(
            epoch=conversation.epoch,
            group=target.group,
            priority=target.priority,
            arrival=arrival,
            score=self._routing.aging.score(target.priority, arrival),
            reason=reason.value,
            since=keeps.since if keeps else self._clock(),
            trigger=handoff.trigger[:_TRIGGER_LENGTH] if handoff else "",
            channel=conversation.customer.channel,
        )

    def _arrive(self) -> int:
        """Return the time in milliseconds; of two who come at once the first is the earlier."""
        self._arrival = max(int(self._clock().timestamp() * 1000), self._arrival + 1)
        return self._arrival

    async def place(self, conversation_id: str) -> Place | None:
        """See `HandoffQueue.place`."""
        entry = self._entries.get(conversation_id)
        return self._place(conversation_id) if entry and entry.waiting_or_offered else None

    async def withdraw(self, conversation_id: str) -> None:
        """See `HandoffQueue.withdraw`."""
        entry = self._entries.get(conversation_id)
        if entry and entry.waiting_or_offered:
            self._drop(entry)
            entry.served = True

    async def waiting(self, group: str | None = None, limit: int = 100) -> list[Waiting]:
        """See `HandoffQueue.waiting`."""
        return [
            Waiting(
                *(identifier, entry.group, entry.priority, self._place(identifier).position),
                *(entry.reason, entry.since, entry.trigger, entry.channel),
            )
            for identifier, entry in self._line(group)[:limit]
        ]

    async def lengths(self) -> dict[int, int]:
        """See `HandoffQueue.lengths`."""
        return dict(Counter(entry.priority for _, entry in self._line(None)))

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
        if self._agents.on_break(agent_id):
            raise OnBreak
        if self._load(agent_id) >= limit:
            raise AtLimit
        for identifier, entry in self._line(None):
            served = entry.group in groups or EVERY in groups
            if not served or conversation_id not in {None, identifier}:
                continue
            if entry.group not in barred:
                return self._grant(identifier, entry, agent_id)
            if conversation_id:
                raise NotQualified
        return None

    async def transfer(self, claim: Claim, group: str, epoch: int) -> bool:
        """See `HandoffQueue.transfer`."""
        entry = self._owned(claim)
        if entry:
            self._drop(entry)
            entry.group, entry.epoch = group, epoch
        return entry is not None

    async def reroute(self, conversation_id: str, group: str, to: str) -> bool:
        """See `HandoffQueue.reroute`."""
        entry = self._entries.get(conversation_id)
        if entry is None or not entry.waits or entry.group != group:
            return False
        entry.group = to
        return True

    async def assign(self, conversation_id: str, fence: int, agent_id: str, by: str) -> Claim:
        """See `HandoffQueue.assign`."""
        entry = self._entries.get(conversation_id)
        if entry is None or entry.served or (entry.claim.fence if entry.claim else 0) != fence:
            raise NothingToClaim
        if entry.claim and entry.claim.agent == agent_id and not entry.claim.offered:
            return entry.claim
        self._agents.check(agent_id, entry.group, by)
        return self._grant(conversation_id, entry, agent_id)

    def _grant(self, identifier: str, entry: Entry, agent_id: str) -> Claim:
        if entry.waiting_or_offered:
            self._pace[entry.group].append(self._clock())
        self._last[split_id(identifier)[0]] = agent_id
        return self._give(identifier, entry, agent_id)

    def _give(
        self, identifier: str, entry: Entry, agent_id: str, patience: timedelta | None = None
    ) -> Claim:
        self._drop(entry)
        until = self._clock() + (self._lease if patience is None else patience)
        entry.claim = Claim(
            *(identifier, entry.group, agent_id, next(self._fences), until),
            *(entry.priority, entry.reason, entry.since),
            offered=patience is not None,
        )
        self._agents.note_idle(agent_id)
        return entry.claim

    def _drop(self, entry: Entry) -> None:
        if entry.claim:
            self._agents.note_idle(entry.claim.agent)
        entry.claim = None

    async def offer(self, patience: Mapping[str, timedelta]) -> Claim | None:
        """See `HandoffQueue.offer`."""
        heads = [line[0] for group in patience if (line := self._line(group))]
        for identifier, entry in sorted(heads, key=lambda head: head[1].score):
            last = self._last.get(split_id(identifier)[0], "")
            if agent := self._agents.receiver(entry.group, last):
                return self._give(identifier, entry, agent, patience[entry.group])
        return None

    async def accept(self, claim: Claim) -> Claim:
        """See `HandoffQueue.accept`."""
        entry = self._owned(claim)
        if entry is None or entry.claim is None or not entry.claim.offered:
            raise NothingToClaim
        entry.claim = replace(entry.claim, offered=False, expires_at=self._clock() + self._lease)
        self._pace[entry.group].append(self._clock())
        self._last[split_id(claim.conversation_id)[0]] = claim.agent
        return entry.claim

    def _load(self, agent_id: str) -> int:
        claims = (entry.claim for entry in self._entries.values() if entry.claim)
        return sum(claim.agent == agent_id for claim in claims)

    async def held(self, agent_id: str | None = None) -> list[Claim]:
        """See `HandoffQueue.held`."""
        claims = [entry.claim for entry in self._entries.values() if entry.claim]
        mine = [claim for claim in claims if agent_id in {None, claim.agent}]
        return sorted(mine, key=lambda claim: claim.fence)

    async def heartbeat(self, account: Account) -> None:
        """See `HandoffQueue.heartbeat`."""
        self._agents.heartbeat(account)

    async def set_state(self, agent_id: str, state: AgentState) -> None:
        """See `HandoffQueue.set_state`."""
        self._agents.set_state(agent_id, state)

    async def set_limit(self, agent_id: str, limit: int) -> None:
        """See `HandoffQueue.set_limit`."""
        self._agents.set_limit(agent_id, limit)

    async def roster(self) -> list[Agent]:
        """See `HandoffQueue.roster`."""
        return self._agents.agents()

    async def present(self) -> list[str]:
        """See `HandoffQueue.present`."""
        return self._agents.present()

    async def renew(self, agent_id: str) -> list[Claim]:
        """See `HandoffQueue.renew`."""
        until = self._clock() + self._lease
        for claim in await self.held(agent_id):
            if not claim.offered:
                self._entries[claim.conversation_id].claim = replace(claim, expires_at=until)
        return await self.held(agent_id)

    async def release(self, claim: Claim) -> bool:
        """See `HandoffQueue.release`."""
        entry = self._owned(claim)
        if entry:
            self._drop(entry)
            entry.served = True
        return entry is not None

    async def put_back(self, claim: Claim) -> bool:
        """See `HandoffQueue.put_back`."""
        entry = self._owned(claim)
        if entry:
            self._drop(entry)
        return entry is not None

    async def reap(self) -> list[Claim]:
        """See `HandoffQueue.reap`."""
        now = self._clock()
        expired = [claim for claim in await self.held() if claim.expires_at <= now]
        for claim in expired:
            self._drop(self._entries[claim.conversation_id])
            if claim.offered:
                self._agents.let_pass(claim.agent)
        return expired

    def _owned(self, claim: Claim) -> Entry | None:
        entry = self._entries.get(claim.conversation_id)
        if entry is None or entry.claim is None or entry.claim.fence != claim.fence:
            return None
        return entry

    def _line(self, group: str | None) -> list[tuple[str, Entry]]:
        waits = [
            (identifier, entry)
            for identifier, entry in self._entries.items()
            if entry.waits and group in {None, entry.group}
        ]
        return sorted(waits, key=lambda item: (item[1].score, item[0]))

    def _place(self, identifier: str) -> Place:
        entry = self._entries[identifier]
        line = [waiting for waiting, _ in self._line(entry.group)]
        position = line.index(identifier) + 1 if entry.waits else 1
        now = self._clock()
        wait = estimate(position, [(now - at).total_seconds() for at in self._pace[entry.group]])
        opens = self._routing.hours.opens(entry.group, now)
        return Place(entry.group, entry.priority, position, opens, wait)
