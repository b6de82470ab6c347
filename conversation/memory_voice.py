"""Who may speak in the in-memory double, and after which notices."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from conversation import codec
from conversation.approved import Approved, Seal
from conversation.conversation import Owner
from conversation.errors import NotApproved, NoticeMissing, OwnerChanged
from conversation.memory_held import Holdings
from conversation.message import Kind, Message, NoticeRef, Sender


@dataclass(slots=True)
class Voice:
    """Says what was approved under `seal`, by the owner it was approved for."""

    holdings: Holdings
    seal: Seal

    def check(self, approved: Approved) -> None:
        """Raise `NotApproved`, `Closed` or `OwnerChanged` unless its author may say it now."""
        if approved.seal is not self.seal:
            raise NotApproved
        author = approved.author
        state = self.holdings.owned(approved.conversation_id, author.epoch).state
        if author.sender is Sender.BOT and state.owner is not Owner.BOT:
            raise OwnerChanged
        if author.sender is Sender.AGENT and (
            state.owner is not Owner.AGENT or state.agent != author.id
        ):
            raise OwnerChanged

    def say(self, approved: Approved, reply_to: str | None = None) -> list[Message]:
        """Append it to the log; raises what `check` raises, and `NoticeMissing`."""
        self.check(approved)
        held = self.holdings.of(approved.conversation_id)
        leading = {
            draft.notice.category: draft.notice
            for draft in itertools.takewhile(lambda d: d.kind is Kind.NOTICE, approved.messages)
            if draft.notice
        }
        shown = held.state.notices | leading
        for need in approved.requires:
            if not _same(shown.get(need.category), need):
                raise NoticeMissing
        said = [self.holdings.append(m) for m in codec.messages_of_approved(approved, reply_to)]
        delivered = {m.notice.category: m.notice for m in said if m.notice}
        held.state = replace(held.state, notices=held.state.notices | delivered)
        return said


def _same(shown: NoticeRef | None, need: NoticeRef) -> bool:
    return shown is not None and (shown.id, shown.version) == (need.id, need.version)
