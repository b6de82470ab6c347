"""The queue under any order of events: no double owner, nobody lost, always the right next."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conversation.conversation import Conversation, Reason
from handoff.errors import AtLimit
from handoff.memory_queue import MemoryHandoffQueue
from handoff.queue import Claim
from handoff.routing import Routing
from tests.unit.handoff.people import NOON, queued

Result = TypeVar("Result")
ROUTING = Routing.load()
AGENTS = ("zhou", "lin", "gu")
LIMIT = 2
LEASE = 60

agents = st.sampled_from(AGENTS)
customers = st.sampled_from("abcdef")
groups = st.sets(st.sampled_from(sorted(ROUTING.groups)), min_size=1)


def done(step: Coroutine[Any, Any, Result]) -> Result:
    """Run a step of the double to its end; it never waits for anything."""
    try:
        step.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    message = "the double awaited something"
    raise AssertionError(message)


@dataclass
class Known:
    """What the model knows of a conversation; `claim` is None while it waits."""

    conversation: Conversation
    arrival: int
    order: tuple[int, str]
    group: str
    claim: Claim | None = None


class QueueMachine(RuleBasedStateMachine):
    """A model of the queue beside the queue."""

    def __init__(self) -> None:
        """Start empty, at noon."""
        super().__init__()
        self.now = NOON
        self.queue = MemoryHandoffQueue(ROUTING, lambda: self.now, lease_seconds=LEASE)
        self.known: dict[str, Known] = {}
        self.epochs: dict[str, int] = {}
        self.arrivals = 0
        self.last_fence = 0

    @rule(name=customers, reason=st.sampled_from(Reason))
    def enqueue_anew(self, name: str, reason: Reason) -> None:
        """The conversation was handed over (again) under a greater epoch."""
        self.epochs[name] = self.epochs.get(name, 0) + 1
        conversation = queued(name, reason, epoch=self.epochs[name])
        before = self.known.get(conversation.id)
        target = ROUTING.target(reason)
        if before and before.claim is None:
            arrival = before.arrival
        else:
            self.arrivals = max(int(self.now.timestamp() * 1000), self.arrivals + 1)
            arrival = self.arrivals
        place = done(self.queue.enqueue(conversation))
        order = (ROUTING.aging.score(target.priority, arrival), conversation.id)
        self.known[conversation.id] = Known(conversation, arrival, order, target.group)
        ahead = [k for k in self.waiting() if k.group == target.group and k.order < order]
        assert place.position == len(ahead) + 1

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def enqueue_again(self, data: st.DataObject) -> None:
        """A repetition: nothing may change (the invariants see it)."""
        known = data.draw(st.sampled_from(list(self.known.values())))
        done(self.queue.enqueue(known.conversation))

    @rule(agent=agents, mine=groups)
    def claim(self, agent: str, mine: set[str]) -> None:
        """Claim whatever is next."""
        at_limit = self.load(agent) >= LIMIT
        try:
            claim = done(self.queue.claim(agent, sorted(mine), LIMIT))
        except AtLimit:
            assert at_limit
            return
        assert not at_limit
        candidates = [k for k in self.waiting() if k.group in mine]
        if claim is None:
            assert not candidates
            return
        self.took(claim, min(candidates, key=lambda k: k.order))

    def took(self, claim: Claim, expected: Known) -> None:
        """Check a claim and note it."""
        assert claim.conversation_id == expected.conversation.id
        assert claim.fence > self.last_fence
        self.last_fence = claim.fence
        expected.claim = claim

    @precondition(lambda self: self.claimed())
    @rule(data=st.data(), back=st.booleans())
    def give_up(self, data: st.DataObject, *, back: bool) -> None:
        """An agent is done, or puts the conversation back."""
        known = data.draw(st.sampled_from(self.claimed()))
        assert known.claim
        end = self.queue.put_back if back else self.queue.release
        assert done(end(known.claim))
        if back:
            known.claim = None
        else:
            del self.known[known.conversation.id]

    @precondition(lambda self: self.claimed())
    @rule(data=st.data())
    def a_stale_claim_does_nothing(self, data: st.DataObject) -> None:
        """Somebody else's token neither ends nor returns a claim."""
        known = data.draw(st.sampled_from(self.claimed()))
        assert known.claim
        stale = replace(known.claim, fence=known.claim.fence - 1)
        assert not done(self.queue.release(stale))
        assert not done(self.queue.put_back(stale))

    @rule(name=customers)
    def withdraw(self, name: str) -> None:
        """The customer gives up waiting; one who is served is not affected."""
        identifier = queued(name).id
        done(self.queue.withdraw(identifier))
        known = self.known.get(identifier)
        if known and known.claim is None:
            del self.known[identifier]

    @rule(agent=agents)
    def renew(self, agent: str) -> None:
        """An agent's desk lives."""
        renewed = done(self.queue.renew(agent))
        assert len(renewed) == self.load(agent)
        for claim in renewed:
            self.known[claim.conversation_id].claim = claim

    @rule(seconds=st.integers(1, LEASE))
    def reap(self, seconds: int) -> None:
        """Time passes; leases that ran out go back in line."""
        self.now += timedelta(seconds=seconds)
        expired = {k.conversation.id for k in self.claimed() if self.ran_out(k)}
        assert {c.conversation_id for c in done(self.queue.reap())} == expired
        for identifier in expired:
            self.known[identifier].claim = None

    def ran_out(self, known: Known) -> bool:
        """Return whether a known claim's lease is over."""
        return known.claim is not None and known.claim.expires_at <= self.now

    def waiting(self) -> list[Known]:
        """Return who waits, in order."""
        waits = [k for k in self.known.values() if k.claim is None]
        return sorted(waits, key=lambda k: k.order)

    def claimed(self) -> list[Known]:
        """Return who is served."""
        return [k for k in self.known.values() if k.claim]

    def load(self, agent: str) -> int:
        """Return how many an agent serves."""
        return sum(1 for k in self.claimed() if k.claim and k.claim.agent == agent)

    @invariant()
    def nobody_is_lost_and_the_line_is_in_order(self) -> None:
        """The queue's line is the model's line."""
        line = [w.conversation_id for w in done(self.queue.waiting())]
        assert line == [k.conversation.id for k in self.waiting()]

    @invariant()
    def nobody_is_served_twice(self) -> None:
        """Every served conversation has one owner and does not wait."""
        held = [claim.conversation_id for claim in done(self.queue.held())]
        assert len(held) == len(set(held))
        assert set(held) == {k.conversation.id for k in self.claimed()}


QueueMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestQueue = QueueMachine.TestCase
