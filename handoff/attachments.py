"""Files between agents and customers: who may send one, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversation.conversation import Owner, split_id
from conversation.errors import ConversationError, UnknownConversation
from conversation.files import SUFFIXES, Files, Stored
from conversation.message import Draft, Message
from handoff.accounts import Account, Role
from handoff.errors import NoFiles
from handoff.service import DeskService, author_of

_CARRIED: Mapping[str, frozenset[str]] = {
    "web": frozenset(SUFFIXES),
    "wechat_kf": frozenset(SUFFIXES),
    "wechat": frozenset({"image/png", "image/jpeg", "image/gif"}),
}
"""What the channels deliver, by media type; a channel that is not here delivers no file."""
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Attachments:
    """What agents do with files."""

    desk: DeskService
    files: Files

    async def send(
        self, account: Account, conversation_id: str, name: str, content: bytes
    ) -> list[Message]:
        """Send a file; its name passes the gate like everything that is said.

        Raises `BadFile`, `NoFiles` for a channel that does not carry it, and as `DeskService.send`.
        """
        conversation = await self.desk.owned(account, conversation_id)
        carried = _CARRIED.get(conversation.customer.channel)
        if carried is None:
            raise NoFiles
        named = self.desk.redact(name[-_LONGEST_NAME:])
        stored = await self.files.put(conversation_id, named, content)
        author = author_of(account, conversation.epoch)
        if stored.type not in carried:
            await self.files.drop(split_id(conversation_id)[0], stored.id)
            raise NoFiles
        try:
            approved = self.desk.gate.approve(
                conversation, author, [Draft(stored.name, files=(stored,))]
            )
            said = await self.desk.conversations.send(approved)
        except ConversationError:
            await self.files.drop(split_id(conversation_id)[0], stored.id)
            raise
        await self.desk.turns.put(conversation_id)
        return said

    async def read(self, account: Account, conversation_id: str, file_id: str) -> Stored | None:
        """Return a file for who holds the conversation, or a supervisor; None for others."""
        try:
            conversation = await self.desk.get(conversation_id)
        except (UnknownConversation, ValueError):
            return None
        holds = conversation.owner is Owner.AGENT and conversation.agent == account.login
        if not holds and not account.may(Role.SUPERVISOR):
            return None
        return await self.files.get(split_id(conversation_id)[0], file_id)
