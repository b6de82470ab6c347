"""Complaints become tickets, on the real records, whatever dies in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.actions.ports import Standing
from compliance.audit_store import AuditStore
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from conversation.approved import Seal
from conversation.archive import archived
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import Unavailable
from conversation.house import House as Voice
from conversation.memory import MemoryConversations
from conversation.memory_turns import MemoryTurns
from conversation.message import Sender
from conversation.ports import Incoming
from conversation.settle import Settler
from conversation.sql_archive import SqlArchive
from conversation.turn import Route, TurnRecord
from conversation.utterances import Utterances
from handoff.memory_queue import MemoryHandoffQueue
from handoff.routing import Routing
from handoff.tickets.service import TicketService
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.store import Wanted
from handoff.tickets.tasks import TaskKind
from handoff.tickets.ticket import Ticket
from tests.unit.handoff.room import TinyGate
from tests.unit.handoff.tickets.people import GU, PARTS, QIN
from yinqiao.answers import AnswerRecorder
from yinqiao.records import open_records
from yinqiao.replies import SentReplies
from yinqiao.settings import Settings
from yinqiao.tickets import ComplaintRecorder, TicketAnswers, open_progress, open_tickets

WORDS_OF_THE_HOUSE = Utterances.load()
WANG = Customer("web", "wang")
WORDS = "你们多收了我手续费，我要投诉，电话 13812345678"


@dataclass
class House:
    """Conversations in memory, records in a database."""

    records: sa.Engine
    conversations: MemoryConversations
    settler: Settler
    tickets: TicketService
    archive: SqlArchive

    async def complains(
        self, customer: Customer = WANG, intent: str = "complaint", number: int = 1
    ) -> Conversation:
        """Let a customer complain in a new conversation; nothing is settled yet."""
        said = Redactor.load().redact(WORDS).text
        incoming = Incoming(f"{customer.id}-{number}", said)
        accepted = await self.conversations.accept(customer, incoming)
        handoff = Handoff(
            Reason.COMPLAINT,
            intent,
            trigger=said,
            entities=({"entity": "product", "value": "信用卡"},),
        )
        return await self.calls(accepted.conversation_id, handoff)

    async def calls(self, identifier: str, handoff: Handoff) -> Conversation:
        """Let a turn hand over, as the worker does."""
        lease = await self.conversations.acquire(identifier)
        assert lease is not None
        pending = await self.conversations.begin(lease)
        assert pending is not None
        record = TurnRecord(Route.COMPLAINT, handoff.intent)
        await self.conversations.commit(lease, pending.message.id, None, record, handoff=handoff)
        await self.conversations.release(lease)
        return await self.conversations.get(identifier)

    async def answers(self, conversation: Conversation, **fields: str) -> None:
        """Let a customer tell the house something; it is settled, and once more."""
        name = "-".join(fields)
        accepted = await self.conversations.accept(conversation.customer, Incoming(name, name))
        lease = await self.conversations.acquire(accepted.conversation_id)
        assert lease is not None
        assert await self.conversations.begin(lease)
        record = TurnRecord(Route.CHITCHAT, answers=fields)
        await self.conversations.commit(lease, accepted.message_id, None, record)
        await self.conversations.release(lease)
        await self.settler.settle(accepted.conversation_id)
        await self.conversations.note_audited(accepted.conversation_id, "0-0")
        await self.settler.settle(accepted.conversation_id)

    async def told(self, identifier: str) -> list[str]:
        """Return what the customer was told in a conversation."""
        log = await self.conversations.log(identifier)
        return [entry.text for entry in log if entry.sender is Sender.SYSTEM and entry.for_customer]

    async def ends(self, conversation: Conversation) -> None:
        """Close a conversation."""
        now = await self.conversations.get(conversation.id)
        await self.conversations.close(now.id, now.epoch, "silence")

    def all(self) -> list[Ticket]:
        """Return every ticket, read anew."""
        return SqlTickets(self.records).find(Wanted())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    records = open_records(Settings(var=tmp_path))
    recorder = AuditRecorder(AuditStore(records))
    seal = Seal()
    conversations, turns, gate = MemoryConversations(seal), MemoryTurns(), TinyGate(seal)
    voice = Voice(conversations, turns, gate, WORDS_OF_THE_HOUSE)
    archive = SqlArchive(records)
    tickets = open_tickets(records, recorder, Redactor.load(), SentReplies(voice, archive))
    complaints = ComplaintRecorder(recorder, tickets, voice)
    settler = Settler(
        *(conversations, turns, gate, MemoryHandoffQueue(Routing.load())),
        *(AnswerRecorder(complaints, tickets), WORDS_OF_THE_HOUSE),
    )
    yield House(records, conversations, settler, tickets, archive)
    records.dispose()


async def test_a_complaint_that_enters_the_queue_is_one_ticket(house: House) -> None:
    conversation = await house.complains()
    await house.settler.settle(conversation.id)
    await house.settler.settle(conversation.id)
    [ticket] = house.all()
    assert ticket.intake.conversation == conversation.id
    assert ticket.intake.product == "信用卡"
    assert "多收了我手续费" in ticket.intake.facts
    assert "13812345678" not in str(ticket)
    kinds = [row.kind for row in AuditStore(house.records).rows()]
    assert kinds.count("ticket.opened") == 1
    assert AuditStore(house.records).verify().broken is None


async def test_a_crash_before_the_ticket_is_made_good(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await house.complains()

    async def dies(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(AuditRecorder, "catch_up", dies)
        with pytest.raises(Unavailable):
            await house.settler.settle(conversation.id)
    assert house.all() == []
    assert (await house.conversations.get(conversation.id)).owner is Owner.QUEUE
    await house.conversations.give_back(
        conversation.id, (await house.conversations.get(conversation.id)).epoch, Owner.BOT
    )
    await house.settler.settle(conversation.id)
    [ticket] = house.all()
    assert "多收了我手续费" in ticket.intake.facts


async def test_asking_after_a_complaint_joins_it_and_a_new_one_is_new(house: House) -> None:
    first = await house.complains()
    await house.settler.settle(first.id)
    await house.ends(first)
    again = await house.complains(intent="complaint_followup", number=2)
    await house.settler.settle(again.id)
    [ticket] = house.all()
    assert ticket.conversations == (first.id, again.id)
    await house.ends(again)
    other = await house.complains(number=3)
    await house.settler.settle(other.id)
    assert len(house.all()) == 2


async def test_other_handoffs_open_none(house: House) -> None:
    accepted = await house.conversations.accept(WANG, Incoming("1", "转人工"))
    handoff = Handoff(Reason.HUMAN, "human_request", trigger="转人工")
    await house.calls(accepted.conversation_id, handoff)
    await house.settler.settle(accepted.conversation_id)
    assert house.all() == []


async def test_the_bot_tells_the_state_to_its_customer_only(house: House) -> None:
    conversation = await house.complains()
    await house.settler.settle(conversation.id)
    [ticket] = house.all()
    answers = TicketAnswers(open_progress(house.records))
    by_number = await answers.by_number(conversation.id, f"单号{ticket.number.lower()}")
    assert by_number.known
    assert ticket.number in by_number.words[0]
    assert await answers.running(conversation.id) == by_number
    stranger = await house.complains(Customer("web", "li"))
    refused = await answers.by_number(stranger.id, ticket.number)
    assert not refused.known
    assert ticket.number not in refused.words[0]
    assert await answers.running(stranger.id) == Standing()


async def test_without_the_records_the_bot_knows_nothing(house: House) -> None:
    answers = TicketAnswers(open_progress(house.records))
    with house.records.begin() as connection:
        connection.execute(sa.text("DROP TABLE ticket_events"))
        connection.execute(sa.text("DROP TABLE tickets"))
    assert await answers.by_number("0" * 16 + "-1", "TS20260601-0001") == Standing()
    assert await answers.running("0" * 16 + "-1") == Standing()


async def test_the_customer_is_told_the_number_once(house: House) -> None:
    conversation = await house.complains()
    await house.settler.settle(conversation.id)
    await house.conversations.note_audited(conversation.id, "0-0")
    await house.settler.settle(conversation.id)
    [ticket] = house.all()
    told = await house.told(conversation.id)
    registered = WORDS_OF_THE_HOUSE.text("complaint_registered", number=ticket.number)
    assert told.count(registered) == 1


async def test_what_is_added_in_the_queue_stands_in_the_ticket(house: House) -> None:
    conversation = await house.complains()
    await house.settler.settle(conversation.id)
    await house.answers(conversation, branch="城东支行")
    await house.answers(conversation, demand="退还手续费", when="三月五日")
    [ticket] = house.all()
    assert (ticket.intake.branch, ticket.intake.demand) == ("城东支行", "退还手续费")
    assert ticket.intake.facts.count("发生时间：三月五日") == 1


async def test_a_message_is_one_call_back(house: House) -> None:
    conversation = await house.complains()
    await house.answers(conversation, message="问利率，明天回电")
    [task] = await house.tickets.follow_up.callbacks()
    assert (task.what, task.subject) == ("问利率，明天回电", conversation.id)


async def test_a_low_score_with_its_comment_is_one_improvement(house: House) -> None:
    conversation = await house.complains()
    await house.answers(conversation, score="2", rated=conversation.id)
    await house.answers(conversation, comment="等太久", rated=conversation.id)
    [task] = await house.tickets.follow_up.pending()
    assert (task.kind, task.what) == (TaskKind.IMPROVEMENT, "2 分：等太久")


@pytest.mark.parametrize("held", ["open", "closed", "archived"])
async def test_the_reply_reaches_the_customer(house: House, held: str) -> None:
    conversation = await house.complains()
    await house.settler.settle(conversation.id)
    if held != "open":
        await house.ends(conversation)
    if held == "archived":
        log = await house.conversations.log(conversation.id)
        closed = await house.conversations.get(conversation.id)
        house.archive.put(archived(closed, log))
        await house.conversations.expire(conversation.id, timedelta(0))
    [ticket] = house.all()
    await house.tickets.do(GU, ticket.number, lambda deeds, t: deeds.assign(t, QIN))
    await house.tickets.reply(QIN, ticket.number, PARTS)
    await house.tickets.settle()
    now = await house.conversations.current(WANG)
    assert now
    assert (now.id == conversation.id) == (held == "open")
    replies = [text for text in await house.told(now.id) if "处理结果" in text]
    assert len(replies) == 1
    assert ticket.number in replies[0]
    assert replies[0].index("处理结果：") < replies[0].index("监管投诉热线：")
    assert "12378" in replies[0]
