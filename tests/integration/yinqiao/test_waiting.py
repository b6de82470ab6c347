"""The customer's side of the handoff on real parts: a server, the gate, the queue, the records."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from compliance.audit_store import AuditStore
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.house import House as Voice
from conversation.intake import IntakeForm
from conversation.message import Message
from conversation.ports import Incoming
from conversation.reception import Reception
from conversation.settle import Settler
from conversation.sql_archive import SqlArchive
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from handoff.accounts import Account, Role
from handoff.tickets.service import TicketService
from handoff.tickets.store import Wanted
from language.lexicon import Lexicon
from tests.contract.handoff.house import House
from tests.unit.conversation.doubles import EchoBot
from yinqiao.answers import AnswerRecorder
from yinqiao.records import open_records
from yinqiao.replies import SentReplies
from yinqiao.settings import Settings
from yinqiao.tickets import ComplaintRecorder, open_tickets
from yinqiao.wiring import PhraseLexicon

WORDS = Utterances.load()
WANG = Customer("web", "wang")
LIN = Account("lin", "林一", frozenset({Role.AGENT}), frozenset({"complaints", "general"}))
FILLING = {
    "position": 1,
    "minutes": 3,
    "opens": "6月2日08:00",
    "name": "林一",
    "group": "投诉处理组",
    "titles": "《基金风险提示》",
    "number": "TS20260601-0001",
    "reply": "经核查，情况属实，已为您退还手续费。",
}


@dataclass
class Bank:
    """A house with its worker and records."""

    house: House
    records: sa.Engine
    tickets: TicketService = field(init=False)
    worker: TurnWorker = field(init=False)
    _said: int = 0

    def __post_init__(self) -> None:
        """Wire as the system does, with a bot that repeats."""
        house = self.house
        parts = (house.conversations, house.turns, house.gate)
        voice, lexicon = Voice(*parts, WORDS), PhraseLexicon(Lexicon.load())
        audit = AuditRecorder(AuditStore(self.records))
        letters = SentReplies(voice, SqlArchive(self.records))
        self.tickets = open_tickets(self.records, audit, Redactor.load(), letters)
        recorder = AnswerRecorder(ComplaintRecorder(audit, self.tickets, voice), self.tickets)
        handler = Reception(
            *(house.conversations, house.queue, voice, lexicon, IntakeForm.load()),
            TurnHandler(*(house.conversations, house.turns, EchoBot(), house.gate, lexicon, WORDS)),
        )
        settler = Settler(*parts, house.queue, recorder, WORDS)
        self.worker = TurnWorker(house.conversations, house.turns, handler, settler)

    async def hear(self, text: str) -> list[Message]:
        """Take what the customer says, and work; returns what the customer sees of it."""
        self._said += 1
        incoming = Incoming(f"w-{self._said}", Redactor.load().redact(text).text)
        accepted = await self.house.conversations.accept(WANG, incoming)
        await self.work(accepted.conversation_id)
        log = await self.house.conversations.log(
            accepted.conversation_id, after=accepted.message_id
        )
        return [entry for entry in log if entry.for_customer]

    async def work(self, identifier: str) -> None:
        """Take a turn, as the ticket of the stream would ask for it."""
        await self.house.turns.put(identifier)
        async for ticket in self.house.turns.take():
            await self.worker.work(ticket)
            if ticket.conversation_id == identifier:
                return

    async def now(self) -> Conversation:
        """Return the customer's conversation."""
        conversation = await self.house.conversations.current(WANG)
        assert conversation
        return conversation


@pytest.fixture
async def bank(redis_client: Redis, tmp_path: Path) -> AsyncIterator[Bank]:
    records = open_records(Settings(var=tmp_path))
    yield Bank(House(redis_client), records)
    records.dispose()


async def test_the_gate_lets_every_utterance_pass(bank: Bank) -> None:
    conversation = await bank.house.conversations.open(WANG)
    voice = Voice(bank.house.conversations, bank.house.turns, bank.house.gate, WORDS)
    for key in WORDS:
        *_, last = voice.approve(conversation, WORDS.draft(key, **FILLING)).messages
        assert last.text == WORDS.text(key, **FILLING)


async def test_a_complaint_waits_adds_is_served_and_rated(bank: Bank) -> None:
    said = await bank.hear("你们上周多收了我的信用卡手续费，我要投诉")
    waiting = await bank.now()
    assert (waiting.owner, waiting.asking) == (Owner.QUEUE, "intake_when")
    [ticket] = bank.tickets.store.find(Wanted())
    assert any(ticket.number in entry.text for entry in said)
    await bank.hear("上周三")
    await bank.hear("城东支行，电话13812345678")
    await bank.hear("不补充了")
    claimed = await bank.house.desk.claim(LIN)
    facts = (await bank.house.desk.context(claimed.id)).facts
    assert facts.told["when"] == "上周三"
    assert facts.told["branch"].startswith("城东支行")
    await bank.house.desk.close(LIN, claimed.id)
    await bank.work(claimed.id)
    [thanks] = await bank.hear("评价：1 分")
    assert thanks.text == WORDS.text("survey_thanks")
    await bank.hear("写一句意见")
    await bank.hear("等了太久")
    [ticket] = bank.tickets.store.find(Wanted())
    assert ticket.intake.branch.startswith("城东支行")
    assert "发生时间：上周三" in ticket.intake.facts
    assert "13812345678" not in str(ticket)
    [task] = await bank.tickets.follow_up.pending()
    assert (task.subject, task.what) == (claimed.id, "1 分：等了太久")


async def test_a_fraud_reported_in_the_queue_moves_to_the_emergency_group(bank: Bank) -> None:
    conversation = await bank.house.conversations.open(WANG)
    await bank.house.conversations.request_handoff(
        conversation.id, conversation.epoch, Handoff(Reason.HUMAN, trigger="转人工")
    )
    await bank.work(conversation.id)
    [general] = await bank.house.queue.waiting("general")
    said = await bank.hear("我被骗了，对方让我转账")
    assert said[0].text == WORDS.text("fraud_handoff")
    [urgent] = await bank.house.queue.waiting("fraud")
    assert (urgent.conversation_id, urgent.priority) == (general.conversation_id, 1)
    assert await bank.house.queue.waiting("general") == []
    place = await bank.house.queue.place(conversation.id)
    assert place
    assert place.opens is None


async def test_a_message_leaves_the_line_and_asks_for_a_call(bank: Bank) -> None:
    await bank.hear("我要投诉")
    await bank.hear("我要留言")
    [done] = await bank.hear("想问退费进度，请明天上午回电")
    assert done.text == WORDS.text("message_left")
    assert (await bank.now()).owner is Owner.BOT
    assert await bank.house.queue.waiting() == []
    [call] = await bank.tickets.follow_up.callbacks()
    assert call.what == "想问退费进度，请明天上午回电"


async def test_who_returns_to_the_bot_is_answered_by_it(bank: Bank) -> None:
    await bank.hear("我要投诉")
    [left] = await bank.hear("返回机器人")
    assert left.text == WORDS.text("left_queue")
    [answer] = await bank.hear("营业时间")
    assert answer.text == "答：营业时间"
