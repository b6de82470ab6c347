"""The reply to a complaint: it cannot be sent before every required part is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from conversation.errors import Blocked
from handoff.desk.blocked_view import BlockedView
from handoff.desk.theme import Text, box, button, text
from handoff.desk.tickets import REFUSALS, Visit
from handoff.tickets.rules import ReplyPart
from handoff.tickets.ticket import Ticket


class ReplyForm:
    """A field for each part, begun with the approved wording where there is one."""

    def __init__(
        self, visit: Visit, ticket: Ticket, on_sent: Callable[[], Awaitable[None]]
    ) -> None:
        """Build the form inside the current element."""
        self._visit = visit
        self._ticket = ticket
        self._on_sent = on_sent
        self._fields: dict[str, ui.textarea] = {}
        self._lacks: dict[str, Text] = {}
        self._rules = visit.tickets.service.rules.reply
        with box("card", data_testid="reply-form"):
            text("答复客户", tag="h3")
            for part in self._rules.parts:
                self._part(part)
            self._blocked = BlockedView()
            self._send = button("作出答复", self._submit, "primary", data_testid="reply-send")
        self._check()

    def _part(self, part: ReplyPart) -> None:
        with box("part"):
            text(part.name)
            field = ui.textarea(value=part.suggest).props("outlined dense autogrow")
            field.props["aria-label"] = part.name
            field.props["data-testid"] = f"reply-{part.id}"
            field.on_value_change(self._check)
            need = f"，须包含 {part.must}" if part.must else ""
            self._lacks[part.id] = text(f"必填，至少 {part.shortest} 字{need}", "lacks")
            self._fields[part.id] = field

    def _said(self) -> dict[str, str]:
        return {name: field.value or "" for name, field in self._fields.items()}

    def _check(self) -> None:
        missing = self._rules.missing(self._said())
        for name, lack in self._lacks.items():
            lack.set_visibility(name in missing)
        self._send.enable(enabled=not missing)

    async def _submit(self) -> None:
        said, service = self._said(), self._visit.tickets.service
        self._blocked.hide()
        account = await self._visit.present()
        if account is None:
            return
        try:
            await service.reply(account, self._ticket.number, said, seen=self._ticket.version)
        except Blocked as blocked:
            whole = next(s for s in said.values() if service.wording(s))
            self._blocked.show(whole, blocked.findings)
        except REFUSALS as error:
            self._visit.tickets.tell(error.code)
        else:
            await self._on_sent()
