"""What becomes of what an agent writes before it is sent: drafts, warnings, typing, files."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import background_tasks, ui

from compliance.errors import ComplianceError
from conversation.errors import Blocked, Finding, Unavailable
from handoff.accounts import Account
from handoff.composing import Composing
from handoff.desk.opened import Opened
from handoff.desk.parts import Parts


@dataclass(frozen=True, slots=True)
class Writing:
    """Belongs to one page; `opened` is the conversation that is open, `attempt` runs a deed."""

    parts: Parts
    account: Callable[[], Account]
    opened: Callable[[], Opened | None]
    attempt: Callable[[Awaitable[object]], Awaitable[bool]]
    send: Callable[[str], Awaitable[bool]]

    @property
    def takes_files(self) -> bool:
        """Whether files are exchanged here."""
        return self.parts.attachments is not None

    def kept(self, opened: Opened) -> str:
        """Return what was begun in a conversation."""
        return self.parts.drafts.get((self.account().login, opened.id), "")

    @property
    def open_id(self) -> str:
        """The conversation that is open, empty when none is."""
        opened = self.opened()
        return opened.id if opened else ""

    def give_back(self, conversation_id: str, said: str) -> str:
        """Put what was not sent before what was begun since; returns the draft of the two.

        Tells the agent when another conversation is open by now.
        """
        key = (self.account().login, conversation_id)
        begun = self.parts.drafts.get(key, "")
        self.parts.drafts[key] = f"{said}\n{begun}" if begun else said
        if conversation_id != self.open_id:
            ui.notify(self.parts.labels.of("errors", "returned"), position="top", type="warning")
        return self.parts.drafts[key]

    def keep(self, written: str) -> None:
        """Keep what stands in the field; what is new is typing."""
        opened = self.opened()
        if opened is None or written == self.kept(opened):
            return
        key = (self.account().login, opened.id)
        if written:
            self.parts.drafts[key] = written
            background_tasks.create(self._typing(opened))
        else:
            self.parts.drafts.pop(key, None)

    async def _typing(self, opened: Opened) -> None:
        with contextlib.suppress(Unavailable):
            await Composing(self.parts.service).typing(self.account(), opened.conversation)

    def findings(self, written: str) -> tuple[Finding, ...]:
        """Return why the gate would not let a sentence pass."""
        opened = self.opened()
        if opened is None:
            return ()
        with contextlib.suppress(ComplianceError):
            service = self.parts.service
            return Composing(service).findings(self.account(), opened.conversation, written)
        return ()

    async def file(self, name: str, content: bytes) -> None:
        """Send a file to the customer."""
        opened, attachments = self.opened(), self.parts.attachments
        if opened is None or attachments is None:
            return
        try:
            await self.attempt(attachments.send(self.account(), opened.id, name, content))
        except Blocked:
            ui.notify(self.parts.labels.of("errors", "bad_file_name"), type="warning")
