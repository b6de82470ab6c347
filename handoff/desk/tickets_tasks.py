"""GET /tickets/tasks: whom to call back, what to improve, what waits to be verified."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from conversation.errors import Unavailable
from handoff.accounts import Account, Role
from handoff.desk.theme import box, button, text
from handoff.desk.tickets import (
    TASKS,
    TICKETS,
    TicketParts,
    Visit,
    ask,
    attempt,
    frame,
    heading,
    visited,
)
from handoff.desk.tickets_new_task import NewTask
from handoff.tickets.clock import ZONE
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.tasks import Task, TaskState

_COLUMNS = ("事项", "内容", "来源", "到期", "负责人", "办理")
_LAST = timedelta(microseconds=1)


def register(tickets: TicketParts) -> None:
    """Register the page."""

    @ui.page(TASKS, response_timeout=10)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await visited(tickets, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "回电与整改"):
            heading("回电与整改", TASKS)
            await TasksPage(visit).load()
        return None


class TasksPage:
    """What is not over, the soonest due first; built anew after every deed."""

    def __init__(self, visit: Visit) -> None:
        """Build the page's box, empty."""
        self._visit = visit
        NewTask(visit, self.load)
        self._box = box("")

    @property
    def _follow_up(self) -> FollowUp:
        return self._visit.tickets.service.follow_up

    async def load(self) -> None:
        """Read the tasks and show them."""
        self._box.clear()
        with self._box:
            try:
                self._table(await self._follow_up.pending())
            except Unavailable as error:
                told = self._visit.tickets.words.of("errors", error.code)
                text(told, "banner lost", role="alert")

    def _table(self, pending: list[Task]) -> None:
        if not pending:
            text("没有待办事项。", "empty", data_testid="no-tasks")
            return
        with box("ticket-table", "table", data_testid="tasks"):
            with box("", "thead"), box("", "tr"):
                for column in _COLUMNS:
                    text(column, tag="th", scope="col")
            with box("", "tbody"):
                for task in pending:
                    self._row(task)

    def _row(self, task: Task) -> None:
        late = task.late(self._follow_up.clock())
        with box("", "tr", data_testid="task"):
            text(self._visit.tickets.words.of("kinds", task.kind), tag="td")
            text(f"{task.what}\n{task.result}".strip(), "said", "td")
            with box("", "td"):
                if task.subject.startswith("TS"):
                    text(task.subject, tag="a", href=f"{TICKETS}/{task.subject}")
                else:
                    text(task.subject)
            last = f"{task.due.astimezone(ZONE) - _LAST:%Y-%m-%d}"
            text(last, "due-late" if late else "", "td")
            text(self._visit.name(task.owner), tag="td")
            with box("deeds", "td"):
                self._buttons(task)

    def _buttons(self, task: Task) -> None:
        account, give = self._visit.account, self._follow_up.give
        senior = account.may(Role.SUPERVISOR)
        if task.state is TaskState.OPEN:
            if not task.owner:
                button("由我办理", lambda: self._do(lambda now: give(now, task.id, now)))
            if senior or task.owner == account.login:
                button("完成", lambda: self._done(task), "primary")
        elif senior and task.done_by != account.login:
            for name, holds in (("验证通过", True), ("退回", False)):
                self._verdict(task, name, holds=holds)

    def _verdict(self, task: Task, name: str, *, holds: bool) -> None:
        verify = self._follow_up.verify
        button(name, lambda: self._do(lambda now: verify(now, task.id, holds=holds)))

    def _done(self, task: Task) -> None:
        done = self._follow_up.done
        ask("完成", "办理结果", lambda said: self._do(lambda now: done(now, task.id, said)))

    async def _do(self, deed: Callable[[Account], Awaitable[object]]) -> None:
        await attempt(self._visit, deed)
        await self.load()
