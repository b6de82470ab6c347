"""Everything an agent can do, without any page: the desk shows it, tests and scripts call it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from conversation.approved import Author
from conversation.conversation import Conversation, Owner, split_id
from conversation.errors import (
    Blocked,
    Closed,
    OwnerChanged,
    Refused,
    Unavailable,
    UnknownConversation,
)
from conversation.message import Draft, Message, Note, Sender
from conversation.ports import Conversations, Gate, Turns
from conversation.signals import Side, Signals
from conversation.utterances import Utterances
from handoff.accounts import Account, Role
from handoff.agents import Colleague
from handoff.assist import Suggestion, quotes
from handoff.audit import Audit
from handoff.context import Context, Facts
from handoff.errors import NothingToClaim
from handoff.queue import EVERY, Claim, HandoffQueue, Waiting
from handoff.routing import Routing

_PAGE = 500
LONGEST = 2000
"""How many characters an agent may send at once."""


@dataclass(frozen=True, slots=True)
class DeskService:
    """The desk's deeds. Any of them raises `Unavailable` when the live store is down."""

    conversations: Conversations
    turns: Turns
    queue: HandoffQueue
    gate: Gate
    utterances: Utterances
    audit: Audit
    routing: Routing
    signals: Signals
    redact: Callable[[str], str]
    """Masks what no note may hold; what customers are told is masked by the gate."""

    def groups(self, account: Account) -> list[str]:
        """Return the groups whose line an account sees and claims from."""
        if account.may(Role.SUPERVISOR):
            return [EVERY]
        return sorted(account.groups) or [self.routing.fallback.group]

    async def waiting(self, account: Account, limit: int = 100) -> list[Waiting]:
        """Return who waits in the account's groups, in the order in which they are served."""
        groups = self.groups(account)
        if EVERY in groups:
            return await self.queue.waiting(limit=limit)
        lines = [await self.queue.waiting(group, limit) for group in groups]
        merged = sorted(itertools.chain(*lines), key=self._score)
        return merged[:limit]

    def _score(self, waiting: Waiting) -> int:
        arrival = int(waiting.since.timestamp() * 1000)
        return self.routing.aging.score(waiting.priority, arrival)

    async def claim(self, account: Account, conversation_id: str | None = None) -> Conversation:
        """Claim the next conversation, or a given one, and take it over.

        Raises `NothingToClaim`, `AtLimit`, `NotQualified`. A conversation whose
        customer gave up waiting in the meantime is dropped from the queue, and the next one is
        tried.
        """
        while True:
            claim = await self.queue.claim(
                *(account.login, self.groups(account), account.load_limit, conversation_id),
                barred=self.routing.barred(account, datetime.now(UTC)),
            )
            if claim is None:
                raise NothingToClaim
            if await self.take_over(account, claim):
                return await self.conversations.get(claim.conversation_id)

    async def mine(self, account: Account) -> list[Conversation]:
        """Return the conversations the account holds, longest held first.

        Heals what a dead process left: a claim not yet taken over is, a claim on what is
        over is released.
        """
        claims = [one for one in await self.queue.held(account.login) if not one.offered]
        held = [await self._held(account, claim) for claim in claims]
        return [conversation for conversation in held if conversation]

    async def all_held(self) -> list[Claim]:
        """Return every agent's claims, for supervisors."""
        return await self.queue.held()

    async def _held(self, account: Account, claim: Claim) -> Conversation | None:
        with contextlib.suppress(UnknownConversation):
            conversation = await self.conversations.get(claim.conversation_id)
            if _untaken(conversation, claim) and await self.take_over(account, claim):
                conversation = await self.conversations.get(claim.conversation_id)
            if _is_of(conversation, account):
                return conversation
        await self.queue.release(claim)
        return None

    async def take_over(self, account: Colleague, claim: Claim) -> bool:
        """Take over for a colleague what was claimed.

        False, and the claim released, when the conversation is not to be had any more.
        When nothing is known of the outcome the claim goes back in line: whoever claims it
        next has a greater fence and wins, whatever happened here.
        """
        try:
            author = author_of(account, 0)
            await self.conversations.take_over(claim.conversation_id, author, claim.fence)
        except (Refused, UnknownConversation):
            if await self._already(account, claim):
                return True
            await self.queue.release(claim)
            return False
        except (Unavailable, asyncio.CancelledError):
            with contextlib.suppress(Unavailable):
                await self.queue.put_back(claim)
            raise
        await self._announce(account, claim)
        return True

    async def _already(self, account: Colleague, claim: Claim) -> bool:
        """Return whether this very claim was taken over before, by another page of the agent."""
        with contextlib.suppress(UnknownConversation):
            conversation = await self.conversations.get(claim.conversation_id)
            return _is_of(conversation, account) and conversation.fence == claim.fence
        return False

    async def _announce(self, account: Colleague, claim: Claim) -> None:
        identifier = claim.conversation_id
        data = {"fence": claim.fence, "reason": claim.reason, "group": claim.group}
        await self.audit.record("desk.claim", account.login, identifier, data)
        conversation = await self.conversations.get(identifier)
        with contextlib.suppress(Refused):
            await self.say(conversation, "agent_joined", name=account.name)
        await self.turns.put(identifier)

    async def send(
        self, account: Account, conversation_id: str, text: str, quoted: Suggestion | None = None
    ) -> list[Message]:
        """Say something to the customer; returns what was said, due notices first.

        An article `quoted` is named as the source if the text says it word for word.
        Raises `Blocked` with the findings, `OwnerChanged` or `Closed` when the conversation
        is no longer the account's, ValueError for an empty or too long text.
        """
        if not text.strip() or len(text) > LONGEST:
            message = f"a message has 1 to {LONGEST} characters"
            raise ValueError(message)
        conversation = await self.owned(account, conversation_id)
        author = author_of(account, conversation.epoch)
        try:
            approved = self.gate.approve(conversation, author, [_draft(text.strip(), quoted)])
        except Blocked as blocked:
            rules = sorted({finding.rule for finding in blocked.findings})
            await self.audit.record(
                "desk.blocked", account.login, conversation_id, {"rules": rules}
            )
            raise
        said = await self.conversations.send(approved)
        with contextlib.suppress(Unavailable):
            await self.signals.said(conversation_id, Side.STAFF)
        await self.turns.put(conversation_id)
        return said

    async def close(self, account: Account, conversation_id: str) -> None:
        """Say goodbye and close. Raises as `send`."""
        conversation = await self.owned(account, conversation_id)
        await self.say(conversation, "agent_closed")
        await self.conversations.close(conversation_id, conversation.epoch, account.login)
        await self._let_go(account, conversation_id, "desk.close")

    async def hand_back(self, account: Account, conversation_id: str) -> None:
        """Give the conversation back to the bot, with a summary for whoever serves next.

        Raises as `send`.
        """
        conversation = await self.owned(account, conversation_id)
        context = await self.context(conversation_id)
        await self.note(account, conversation_id, context.summary[:LONGEST])
        await self.say(conversation, "handed_back")
        await self.conversations.give_back(conversation_id, conversation.epoch, Owner.BOT)
        await self._let_go(account, conversation_id, "desk.hand_back")

    async def _let_go(self, account: Account, conversation_id: str, deed: str) -> None:
        for claim in await self.queue.held(account.login):
            if claim.conversation_id == conversation_id:
                await self.queue.release(claim)
        await self.audit.record(deed, account.login, conversation_id, {})
        await self.turns.put(conversation_id)

    async def read(self, conversation_id: str, after: str = "0-0") -> list[Message]:
        """Return every log entry after `after`."""
        entries: list[Message] = []
        while page := await self.conversations.log(conversation_id, after=after, limit=_PAGE):
            entries += page
            after = page[-1].id
        return entries

    async def context(self, conversation_id: str) -> Context:
        """Return everything the context panel shows."""
        facts = Facts()
        facts.add(await self.read(conversation_id))
        return Context(await self.conversations.get(conversation_id), facts)

    async def get(self, conversation_id: str) -> Conversation:
        """Return the present state."""
        return await self.conversations.get(conversation_id)

    def follow(self, conversation_id: str) -> AsyncIterator[None]:
        """Yield whenever something may have changed; see `Conversations.follow`."""
        return self.conversations.follow(split_id(conversation_id)[0])

    async def at_desk(self, account: Account) -> None:
        """Tell that the account's desk lives: keeps the agent present and the claims alive."""
        await self.queue.heartbeat(account)
        await self.queue.renew(account.login)

    async def tell_in_line(self, conversation_id: str, key: str, **values: object) -> None:
        """Tell a customer, once, by an utterance, that the conversation waits in line again."""
        conversation = await self.conversations.get(conversation_id)
        await self.queue.enqueue(conversation)
        draft = self.utterances.draft(key, **values)
        author = Author(Sender.SYSTEM, conversation.epoch)
        approved = self.gate.approve(conversation, author, [draft])
        await self.conversations.mark_enqueued(conversation_id, approved)
        await self.turns.put(conversation_id)

    async def note(
        self, account: Account, conversation_id: str, text: str, to: str = ""
    ) -> Message | None:
        """Leave a private note, redacted; `to` shows it to one agent alone. Nothing for no text.

        Raises `Closed`, and ValueError for a too long text.
        """
        if len(text) > LONGEST:
            message = f"a note has at most {LONGEST} characters"
            raise ValueError(message)
        if not text.strip():
            return None
        written = Note(account.login, account.name, self.redact(text.strip()), to)
        noted = await self.conversations.note(conversation_id, written)
        await self.turns.put(conversation_id)  # the audit chain takes it from the log
        return noted

    async def owned(self, account: Account, conversation_id: str) -> Conversation:
        """Return a conversation that the account may speak in; raises `Closed`, `OwnerChanged`."""
        conversation = await self.conversations.get(conversation_id)
        if conversation.owner is Owner.CLOSED:
            raise Closed
        if not _is_of(conversation, account):
            raise OwnerChanged
        return conversation

    async def say(self, conversation: Conversation, key: str, **values: object) -> None:
        """Tell the customer something by an approved utterance."""
        author = Author(Sender.SYSTEM, conversation.epoch)
        draft = self.utterances.draft(key, **values)
        await self.conversations.send(self.gate.approve(conversation, author, [draft]))


def _draft(text: str, quoted: Suggestion | None) -> Draft:
    if quoted is None or not quotes(text, quoted):
        return Draft(text)
    return Draft(text, categories=quoted.categories, sources=(quoted.source,))


def _untaken(conversation: Conversation, claim: Claim) -> bool:
    """Return whether a claim was made that nobody has followed up yet."""
    served = conversation.owner in {Owner.QUEUE, Owner.AGENT}
    return served and conversation.fence < claim.fence


def _is_of(conversation: Conversation, account: Colleague) -> bool:
    return conversation.owner is Owner.AGENT and conversation.agent == account.login


def author_of(account: Colleague, epoch: int) -> Author:
    """Return who speaks when a colleague does, under an epoch."""
    return Author(Sender.AGENT, epoch, account.login, account.name)
