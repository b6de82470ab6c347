"""P1 and P2 against every order of events: accept, turn, crash, lease loss, takeover, commit.

Two workers run step by step on one conversation's store; either may die or lose its lease
between any two steps. The model only remembers what was acknowledged and who owned when.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import Closed, LeaseLost, OwnerChanged
from conversation.memory import MemoryConversations
from conversation.message import Draft, Kind, Message, Sender
from conversation.ports import Incoming
from conversation.turn import Lease, Pending, Route, TurnRecord

WORKERS = st.sampled_from([0, 1])
CUSTOMER = Customer("web", "v")


@dataclass
class Worker:
    """A worker in the middle of a turn."""

    lease: Lease
    pending: Pending | None = None
    seen: Conversation | None = None


class Turns(RuleBasedStateMachine):
    """Random histories of one customer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.seal = Seal()
        self.store = MemoryConversations(self.seal, lambda: self.now, lease_seconds=10)
        self.workers: list[Worker | None] = [None, None]
        self.loop = asyncio.new_event_loop()
        self.acknowledged: list[str] = []
        self.sent = 0
        self.fence = 0
        self.id = self.run(self.store.open(CUSTOMER)).id

    def teardown(self) -> None:
        self.loop.close()

    def run(self, step: Coroutine[Any, Any, Any]) -> Any:
        self.now += timedelta(milliseconds=1)
        return self.loop.run_until_complete(step)

    def log(self) -> list[Message]:
        found: list[Message] = self.run(self.store.log(self.id, limit=10_000))
        return found

    def say(self, seen: Conversation, text: str, sender: Sender, agent: str = "") -> Approved:
        author = Author(sender, seen.epoch, agent)
        return Approved(self.id, author, (Draft(text),), seal=self.seal)

    @rule(again=st.booleans())
    def accept(self, *, again: bool) -> None:
        """Deliver a message, or deliver the last one again."""
        number = self.sent - 1 if again and self.sent else self.sent
        self.sent = number + 1  # a client never uses an id for two messages
        taken = self.run(self.store.accept(CUSTOMER, Incoming(f"c{number}", f"问{number}")))
        if taken.conversation_id != self.id:
            self.id, self.acknowledged = taken.conversation_id, []
            self.workers = [None, None]
        if taken.message_id not in self.acknowledged:
            self.acknowledged.append(taken.message_id)

    @rule(who=WORKERS)
    def acquire(self, who: int) -> None:
        """Start a turn, or start over after a crash."""
        lease = self.run(self.store.acquire(self.id))
        if lease:
            self.workers[who] = Worker(lease)

    @rule(who=WORKERS)
    def begin(self, who: int) -> None:
        """Read the mailbox head and the state, as the bot is about to be asked."""
        worker = self.workers[who]
        if worker:
            with contextlib.suppress(LeaseLost):
                worker.pending = self.run(self.store.begin(worker.lease))
                worker.seen = self.run(self.store.get(self.id))

    @rule(who=WORKERS, hand_over=st.booleans())
    def commit(self, who: int, *, hand_over: bool) -> None:
        """Answer what was read, however long ago that was."""
        worker = self.workers[who]
        if not (worker and worker.pending and worker.seen):
            return
        approved = None
        if worker.seen.owner is Owner.BOT:
            text = f"答{worker.pending.message.text}"
            approved = self.say(worker.seen, text, Sender.BOT)
        record = TurnRecord(Route.ANSWER)
        wish = Handoff(Reason.HUMAN) if hand_over and approved else None
        head = worker.pending.message.id
        try:
            self.run(self.store.commit(worker.lease, head, approved, record, handoff=wish))
        except (OwnerChanged, Closed):
            with contextlib.suppress(LeaseLost):
                self.run(self.store.commit(worker.lease, head, None, record))
        except LeaseLost:
            self.workers[who] = None
        worker.pending = None

    @rule(who=WORKERS)
    def crash(self, who: int) -> None:
        """Die between two steps."""
        self.workers[who] = None

    @rule(seconds=st.integers(1, 30))
    def wait(self, seconds: int) -> None:
        """Let leases run out, whether or not their workers live."""
        self.now += timedelta(seconds=seconds)

    @rule(agent=st.sampled_from(["a", "b"]))
    def take_over(self, agent: str) -> None:
        """Claim from the queue, or from an agent whose claim ran out."""
        self.fence += 1
        with contextlib.suppress(OwnerChanged, Closed):
            author = Author(Sender.AGENT, 0, agent, agent)
            self.run(self.store.take_over(self.id, author, self.fence))

    @rule(agent=st.sampled_from(["a", "b"]))
    def agent_speaks(self, agent: str) -> None:
        """Let an agent write, who may have lost the conversation."""
        seen = self.run(self.store.get(self.id))
        allowed = seen.owner is Owner.AGENT and seen.agent == agent
        try:
            self.run(self.store.send(self.say(seen, "客服说", Sender.AGENT, agent)))
        except (OwnerChanged, Closed):
            assert not allowed
        else:
            assert allowed

    @rule(to=st.sampled_from([Owner.BOT, Owner.QUEUE]))
    def give_back(self, to: Owner) -> None:
        """Hand back."""
        seen = self.run(self.store.get(self.id))
        with contextlib.suppress(OwnerChanged, Closed):
            self.run(self.store.give_back(self.id, seen.epoch, to))

    @precondition(lambda self: not self.run(self.store.mailbox(self.id)))
    @rule()
    def close(self) -> None:
        """Close a conversation in which nothing waits."""
        seen = self.run(self.store.get(self.id))
        with contextlib.suppress(Closed):
            self.run(self.store.close(self.id, seen.epoch, "agent"))

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every acknowledged message is in the log, and waits or has had its one turn."""
        waiting = [m.id for m in self.run(self.store.mailbox(self.id))]
        turned = [m.reply_to for m in self.log() if m.kind is Kind.TURN]
        assert turned + waiting == self.acknowledged

    @invariant()
    def answered_at_most_once(self) -> None:
        """No customer message has two answers, and answers keep the order of the questions."""
        answers = [m.reply_to for m in self.log() if m.sender is Sender.BOT]
        assert len(answers) == len(set(answers))
        order = [self.acknowledged.index(str(a)) for a in answers]
        assert order == sorted(order)

    @invariant()
    def only_the_owner_spoke(self) -> None:
        """Replayed from the log's own ownership events: nobody ever spoke out of turn."""
        owner = "bot"
        for entry in self.log():
            if entry.kind is Kind.EVENT:
                owner = entry.data["to"]
            elif entry.sender in {Sender.BOT, Sender.AGENT}:
                assert entry.sender.value == owner


TestTurns = Turns.TestCase
TestTurns.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
