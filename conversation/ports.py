"""What the core asks of the outside. Each port says what happens when what is behind is down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from conversation.approved import Approved, Author
from conversation.conversation import Conversation, Customer, Handoff, Owner, Stage
from conversation.message import LARGE_TEXT, Draft, FileRef, Kind, Message, Note
from conversation.turn import BotReply, Lease, Pending, TurnRecord


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer message as a connector hands it over: redacted, with the channel's id.

    `large_text`: the customer reads large text.
    """

    client_id: str
    text: str
    kind: Kind = Kind.TEXT
    files: tuple[FileRef, ...] = ()
    large_text: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """What the log keeps besides the words."""
        return {LARGE_TEXT: True} if self.large_text else {}


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted customer message; `duplicate` when the channel had delivered it before."""

    conversation_id: str
    message_id: str
    duplicate: bool


class Conversations(Protocol):
    """The live store. Raises `StoreUnavailable` when the server does not answer.

    A call that raised it may or may not have happened; every one is safe to repeat.
    """

    async def accept(self, customer: Customer, incoming: Incoming) -> Accepted:
        """Take a customer message into the open conversation, opening one when there is none.

        Deduplicates on (customer, client_id), appends to the log, pushes to the mailbox.
        Raises `Busy` when the mailbox is full.
        """

    async def open(self, customer: Customer) -> Conversation:
        """Return the customer's open conversation, opening one when there is none."""

    async def current(self, customer: Customer) -> Conversation | None:
        """Return the customer's latest conversation, open or closed, if it is still held."""

    async def get(self, conversation_id: str) -> Conversation:
        """Return the present state; raises `UnknownConversation`."""

    async def log(
        self, conversation_id: str, *, after: str = "0-0", limit: int = 500
    ) -> list[Message]:
        """Return at most `limit` entries whose id is greater than `after`, in order."""

    async def acquire(self, conversation_id: str) -> Lease | None:
        """Take the lease, or return None when another worker has it."""

    async def renew(self, lease: Lease) -> bool:
        """Extend the lease; False when it was lost."""

    async def begin(self, lease: Lease) -> Pending | None:
        """Return the mailbox head, counting the attempt; None when empty. Raises `LeaseLost`."""

    async def mailbox(self, conversation_id: str) -> list[Message]:
        """Return the messages that wait for an answer, oldest first (at most 100)."""

    async def commit(  # noqa: PLR0913 - one fenced step, every argument is part of it
        self,
        lease: Lease,
        head: str,
        approved: Approved | None,
        record: TurnRecord,
        *,
        handoff: Handoff | None = None,
        stage: Stage | None = None,
        asking: str | None = None,
        leaves: bool = False,
    ) -> list[Message]:
        """Append the answer, pop the mailbox, change the owner: one step, or nothing at all.

        `head` must be the mailbox head. With `handoff` the owner becomes the queue; when the
        customer `leaves` the queue it becomes the bot again. `asking` is what the house asks from
        now on, None what it asked before; under a new owner nothing is asked. Raises `LeaseLost`,
        `OwnerChanged` (the author's epoch is over), `NotApproved`, `NoticeMissing`. Returns what
        was appended.
        """

    async def release(self, lease: Lease) -> bool:
        """Give the lease back if the mailbox is empty; False (and still held) when it is not."""

    async def abandon(self, lease: Lease) -> None:
        """Give the lease back whatever the mailbox holds; the turn must come again."""

    async def send(self, approved: Approved, *, once: str = "") -> list[Message]:
        """Append what an owner says outside a turn; under a name `once` in the conversation.

        Returns nothing when it was said before under that name. Raises `OwnerChanged`, `Closed`,
        `NotApproved`, `NoticeMissing`.
        """

    async def note(self, conversation_id: str, note: Note) -> Message:
        """Append what staff tell one another; an event entry, so that no channel delivers it.

        Raises `UnknownConversation`, `Closed`.
        """

    async def request_handoff(self, conversation_id: str, epoch: int, handoff: Handoff) -> int:
        """Move `bot → queue` outside a turn; returns the new epoch. Raises `OwnerChanged`."""

    async def mark_enqueued(
        self, conversation_id: str, approved: Approved, *, asking: str = ""
    ) -> list[Message]:
        """Say the queue's utterance and note that the queue has the conversation; once an epoch.

        `asking` is what the house asks with it.
        Returns nothing when it was noted before. Raises `OwnerChanged`.
        """

    async def leave(self, approved: Approved) -> list[Message]:
        """Say that the customer waits for nobody any more, and move `queue → bot`; one step.

        Raises `OwnerChanged` when the conversation is not the queue's under the author's epoch.
        """

    async def take_over(self, conversation_id: str, agent: Author, fence: int) -> int:
        """Move `queue → agent` under the claim token `fence`; returns the new epoch.

        A greater fence wins over an agent who holds it with a smaller one. Raises
        `OwnerChanged` for a fence that is not greater than the last one, or a bot-owned or
        closed conversation.
        """

    async def give_back(self, conversation_id: str, epoch: int, to: Owner) -> int:
        """Move `agent → queue` or `agent|queue → bot`; returns the new epoch."""

    async def close(self, conversation_id: str, epoch: int, by: str) -> int:
        """Close it; the customer's next message opens a new one. Returns the new epoch.

        Closing by "silence" raises `Busy` while a message waits for its answer.
        """

    async def note_audited(self, conversation_id: str, upto: str) -> None:
        """Remember that the log is in the audit chain up to and including entry `upto`."""

    async def expire(self, conversation_id: str, after: timedelta) -> None:
        """Let a closed conversation go `after` this time; what it was called is never reused.

        Raises `OwnerChanged` while it is open, `UnknownConversation` when it is gone already.
        """

    def follow(self, customer_key: str) -> AsyncIterator[None]:
        """Yield once now, then whenever something of this customer's may have changed.

        A hint, never the truth: read the log after each. Also yields every few seconds, so
        that a lost hint costs only time.
        """


