"""Blocked sentences that an agent asks a supervisor to release, and what becomes of them.

A release never comes from the one who wrote the sentence, always with a reason, and only for
rules that may be released: the gate decides that, here as everywhere. Notices are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conversation.approved import Approved, Author
from conversation.conversation import Conversation
from conversation.errors import OwnerChanged, Refused
from conversation.message import Draft, Message, Sender
from handoff.accounts import Account
from handoff.errors import NotAllowed, NothingToRelease
from handoff.service import DeskService
from handoff.supervision import require_supervisor


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """A blocked sentence, redacted; `epoch` is that of the conversation when it was written."""

    conversation_id: str
    epoch: int
    agent: str
    name: str
    text: str
    words: tuple[str, ...]


class Requests(Protocol):
    """Keeps what waits for a supervisor, one a conversation; raises `StoreUnavailable`."""

    async def put(self, request: ReleaseRequest) -> None:
        """Keep a request in place of an earlier one of the conversation."""

    async def all(self) -> list[ReleaseRequest]:
        """Return what waits, by conversation."""

    async def take(self, conversation_id: str) -> ReleaseRequest | None:
        """Remove and return a request: of two who decide at once, one gets it."""


class ReleasingGate(Protocol):
    """The gate, for what a supervisor has released."""

    def release(
        self, conversation: Conversation, author: Author, drafts: Sequence[Draft]
    ) -> Approved:
        """Approve, as `Gate.approve` does, past the findings that may be released.

        Raises `Blocked` with those that may not.
        """


@dataclass(frozen=True, slots=True)
class Releases:
    """Ask, release, refuse; all audited."""

    desk: DeskService
    gate: ReleasingGate
    requests: Requests

    async def ask(
        self, account: Account, conversation_id: str, said: str, words: Sequence[str]
    ) -> None:
        """Ask for a sentence of one's own. Raises `Blocked` when it can never be released."""
        conversation = await self.desk.owned(account, conversation_id)
        author = Author(Sender.AGENT, conversation.epoch, account.login, account.name)
        text = self.desk.redact(said.strip())
        self.gate.release(conversation, author, [Draft(text)])
        request = ReleaseRequest(
            *(conversation_id, conversation.epoch, account.login, account.name),
            *(text, tuple(words)),
        )
        await self.requests.put(request)
        data = {"text": text, "words": list(words)}
        await self.desk.audit.record("desk.release_asked", account.login, conversation_id, data)

    async def waiting(self) -> list[ReleaseRequest]:
        """Return what waits for a supervisor."""
        return await self.requests.all()

    async def release(self, account: Account, conversation_id: str, reason: str) -> list[Message]:
        """Let the sentence go to the customer, as the agent's; returns what was said.

        Raises `NotAllowed` for whoever wrote it, `NothingToRelease` when somebody else was
        quicker or the conversation has left the agent, `Blocked`, ValueError without a reason.
        """
        request = await self._decide(account, conversation_id, reason)
        data = {"text": request.text, "words": list(request.words), "agent": request.agent}
        await self.desk.audit.record(
            "board.release", account.login, conversation_id, data | {"reason": reason}
        )
        author = Author(Sender.AGENT, request.epoch, request.agent, request.name)
        try:
            conversation = await self.desk.get(conversation_id)
            approved = self.gate.release(conversation, author, [Draft(request.text)])
            said = await self.desk.conversations.send(approved)
        except OwnerChanged as error:
            raise NothingToRelease from error
        await self.desk.turns.put(conversation_id)
        return said

    async def refuse(self, account: Account, conversation_id: str, reason: str) -> None:
        """Tell the agent, privately, why the sentence stays blocked. Raises as `release`."""
        request = await self._decide(account, conversation_id, reason)
        data = {"agent": request.agent, "reason": reason}
        await self.desk.audit.record("board.refuse", account.login, conversation_id, data)
        try:
            await self.desk.note(account, conversation_id, f"未放行：{reason}", to=request.agent)
        except Refused as error:
            raise NothingToRelease from error

    async def _decide(self, account: Account, conversation_id: str, reason: str) -> ReleaseRequest:
        require_supervisor(account)
        if not reason.strip():
            message = "a decision needs a reason"
            raise ValueError(message)
        waiting = {one.conversation_id: one for one in await self.requests.all()}
        if conversation_id not in waiting:
            raise NothingToRelease
        if waiting[conversation_id].agent == account.login:
            raise NotAllowed
        request = await self.requests.take(conversation_id)
        if request is None:
            raise NothingToRelease
        return request
