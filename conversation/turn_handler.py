"""One message of one turn: ask the bot, pass the gate, commit; and what to do when that fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from conversation.approved import Approved, Author
from conversation.conversation import Conversation, Handoff, Owner, Reason
from conversation.errors import Blocked, BotUnavailable, OwnerChanged, Refused, Unavailable
from conversation.message import Draft, Kind, Message, NoticeRef, Sender
from conversation.ports import Bot, Conversations, Gate, Lexicon, Turns
from conversation.turn import BotReply, Lease, Pending, Route, TurnRecord, Withheld
from conversation.utterances import Utterances

_LOG = logging.getLogger(__name__)
_TRIES = 5
_ROUTES = {
    Reason.FRAUD: Route.FRAUD,
    Reason.COMPLAINT: Route.COMPLAINT,
    Reason.TRANSACTION: Route.TRANSACTION,
    Reason.HUMAN: Route.HUMAN,
}


class Later(Exception):
    """The message could not be answered now and stays in the mailbox."""

    def __init__(self, attempts: int) -> None:
        """Remember how often it was tried."""
        super().__init__()
        self.attempts = attempts


@dataclass(frozen=True, slots=True)
class TurnHandler:
    """Handles the head of a mailbox: exactly one commit, or `Later`."""

    conversations: Conversations
    turns: Turns
    bot: Bot
    gate: Gate
    lexicon: Lexicon
    utterances: Utterances

    async def handle(self, lease: Lease, conversation: Conversation, pending: Pending) -> None:
        """Answer one message, or let it pass when the bot does not own the conversation."""
        if read := _read(conversation, pending.message):
            await self._note_read(lease, conversation, pending, read)
            return
        if conversation.owner is not Owner.BOT:
            await self._pass(lease, pending, f"owner is {conversation.owner}")
            return
        try:
            if pending.attempts > _TRIES:
                # Its worker died each time, before any error could be caught.
                await self._poison(lease, conversation, pending)
            else:
                await self._answer(lease, conversation, pending)
        except OwnerChanged:
            # A person took over while the bot was thinking: its answer is dropped (P2).
            await self._pass(lease, pending, "owner changed during the turn")
        except BotUnavailable:
            await self._without_bot(lease, conversation, pending)
        except (Refused, Unavailable):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is counted and buried
            _LOG.exception("poisonous message", extra={"conversation": conversation.id})
            await self._poison(lease, conversation, pending)

    async def hurries(self, conversation_id: str) -> bool:
        """See `Handler.hurries`."""
        return self._urgent(await self.conversations.mailbox(conversation_id)) is not None

    async def _pass(self, lease: Lease, pending: Pending, note: str) -> None:
        alarm = self.lexicon.reason(pending.message.text) == Reason.FRAUD
        record = TurnRecord(route=None, note=note, alarm=alarm)
        await self.conversations.commit(lease, pending.message.id, None, record)

    async def _note_read(
        self,
        lease: Lease,
        conversation: Conversation,
        pending: Pending,
        read: tuple[NoticeRef, ...],
    ) -> None:
        """Record that notices were read, whoever owns the conversation; only the bot thanks."""
        record = TurnRecord(Route.CHITCHAT, acknowledged=read)
        titles = "、".join(f"《{notice.title}》" for notice in read)
        thanks = self.utterances.draft("notice_read", titles=titles)
        said = self._system(conversation, thanks) if conversation.owner is Owner.BOT else None
        try:
            await self.conversations.commit(lease, pending.message.id, said, record)
        except OwnerChanged:
            await self.conversations.commit(lease, pending.message.id, None, record)

    async def _answer(self, lease: Lease, conversation: Conversation, pending: Pending) -> None:
        if pending.message.files:
            await self._say(lease, conversation, pending, "file_kept", "a file")
            return
        if pending.message.kind is not Kind.TEXT:
            await self._say(lease, conversation, pending, "unreadable", "not a text message")
            return
        reply = await self.bot.reply(conversation, pending.message)
        try:
            # In a thread: a sentence that was never read before takes the encoder's time, and
            # meanwhile everybody else is served.
            approved = await asyncio.to_thread(
                self.gate.approve,
                conversation,
                Author(Sender.BOT, conversation.epoch),
                reply.drafts,
                intent=reply.understanding.intent,
                entities=reply.understanding.entities,
            )
        except Blocked as blocked:
            await self._withhold(lease, conversation, pending, reply, blocked)
            return
        await self.conversations.commit(
            lease,
            pending.message.id,
            approved,
            _record(reply),
            handoff=reply.handoff or _wanted(approved, reply, pending.message),
            stage=reply.stage,
            asking="",
        )

    async def _withhold(
        self,
        lease: Lease,
        conversation: Conversation,
        pending: Pending,
        reply: BotReply,
        blocked: Blocked,
    ) -> None:
        """Say that there is no answer; whoever was to be handed over still is (P6)."""
        _LOG.error("approved text was blocked", extra={"conversation": conversation.id})
        await self.conversations.commit(
            lease,
            pending.message.id,
            self._system(conversation, self.utterances.draft(_instead(reply))),
            _withheld(reply, blocked),
            handoff=reply.handoff,
            stage=reply.stage,
        )

    async def _without_bot(
        self, lease: Lease, conversation: Conversation, pending: Pending
    ) -> None:
        """The bot is down: tell the customer once, try again, hand over when it lasts."""
        waiting = await self.conversations.mailbox(conversation.id)
        if urgent := self._urgent([pending.message, *waiting]):
            await self._hand_over(lease, conversation, pending, urgent)
        elif pending.attempts >= _TRIES:
            await self.turns.bury(conversation.id, pending.message.id, "bot unavailable")
            await self._hand_over(lease, conversation, pending, Reason.BOT_UNABLE)
        else:
            if pending.attempts == 1:
                await self._tell(conversation)
            raise Later(pending.attempts)

    def _urgent(self, messages: list[Message]) -> Reason | None:
        """Return the first unmistakable reason among the waiting messages: P6 without a bot."""
        for message in messages:
            if reason := self.lexicon.reason(message.text):
                return Reason(reason)
        return None

    async def _tell(self, conversation: Conversation) -> None:
        draft = self.utterances.draft("bot_unavailable")
        with contextlib.suppress(Refused):
            await self.conversations.send(self._system(conversation, draft))

    async def _hand_over(
        self, lease: Lease, conversation: Conversation, pending: Pending, reason: Reason
    ) -> None:
        key = "bot_down_handoff" if reason is Reason.BOT_UNABLE else _handing_over(reason)
        await self.conversations.commit(
            lease,
            pending.message.id,
            self._system(conversation, self.utterances.draft(key)),
            TurnRecord(
                route=_ROUTES.get(reason, Route.HUMAN),
                note="bot unavailable",
                alarm=reason is Reason.FRAUD,
            ),
            handoff=Handoff(reason, trigger=pending.message.text),
        )

    async def _poison(self, lease: Lease, conversation: Conversation, pending: Pending) -> None:
        if pending.attempts < _TRIES:
            raise Later(pending.attempts)
        await self.turns.bury(conversation.id, pending.message.id, "failed five times")
        await self._say(lease, conversation, pending, "poison_offer", "failed five times")

    async def _say(
        self, lease: Lease, conversation: Conversation, pending: Pending, key: str, note: str
    ) -> None:
        await self.conversations.commit(
            lease,
            pending.message.id,
            self._system(conversation, self.utterances.draft(key)),
            TurnRecord(route=Route.REFUSE, note=note),
        )

    def _system(self, conversation: Conversation, draft: Draft) -> Approved:
        return self.gate.approve(conversation, Author(Sender.SYSTEM, conversation.epoch), [draft])


def _read(conversation: Conversation, message: Message) -> tuple[NoticeRef, ...]:
    """Return the notices shown here that the message says to have read."""
    said = message.text.strip()
    shown = conversation.notices.values()
    return tuple(notice for notice in shown if notice.confirm and notice.confirm == said)


def _wanted(approved: Approved, reply: BotReply, message: Message) -> Handoff | None:
    """Return the handoff for what the bot may explain but not deal with."""
    if not approved.person:
        return None
    understanding = reply.understanding
    return Handoff(
        Reason.HUMAN,
        understanding.intent,
        understanding.confidence,
        message.text,
        understanding.entities,
    )


def _record(reply: BotReply) -> TurnRecord:
    understanding = reply.understanding
    return TurnRecord(
        reply.route,
        understanding.intent,
        understanding.confidence,
        understanding.entities,
        alarm=_alarms(reply),
    )


def _alarms(reply: BotReply) -> bool:
    return reply.handoff is not None and reply.handoff.reason is Reason.FRAUD


def _handing_over(reason: Reason) -> str:
    return "fraud_handoff" if reason is Reason.FRAUD else "urgent_handoff"


def _instead(reply: BotReply) -> str:
    """Return what is said when the bot's own words were blocked."""
    return _handing_over(reply.handoff.reason) if reply.handoff else "wording_refused"


def _withheld(reply: BotReply, blocked: Blocked) -> TurnRecord:
    understanding = reply.understanding
    sources = {source.id for draft in reply.drafts for source in draft.sources}
    rules = {finding.rule for finding in blocked.findings}
    return TurnRecord(
        reply.route if reply.handoff else Route.REFUSE,
        understanding.intent,
        understanding.confidence,
        understanding.entities,
        "blocked by the gate",
        withheld=Withheld(tuple(sorted(rules)), tuple(sorted(sources))),
        alarm=_alarms(reply),
    )
