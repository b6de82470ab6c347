"""P3 and P4 against every order of events, through the real gate and the real stores.

A bot's turns, two agents, new versions of notices, days that pass, crashes, lost leases and
restarts come in any order; between approving a message and saying it anything may happen. What
each text is about, or that it is forbidden, the test knows by itself: it never asks the product.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from redis.asyncio import Redis

from compliance.categories import CategoryFinder
from compliance.gate import ComplianceGate
from compliance.notices import bank_day
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import Blocked, NotApproved, Refused
from conversation.memory import MemoryConversations
from conversation.message import Draft, Kind, Message, NoticeRef, Sender, SourceRef
from conversation.ports import Conversations, Incoming
from conversation.redis_scripts import part_key
from conversation.redis_store import RedisConversations
from conversation.redis_wake import Wake
from conversation.turn import Route, TurnRecord
from tests.integration.compliance.world import ABOUT, FORBIDDEN, START, TAGS, Ready, Shelf

FINDER, WORDING, REDACTOR = CategoryFinder.load(), Wording.load(), Redactor.load()
TEXTS = st.sampled_from([*sorted(ABOUT), *FORBIDDEN])
TAG = st.sampled_from(["", *TAGS])
AGENTS = st.sampled_from(["a", "b"])
DEEDS = st.sampled_from(
    [
        "restart",
        "crash",
        "lose_lease",
        "take_over",
        "give_back",
        "close",
        "customer_writes",
        "a_day_passes",
        "versions_change",
    ]
)


class Promises(RuleBasedStateMachine):
    """Random histories of one customer; the store is given by the subclass."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.now = START
        self.shelf = Shelf()
        self.customer = Customer("web", uuid.uuid4().hex)
        self.expected: dict[str, set[tuple[str, str, str]]] = {}
        self.started: list[str] = []
        self.number = 0
        self.fence = 0
        self.restart()
        self.id = self.run(self.store.open(self.customer)).id
        self.started.append(self.id)

    def open_store(self, seal: Seal) -> Conversations:
        """Return the store of a process that starts now."""
        raise NotImplementedError

    def lose_lease(self) -> None:
        """Let the lease of the running turn run out."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.loop.close()

    def run(self, step: Coroutine[Any, Any, Any]) -> Any:
        self.now += timedelta(milliseconds=1)
        return self.loop.run_until_complete(step)

    def approve(self, author: Author, seen: Conversation, text: str, tag: str) -> Approved | None:
        """Pass the gate; remember which notices the text needs now. Forbidden text never passes."""
        self.number += 1
        said = f"{text}。（{self.number}）"
        sources = (SourceRef("a", "怎么办理？"),) if tag else ()
        forged = NoticeRef("fund-risk", "2026-01", "fund")
        kind = Kind.NOTICE if self.number % 5 == 0 else Kind.TEXT
        draft = Draft(said, kind, frozenset({tag} - {""}), sources, notice=forged)
        try:
            approved = self.gate.approve(seen, author, [draft])
        except Blocked:
            assert text in FORBIDDEN
            return None
        assert text not in FORBIDDEN
        reviewed = tag and author.sender is Sender.BOT
        about = {tag} if reviewed else ABOUT[text] | ({tag} - {""})
        self.expected[said] = {self.current(category) for category in about}
        return approved

    def current(self, category: str) -> tuple[str, str, str]:
        """Return what the notice of a category is on this day: id, version, text."""
        day = bank_day(self.now)
        held = [
            one for one in self.shelf.notices if category in one.categories and one.effective <= day
        ]
        notice = max(held, key=lambda one: one.effective)
        return notice.id, notice.version, notice.text

    def restart(self) -> None:
        """Start all processes anew: what was being thought of is lost, the records stay."""
        self.seal = Seal()
        self.store = self.open_store(self.seal)
        self.gate = ComplianceGate(
            self.seal, self.shelf, FINDER, WORDING, REDACTOR, clock=lambda: self.now
        )
        self.crash()

    def crash(self) -> None:
        """Let those die who were about to say something."""
        self.ready: list[Ready] = []

    @rule()
    def customer_writes(self) -> None:
        """Take a message; after a close it opens a new conversation."""
        self.number += 1
        incoming = Incoming(f"c{self.number}", "这款产品保本吗？")
        self.id = self.run(self.store.accept(self.customer, incoming)).conversation_id
        if self.id not in self.started:
            self.started.append(self.id)

    @rule(text=TEXTS, tag=TAG, hand_over=st.booleans(), meanwhile=st.lists(DEEDS, max_size=2))
    def bot_answers(self, text: str, tag: str, *, hand_over: bool, meanwhile: list[str]) -> None:
        """Take a turn, pass the gate with what is seen then, and speak after what happens."""
        self.customer_writes()
        self.give_back(Owner.BOT)
        lease = self.run(self.store.acquire(self.id))
        pending = self.run(self.store.begin(lease)) if lease else None
        if pending is None:
            self.lose_lease()
            return
        seen = self.run(self.store.get(self.id))
        if approved := self.approve(Author(Sender.BOT, seen.epoch), seen, text, tag):
            wish = Handoff(Reason.HUMAN) if hand_over else None
            self.ready.append(Ready(approved, lease, pending.message.id, wish))
        self.happen(meanwhile)
        self.somebody_speaks(-1)

    @rule(agent=AGENTS, text=TEXTS, tag=TAG, meanwhile=st.lists(DEEDS, max_size=2))
    def agent_answers(self, agent: str, text: str, tag: str, meanwhile: list[str]) -> None:
        """Pass the gate with what the agent sees, and send after what happens meanwhile."""
        seen = self.run(self.store.get(self.id))
        if seen.agent != agent:
            self.take_over(agent)
            seen = self.run(self.store.get(self.id))
        if approved := self.approve(Author(Sender.AGENT, seen.epoch, agent), seen, text, tag):
            self.ready.append(Ready(approved))
        self.happen(meanwhile)
        self.somebody_speaks(-1)

    @rule(which=st.integers(-3, 3))
    def somebody_speaks(self, which: int) -> None:
        """Say something that passed the gate, however long ago that was."""
        if not self.ready:
            return
        said = self.ready.pop(which % len(self.ready))
        with contextlib.suppress(Refused):
            if said.lease is None:
                self.run(self.store.send(said.approved))
                return
            record = TurnRecord(Route.ANSWER)
            self.run(
                self.store.commit(
                    said.lease, said.head, said.approved, record, handoff=said.handoff
                )
            )
            self.run(self.store.abandon(said.lease))

    @rule(what=DEEDS)
    def something_happens(self, what: str) -> None:
        """One event by itself."""
        self.happen([what])

    def happen(self, deeds: list[str]) -> None:
        """Let things happen, in this order."""
        for deed in deeds:
            getattr(self, deed)()

    def take_over(self, agent: str = "b") -> None:
        """Claim from the bot, the queue or another agent."""
        self.fence += 1
        with contextlib.suppress(Refused):
            seen = self.run(self.store.get(self.id))
            if seen.owner is Owner.BOT:
                wish = Handoff(Reason.HUMAN)
                self.run(self.store.request_handoff(self.id, seen.epoch, wish))
            author = Author(Sender.AGENT, 0, agent, agent)
            self.run(self.store.take_over(self.id, author, self.fence))

    def give_back(self, to: Owner = Owner.QUEUE) -> None:
        """Hand back to the bot or the queue."""
        seen = self.run(self.store.get(self.id))
        with contextlib.suppress(Refused):
            self.run(self.store.give_back(self.id, seen.epoch, to))

    def close(self) -> None:
        """Close; what was approved for it must not be said in the next one."""
        seen = self.run(self.store.get(self.id))
        with contextlib.suppress(Refused):
            self.run(self.store.close(self.id, seen.epoch, "agent"))

    def a_day_passes(self) -> None:
        """Let versions come into force, and showings grow old."""
        self.now += timedelta(days=1)

    def versions_change(self) -> None:
        """Publish a new version of every notice at once."""
        for category in TAGS:
            self.publish(category, 0, 1)

    @rule(text=st.sampled_from(FORBIDDEN))
    def somebody_goes_round_the_gate(self, text: str) -> None:
        """Try to say what the gate never saw."""
        seen = self.run(self.store.get(self.id))
        author = Author(Sender.AGENT, seen.epoch, seen.agent or "a")
        with pytest.raises(NotApproved):
            self.run(self.store.send(Approved(self.id, author, (Draft(text),), seal=Seal())))

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        """Let versions come into force, and showings grow old."""
        self.now += timedelta(days=days)

    @rule(
        category=st.sampled_from(TAGS),
        ahead=st.integers(0, 3),
        days=st.sampled_from([None, 1, 5]),
    )
    def publish(self, category: str, ahead: int, days: int | None) -> None:
        """Publish a new version of a notice, for today or for a day to come."""
        self.number += 1
        effective = bank_day(self.now) + timedelta(days=ahead)
        self.shelf.renew(category, f"v{self.number}", effective, days)

    @invariant()
    def no_message_comes_before_its_notice(self) -> None:
        """P3: in the log of every conversation."""
        for conversation in self.started:
            shown: set[tuple[str, str, str]] = set()
            for entry in self.log(conversation):
                if entry.kind is Kind.NOTICE:
                    assert entry.notice
                    shown.add((entry.notice.id, entry.notice.version, entry.text))
                elif entry.sender in {Sender.BOT, Sender.AGENT}:
                    assert self.expected[entry.text] <= shown

    @invariant()
    def no_forbidden_wording_is_said(self) -> None:
        """P4: in the log of every conversation."""
        for conversation in self.started:
            for entry in self.log(conversation):
                if entry.sender is not Sender.CUSTOMER:
                    assert not any(text in entry.text for text in FORBIDDEN)

    def log(self, conversation: str) -> list[Message]:
        found: list[Message] = self.run(self.store.log(conversation, limit=10_000))
        return found


class InMemory(Promises):
    """On the double, which outlives its processes."""

    kept: MemoryConversations | None = None

    def open_store(self, seal: Seal) -> Conversations:
        if self.kept is None:
            self.kept = MemoryConversations(seal, lambda: self.now, lease_seconds=60)
        self.kept.voice.seal = seal  # what a restart does: a new process, a new seal
        return self.kept

    def lose_lease(self) -> None:
        self.now += timedelta(seconds=61)


class OnValkey(Promises):
    """On the real store."""

    url = ""

    def open_store(self, seal: Seal) -> Conversations:
        self.client = Redis.from_url(self.url, decode_responses=True)
        return RedisConversations(self.client, seal, Wake(self.client), lease_seconds=60)

    def restart(self) -> None:
        """Start all processes anew, connections included."""
        if client := getattr(self, "client", None):
            self.run(client.aclose())
        super().restart()

    def lose_lease(self) -> None:
        async def delete() -> None:
            await self.client.delete(part_key(self.id, "lease"))

        self.run(delete())

    def teardown(self) -> None:
        self.run(self.client.aclose())
        super().teardown()


def test_promises_on_the_double() -> None:
    run_state_machine_as_test(
        InMemory, settings=settings(max_examples=150, stateful_step_count=50, deadline=None)
    )


def test_promises_on_valkey(valkey_url: str) -> None:
    OnValkey.url = valkey_url
    run_state_machine_as_test(
        OnValkey,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
