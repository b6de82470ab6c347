"""Complaints become tickets, on the real records, whatever dies in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.audit_store import AuditStore
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from conversation.approved import Seal
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import Unavailable
from conversation.memory import MemoryConversations
from conversation.memory_turns import MemoryTurns
from conversation.ports import Incoming
from conversation.settle import Settler
from conversation.turn import Route, TurnRecord
from conversation.utterances import Utterances
from handoff.memory_queue import MemoryHandoffQueue
from handoff.routing import Routing
from handoff.tickets.service import TicketService
from handoff.tickets.store import Wanted
from handoff.tickets.ticket import Ticket
from tests.unit.handoff.room import TinyGate
from yinqiao.records import open_records
from yinqiao.settings import Settings
from yinqiao.tickets import ComplaintRecorder, TicketAnswers, open_tickets

WANG = Customer("web", "wang")
WORDS = "你们多收了我手续费，我要投诉，电话 13812345678"


@dataclass
class House:
    """Conversations in memory, records in a database."""

    records: sa.Engine
    conversations: MemoryConversations
    settler: Settler
    tickets: TicketService

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

    async def ends(self, conversation: Conversation) -> None:
        """Close a conversation."""
        now = await self.conversations.get(conversation.id)
        await self.conversations.close(now.id, now.epoch, "silence")

    def all(self) -> list[Ticket]:
        """Return every ticket, read anew."""
        return open_tickets(
            self.records, AuditRecorder(AuditStore(self.records)), Redactor.load()
        ).store.find(Wanted())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    records = open_records(Settings(var=tmp_path))
    recorder = AuditRecorder(AuditStore(records))
    tickets = open_tickets(records, recorder, Redactor.load())
    seal = Seal()
    conversations = MemoryConversations(seal)
    routing = Routing.load()
    settler = Settler(
        conversations,
        MemoryTurns(),
        TinyGate(seal),
        MemoryHandoffQueue(routing),
        ComplaintRecorder(recorder, tickets),
        Utterances.load(),
    )
    yield House(records, conversations, settler, tickets)
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
    answers = TicketAnswers(house.tickets)
    assert ticket.number in await answers.told(conversation.id, ticket.number.lower())
    stranger = await house.complains(Customer("web", "li"))
    assert ticket.number not in await answers.told(stranger.id, ticket.number)
