"""The form for a new task: a call-back, something to follow, a finding, an improvement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from nicegui import ui

from handoff.accounts import Account
from handoff.desk.theme import box, button, text
from handoff.desk.tickets import Visit, attempt
from handoff.tickets.clock import ZONE
from handoff.tickets.tasks import TaskKind


class NewTask:
    """A line of fields above the list."""

    def __init__(self, visit: Visit, on_made: Callable[[], Awaitable[None]]) -> None:
        """Build the form inside the current element."""
        self._visit = visit
        self._on_made = on_made
        kinds = visit.tickets.words.kinds
        names = {login: account.name for login, account in visit.staff.items()}
        with box("card", data_testid="new-task"):
            text("新建事项", tag="h3")
            with box("ticket-head"):
                self._kind = ui.select(kinds, value=TaskKind.FOLLOW_UP.value, label="事项")
                self._what = ui.input("内容").classes("grow")
                self._about = ui.input("工单或会话编号")
                self._due = ui.input("到期日").props("type=date stack-label")
                self._owner = ui.select(names, value=visit.account.login, label="负责人")
                for field in (self._kind, self._what, self._about, self._due, self._owner):
                    field.props("outlined dense")
                button("添加", self._add, "primary", data_testid="add-task")

    async def _add(self) -> None:
        try:
            last = date.fromisoformat(self._due.value or "")
        except ValueError:
            self._visit.tickets.tell("incomplete_task")
            return
        what = (self._what.value or "").strip()
        if not what:
            self._visit.tickets.tell("incomplete_task")
            return
        due = datetime.combine(last + timedelta(days=1), time.min, ZONE)

        def deed(account: Account) -> Awaitable[object]:
            return self._visit.tickets.service.follow_up.open(
                TaskKind(self._kind.value),
                (self._about.value or "").strip(),
                what,
                due,
                by=account.login,
                owner=self._owner.value or "",
            )

        if await attempt(self._visit, deed):
            self._what.value = ""
            await self._on_made()
