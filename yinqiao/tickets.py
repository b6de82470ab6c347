"""Complaint tickets on this installation's records: what opens them, and who is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.conversation import Conversation, Owner, Reason, split_id
from conversation.errors import Finding
from conversation.message import Kind, Message, Sender
from conversation.ports import Recorder
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.rules import Rules
from handoff.tickets.service import TicketService
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.sql_tasks import SqlSurveys, SqlTasks
from handoff.tickets.ticket import Intake

FOLLOW_UP_INTENT = "complaint_followup"
"""The customer asks after an earlier complaint: no new one where there is one."""


def open_tickets(records: sa.Engine, recorder: AuditRecorder, redactor: Redactor) -> TicketService:
    """Return the ticket service."""
    rules = Rules.load()

    def redact(text: str) -> str:
        return redactor.redact(text).text

    follow_up = FollowUp(SqlTasks(records), SqlSurveys(records), recorder, redact, rules)
    return TicketService(SqlTickets(records), follow_up, recorder, redact, findings, rules)


@lru_cache(maxsize=1)
def _wording() -> Wording:
    """Return the wording rules; who replies to complaints and who inspects need them."""
    return Wording.load()


def findings(text: str) -> Sequence[Finding]:
    """Return what is prohibited in a text."""
    return _wording().check(text)


@dataclass(frozen=True, slots=True)
class ComplaintRecorder:
    """The records behind the log, with a ticket for every complaint that asked for a person.

    It stands where the log is recorded, because that is retried entry by entry until it is done,
    whoever owns the conversation meanwhile; the queue never waits for it.
    """

    recorder: Recorder
    tickets: TicketService

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """See `conversation.ports.Recorder`."""
        await self.recorder.catch_up(conversation, entries)
        for place, entry in enumerate(entries):
            if _complains(entry):
                await self._complained(conversation, entry, entries[:place])

    async def _complained(
        self, conversation: Conversation, entry: Message, before: Sequence[Message]
    ) -> None:
        if _intent(before) == FOLLOW_UP_INTENT:
            key = conversation.customer.key
            if await self.tickets.repeat(conversation.id, key, entry.at):
                return
        await self.tickets.open(_intake(conversation, before), entry.at)


@dataclass(frozen=True, slots=True)
class TicketAnswers:
    """What the bot may tell of a ticket: the port is the bot's, the words are approved ones."""

    tickets: TicketService

    async def told(self, conversation_id: str, number: str) -> str:
        """Return the state of a ticket to the customer of a conversation.

        One text for a number that does not exist and for somebody else's; raises `Unavailable`.
        """
        return await self.tickets.tell(split_id(conversation_id)[0], number)


def _complains(entry: Message) -> bool:
    data = entry.data
    return (
        entry.kind is Kind.EVENT
        and data.get("to") == Owner.QUEUE
        and data.get("why") == Reason.COMPLAINT
    )


def _intent(before: Sequence[Message]) -> str:
    """Return what the customer's last message was understood as: the turn leads its handoff."""
    turns = (entry for entry in reversed(before) if entry.kind is Kind.TURN)
    turn = next(turns, None)
    return str(turn.data.get("intent") or "") if turn else ""


def _intake(conversation: Conversation, before: Sequence[Message]) -> Intake:
    """Return what is known at once: the customer's words, and the product found in them.

    The handoff is forgotten once the bot has the conversation again; the log has the words.
    """
    said = (entry.text for entry in reversed(before) if entry.sender is Sender.CUSTOMER)
    handoff = conversation.handoff
    entities = handoff.entities if handoff else ()
    products = (str(each["value"]) for each in entities if each.get("entity") == "product")
    return Intake(
        conversation.id,
        conversation.customer.key,
        facts=(handoff.trigger if handoff else "") or next(said, ""),
        product=next(products, ""),
    )
