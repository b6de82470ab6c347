"""A fraud that is reported while the bot takes no turn: the bot knows when it speaks again."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conversation.approved import Author
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import BotUnavailable
from conversation.message import Kind, Message, Sender
from conversation.ports import Incoming
from conversation.settle import Settler
from conversation.turn import BotReply
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from tests.unit.conversation.doubles import Bench, EchoBot

CUSTOMER = Customer("web", "v")
FRAUD = "我被骗了"
WORDS = Utterances.load()


class FraudLexicon:
    """Knows one phrase."""

    def reason(self, text: str) -> str | None:
        """Match."""
        return "fraud" if FRAUD in text else None


@dataclass
class Watched(EchoBot):
    """Notes whether it is told of an alarm."""

    told: list[bool] = field(default_factory=list)

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """Answer."""
        self.told.append(conversation.alarmed)
        return await super().reply(conversation, message)


class Talk:
    """One customer's conversation through the real turn."""

    def __init__(self, bot: Watched) -> None:
        """Wire it in memory."""
        self.bench = bench = Bench(bot)
        handler = TurnHandler(bench.store, bench.turns, bot, bench.gate, FraudLexicon(), WORDS)
        settler = Settler(bench.store, bench.turns, bench.gate, bench.queue, bench.recorder, WORDS)
        self.worker = TurnWorker(bench.store, bench.turns, handler, settler)
        self.number = 0

    async def say(self, text: str) -> Conversation:
        """Take a message and work on it; returns the state after it."""
        self.number += 1
        accepted = await self.bench.store.accept(CUSTOMER, Incoming(f"c{self.number}", text))
        await self.bench.turns.put(accepted.conversation_id)
        tickets = self.bench.turns.take()
        while not self.bench.turns.is_quiet():
            await self.worker.work(await anext(tickets))
        return await self.bench.store.get(accepted.conversation_id)

    async def hand_over(self, *, claimed: bool) -> None:
        """Give the conversation to the queue, and to an agent."""
        held = await self.bench.store.open(CUSTOMER)
        await self.bench.store.request_handoff(held.id, held.epoch, Handoff(Reason.HUMAN))
        if claimed:
            await self.bench.store.take_over(held.id, Author(Sender.AGENT, 0, "li", "小李"), 1)

    async def give_back(self) -> None:
        """Give it back to the bot."""
        held = await self.bench.store.open(CUSTOMER)
        await self.bench.store.give_back(held.id, held.epoch, Owner.BOT)


@pytest.mark.parametrize("claimed", [False, True])
async def test_told_to_a_person_the_bot_knows_it_when_it_is_its_turn_again(
    *, claimed: bool
) -> None:
    bot = Watched()
    talk = Talk(bot)
    await talk.say("你好")
    await talk.hand_over(claimed=claimed)
    assert (await talk.say(FRAUD)).alarmed
    await talk.give_back()
    assert (await talk.say("怎么转账")).owner is Owner.BOT
    assert bot.told == [False, True]


async def test_told_while_the_bot_is_down() -> None:
    bot = Watched([BotUnavailable()])
    talk = Talk(bot)
    after = await talk.say(FRAUD)
    assert (after.owner, after.alarmed) == (Owner.QUEUE, True)
    await talk.give_back()
    await talk.say("怎么转账")
    assert bot.told == [False, True]


async def test_told_while_somebody_takes_over_in_mid_turn() -> None:
    bot = Watched()
    talk = Talk(bot)

    async def meanwhile() -> None:
        await talk.hand_over(claimed=True)

    bot.meanwhile = meanwhile
    after = await talk.say(FRAUD)
    assert (after.owner, after.alarmed) == (Owner.AGENT, True)


async def test_other_words_to_a_person_raise_no_alarm() -> None:
    talk = Talk(Watched())
    await talk.say("你好")
    await talk.hand_over(claimed=True)
    after = await talk.say("怎么转账")
    assert not after.alarmed
    log = await talk.bench.store.log(after.id)
    assert [m.data["alarm"] for m in log if m.kind is Kind.TURN] == [False, False]
