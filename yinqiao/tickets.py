"""Complaint tickets on this installation's records: what opens them, and who is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from bot.actions.ports import Standing
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.conversation import Conversation, Owner, Reason, split_id
from conversation.errors import Finding, Unavailable
from conversation.house import House
from conversation.message import Kind, Message, Sender
from conversation.ports import Recorder
from conversation.sql_archive import SqlArchive
from handoff.quality.scene import Scene
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.letters import Letters
from handoff.tickets.progress import Progress
from handoff.tickets.rules import Rules
from handoff.tickets.service import TicketService
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.sql_tasks import SqlSurveys, SqlTasks
from handoff.tickets.ticket import Intake, Ticket

_NEW = frozenset({"complaint", ""})
"""Intents of a complaint that was not made before. Who asks after one, or wants a person after
hearing how it stands, makes no new one where there is one."""


def open_tickets(
    records: sa.Engine, recorder: AuditRecorder, redactor: Redactor, letters: Letters
) -> TicketService:
    """Return the ticket service."""
    rules = Rules.load()

    def redact(text: str) -> str:
        return redactor.redact(text).text

    archive = SqlArchive(records)

    def served_by(conversation: str) -> str:
        archived = archive.get(conversation)
        return Scene.of(archived).agent if archived else ""

    follow_up = FollowUp(
        *(SqlTasks(records), SqlSurveys(records), recorder, redact, rules), served_by=served_by
    )
    return TicketService(SqlTickets(records), follow_up, recorder, redact, findings, rules, letters)


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

    The customer is told its number, once.

    It stands where the log is recorded, because that is retried entry by entry until it is done,
    whoever owns the conversation meanwhile; the queue never waits for it.
    """

    recorder: Recorder
    tickets: TicketService
    house: House

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """See `conversation.ports.Recorder`."""
        await self.recorder.catch_up(conversation, entries)
        for place, entry in enumerate(entries):
            if _complains(entry):
                await self._complained(conversation, entry, entries[:place])

    async def _complained(
        self, conversation: Conversation, entry: Message, before: Sequence[Message]
    ) -> None:
        if _intent(before) not in _NEW:
            key = conversation.customer.key
            if held := await self.tickets.repeat(conversation.id, key, entry.at):
                await self._tell(conversation, held)
                return
        await self._tell(
            conversation, await self.tickets.open(_intake(conversation, before), entry.at)
        )

    async def _tell(self, conversation: Conversation, ticket: Ticket) -> None:
        draft = self.house.utterances.draft("complaint_registered", number=ticket.number)
        await self.house.tell(conversation.id, draft, once=f"registered:{ticket.number}")


@dataclass(frozen=True, slots=True)
class TicketAnswers:
    """`bot.actions.ports.Complaints` on the tickets, in their approved words."""

    progress: Progress

    async def by_number(self, conversation_id: str, text: str) -> Standing:
        """See `Complaints.by_number`."""
        try:
            told = await self.progress.by_number(split_id(conversation_id)[0], text)
        except Unavailable:
            return Standing()
        return Standing((told.words,), known=told.known)

    async def running(self, conversation_id: str) -> Standing:
        """See `Complaints.running`."""
        try:
            told = await self.progress.running(split_id(conversation_id)[0])
        except Unavailable:
            return Standing()
        return Standing(tuple(one.words for one in told), known=bool(told))


def open_progress(records: sa.Engine) -> Progress:
    """Return what customers may be told of their complaints."""
    return Progress(SqlTickets(records), Rules.load())


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