class Turns(Protocol):
    """The stream of conversations that have something to do. At-least-once."""

    async def put(self, conversation_id: str) -> None:
        """Ask for a turn."""

    def take(self) -> AsyncIterator[Ticket]:
        """Yield tickets, new ones and those whose worker died; ack each when it is settled."""

    async def keep(self, ticket: Ticket) -> None:
        """Tell that the ticket's worker lives, so that nobody reclaims it."""

    async def ack(self, ticket: Ticket) -> None:
        """Remove a ticket."""

    async def bury(self, conversation_id: str, message_id: str, why: str) -> None:
        """Append a poisonous message to the dead letters."""

    async def idle(self, before: datetime, limit: int = 100) -> list[str]:
        """Return conversations without any activity since `before`."""

    async def forget(self, conversation_id: str) -> None:
        """Stop watching a conversation for idleness."""

    async def finish(self, conversation_id: str) -> None:
        """Stop watching a closed, settled conversation: it now waits to be archived. One step."""

    async def finished(self, limit: int = 100) -> list[str]:
        """Return conversations that wait to be archived, the longest waiting first."""

    async def archived(self, conversation_id: str) -> None:
        """Remove a conversation from those that wait to be archived."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One entry of the turns stream."""

    conversation_id: str
    id: str
    partition: int


class Bot(Protocol):
    """The dialogue engine. Raises `BotUnavailable` when it is down or says nothing."""

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """Answer one customer message."""


class Gate(Protocol):
    """The only maker of `Approved`. Pure computation; it has nothing behind it to be down."""

    def approve(
        self,
        conversation: Conversation,
        author: Author,
        drafts: Sequence[Draft],
        *,
        intent: str = "",
        entities: Sequence[Mapping[str, Any]] = (),
    ) -> Approved:
        """Add the notices that are due, check the wording, redact. Raises `Blocked`.

        `intent` and `entities` are those of the customer's message that the drafts answer.
        """


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands in the queue; `position` counts from 1.

    `opens` is when people serve again, None while they do; `wait` is an estimate of the wait,
    None when it would be a guess.
    """

    group: str
    priority: int
    position: int
    opens: datetime | None = None
    wait: timedelta | None = None


class Queue(Protocol):
    """The handoff queue as the core sees it."""

    async def enqueue(self, conversation: Conversation) -> Place:
        """Put it in line; idempotent for (conversation, epoch)."""

    async def place(self, conversation_id: str) -> Place | None:
        """Return where it stands, None when it is not waiting."""

    async def withdraw(self, conversation_id: str) -> None:
        """Take it out of the line (the customer gave up, or it was closed)."""


class Recorder(Protocol):
    """The records behind the log: audit chain and archive. Idempotent; catches up when called."""

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """Append log entries to the audit chain; each (conversation, entry) once."""


class Lexicon(Protocol):
    """Unmistakable phrases, for when the bot is down."""

    def reason(self, text: str) -> str | None:
        """Return human, complaint, fraud or transaction; None when nothing is unmistakable."""
