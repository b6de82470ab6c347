"""Turns: answered once and in order, whatever the bot does."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import BotUnavailable, StoreUnavailable
from conversation.memory import MemoryConversations
from conversation.message import Kind, Sender
from conversation.ports import Incoming, Ticket
from conversation.turn import Lease, Pending
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from tests.unit.conversation.doubles import Bench, DeadBot, EchoBot, OpenGate, WordLexicon

CUSTOMER = Customer("web", "v")


async def hear(bench: Bench, *texts: str) -> str:
    """Accept messages and work until no ticket is left."""
    identifier = ""
    for text in texts:
        accepted = await bench.store.accept(CUSTOMER, Incoming(f"c-{text}", text))
        identifier = accepted.conversation_id
    await bench.turns.put(identifier)
    await work(bench)
    return identifier


async def work(bench: Bench) -> None:
    tickets = bench.turns.take()
    while not bench.turns.is_quiet():
        await bench.worker.work(await anext(tickets))


async def said(bench: Bench, identifier: str) -> list[str]:
    log = await bench.store.log(identifier)
    return [m.text for m in log if m.sender in {Sender.BOT, Sender.SYSTEM} and m.for_customer]


async def test_messages_are_answered_once_and_in_order() -> None:
    bench = Bench(EchoBot())
    identifier = await hear(bench, "一", "二", "三")
    assert await said(bench, identifier) == ["答：一", "答：二", "答：三"]
    assert bench.turns.pending == {}


async def test_a_second_ticket_for_the_same_messages_answers_nothing_twice() -> None:
    bench = Bench(EchoBot())
    identifier = await hear(bench, "一")
    await bench.turns.put(identifier)
    await work(bench)
    assert await said(bench, identifier) == ["答：一"]


async def test_a_held_conversation_leaves_the_ticket_for_later() -> None:
    bench = Bench(EchoBot())
    accepted = await bench.store.accept(CUSTOMER, Incoming("c", "一"))
    lease = await bench.store.acquire(accepted.conversation_id)
    assert lease
    ticket = Ticket(accepted.conversation_id, "t", 0)
    bench.turns.pending["t"] = ticket
    await bench.worker.work(ticket)
    assert "t" in bench.turns.pending
    await bench.store.abandon(lease)
    await bench.worker.work(ticket)
    assert "t" not in bench.turns.pending
    assert await said(bench, accepted.conversation_id) == ["答：一"]


async def test_a_handoff_silences_the_bot_and_queues_once() -> None:
    bench = Bench(EchoBot())
    identifier = await hear(bench, "我要投诉", "在吗", "快点")
    words = Utterances.load()
    queued, asked = words.text("queued", position=1), words.text("intake_what")
    assert await said(bench, identifier) == ["答：我要投诉", f"{queued}\n{asked}"]
    assert bench.queue.line == [identifier]
    assert (await bench.store.get(identifier)).owner is Owner.QUEUE
    await bench.turns.put(identifier)
    await work(bench)
    assert len(await said(bench, identifier)) == 2


async def test_a_crash_between_handoff_and_queue_is_made_good() -> None:
    bench = Bench(EchoBot())
    accepted = await bench.store.accept(CUSTOMER, Incoming("c", "一"))
    held = await bench.store.get(accepted.conversation_id)
    await bench.store.request_handoff(held.id, held.epoch, Handoff(Reason.HUMAN))
    assert bench.queue.line == []
    await bench.turns.put(held.id)
    await work(bench)
    assert bench.queue.line == [held.id]


async def test_while_the_bot_is_down_the_customer_is_told_then_handed_over() -> None:
    bench = Bench(DeadBot())
    identifier = await hear(bench, "你好")
    words = Utterances.load()
    assert await said(bench, identifier) == [
        words.text("bot_unavailable"),
        words.text("bot_down_handoff"),
        words.text("queued", position=1),
    ]
    assert sum(bench.pauses) == 15
    assert bench.turns.dead == [(identifier, bench.turns.dead[0][1], "bot unavailable")]
    handoff = (await bench.store.get(identifier)).handoff
    assert handoff
    assert handoff.reason is Reason.BOT_UNABLE


async def test_the_word_rengong_works_in_one_turn_while_the_bot_is_down() -> None:
    bench = Bench(DeadBot())
    identifier = await hear(bench, "你好", "人工")
    assert bench.pauses == []
    assert (await bench.store.get(identifier)).owner is Owner.QUEUE


async def test_what_is_said_between_two_tries_does_not_use_them_up() -> None:
    bench = Bench(EchoBot([BotUnavailable()]))
    tickets = bench.turns.take()

    heard: list[str] = []

    async def says_more(_: float) -> None:
        bench.worker.pause = bench.paused
        more = await bench.store.accept(CUSTOMER, Incoming("c2", "在吗"))
        await bench.turns.put(more.conversation_id)
        await bench.worker.work(await anext(tickets))
        assert isinstance(bench.bot, EchoBot)
        heard.extend(bench.bot.heard)

    bench.worker.pause = says_more
    identifier = await hear(bench, "你好")
    assert heard == ["你好"]
    assert (await said(bench, identifier))[1:] == ["答：你好", "答：在吗"]


async def test_who_asks_for_a_person_between_two_tries_is_not_kept_waiting() -> None:
    bench = Bench(DeadBot())

    async def asks(seconds: float) -> None:
        await bench.paused(seconds)
        if len(bench.pauses) == 2:
            await bench.store.accept(CUSTOMER, Incoming("c2", "人工"))

    bench.worker.pause = asks
    identifier = await hear(bench, "你好")
    assert len(bench.pauses) == 2
    assert (await bench.store.get(identifier)).owner is Owner.QUEUE


async def test_a_bot_that_comes_back_answers_the_waiting_message() -> None:
    bench = Bench(EchoBot([BotUnavailable(), BotUnavailable()]))
    identifier = await hear(bench, "你好")
    words = Utterances.load()
    assert await said(bench, identifier) == [words.text("bot_unavailable"), "答：你好"]


async def test_a_poisonous_message_is_buried_after_five_tries_and_a_person_offered() -> None:
    bench = Bench(EchoBot([ValueError("boom")] * 5))
    identifier = await hear(bench, "毒", "好")
    words = Utterances.load()
    assert await said(bench, identifier) == [words.text("poison_offer"), "答：好"]
    assert [why for _, _, why in bench.turns.dead] == ["failed five times"]


async def test_a_message_whose_workers_all_died_is_poison_too() -> None:
    bench = Bench(EchoBot())
    accepted = await bench.store.accept(CUSTOMER, Incoming("c", "毒"))
    for _ in range(5):
        lease = await bench.store.acquire(accepted.conversation_id)
        assert lease
        await bench.store.begin(lease)
        await bench.store.abandon(lease)
    await bench.turns.put(accepted.conversation_id)
    await work(bench)
    assert await said(bench, accepted.conversation_id) == [Utterances.load().text("poison_offer")]
    assert isinstance(bench.bot, EchoBot)
    assert bench.bot.heard == []


async def test_a_person_who_takes_over_in_mid_turn_silences_the_answer() -> None:
    bot = EchoBot()
    bench = Bench(bot)
    accepted = await bench.store.accept(CUSTOMER, Incoming("c", "一"))
    held = await bench.store.get(accepted.conversation_id)

    async def take_over() -> None:
        await bench.store.request_handoff(held.id, held.epoch, Handoff(Reason.HUMAN))
        await bench.store.take_over(held.id, Author(Sender.AGENT, 0, "a", "客服"), 1)

    bot.meanwhile = take_over
    await bench.turns.put(held.id)
    await work(bench)
    assert bot.heard == ["一"]
    assert await said(bench, held.id) == []
    assert await bench.store.mailbox(held.id) == []


async def test_everything_logged_reaches_the_recorder_once() -> None:
    bench = Bench(EchoBot())
    identifier = await hear(bench, "一", "我要投诉")
    log = await bench.store.log(identifier)
    assert bench.recorder.entries == [m.id for m in log]
    assert (await bench.store.get(identifier)).audited_to == log[-1].id


async def test_an_unknown_conversation_ends_its_ticket() -> None:
    bench = Bench(EchoBot())
    await bench.turns.put("0123456789abcdef-1")
    await work(bench)
    assert bench.turns.pending == {}


@pytest.mark.parametrize("kind", [Kind.MENU])
async def test_what_is_not_text_is_answered_politely(kind: Kind) -> None:
    bench = Bench(EchoBot())
    accepted = await bench.store.accept(CUSTOMER, Incoming("c", "图片", kind))
    await bench.turns.put(accepted.conversation_id)
    await work(bench)
    assert await said(bench, accepted.conversation_id) == [Utterances.load().text("unreadable")]


@dataclass
class SlowGate(OpenGate):
    """Reads until somebody else has been served; gives up when nobody ever is."""

    begun: threading.Event = field(default_factory=threading.Event)
    served: threading.Event = field(default_factory=threading.Event)

    def approve(self, *args: Any, **named: Any) -> Approved:
        """Approve late."""
        self.begun.set()
        assert self.served.wait(60)
        return super().approve(*args, **named)


async def test_others_are_served_while_the_gate_reads() -> None:
    bench = Bench(EchoBot())
    gate = SlowGate(bench.seal)
    handler = TurnHandler(
        bench.store, bench.turns, bench.bot, gate, WordLexicon(), Utterances.load()
    )
    worker = replace(bench.worker, handler=handler)
    accepted = await bench.store.accept(CUSTOMER, Incoming("c", "一"))
    working = asyncio.create_task(worker.work(Ticket(accepted.conversation_id, "t", 0)))
    assert await asyncio.to_thread(gate.begun.wait, 60)
    other = Bench(EchoBot())
    assert await said(other, await hear(other, "二")) == ["答：二"]
    gate.served.set()
    await working
    assert await said(bench, accepted.conversation_id) == ["答：一"]


class DeafConversations(MemoryConversations):
    """Loses a cancellation, as a client library does whose answer comes at that very moment."""

    def __init__(self, seal: Seal) -> None:
        """Start with a short lease, that is renewed often."""
        super().__init__(seal, lease_seconds=0.03)
        self.renewing = asyncio.Event()

    async def renew(self, lease: Lease) -> bool:
        """Renew."""
        if not self.renewing.is_set():
            self.renewing.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        return True


async def test_a_turn_that_fails_keeps_its_conversation_no_longer() -> None:
    bench = Bench(EchoBot())
    store = DeafConversations(bench.seal)

    class Failing:
        async def handle(self, lease: Lease, conversation: Conversation, pending: Pending) -> None:
            await store.renewing.wait()
            raise StoreUnavailable

        async def hurries(self, conversation_id: str) -> bool:
            raise AssertionError(conversation_id)

    bench.worker.conversations = store
    bench.worker.handler = Failing()
    accepted = await store.accept(CUSTOMER, Incoming("c", "一"))
    await bench.worker.work(Ticket(accepted.conversation_id, "t", 0))
    keepers = asyncio.all_tasks() - {asyncio.current_task()}
    assert len(keepers) == 1
    _, left = await asyncio.wait(keepers, timeout=1)
    assert not left
