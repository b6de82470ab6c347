"""The top bar: where one is, whether the system answers, who one is."""

from __future__ import annotations

from nicegui import ui

from handoff.accounts import Account, Role
from handoff.desk.settings import DeskSettings
from handoff.desk.theme import box, text
from handoff.labels import Labels
from handoff.tickets.deeds import works_on_complaints


class TopBar:
    """Also keeps the number of waiting customers in the browser tab's title.

    `tools` is where a page puts what it adds to the bar.
    """

    def __init__(self, settings: DeskSettings, account: Account, labels: Labels) -> None:
        """Build the bar inside the current element."""
        self._waiting = 0
        with box("top", "header"):
            with box("brand"):
                text("客服工作台", tag="h1").style("font: inherit")
                text(settings.bank, "muted", tag="span")
            self._offline = text("系统连接中断，正在重试…", "offline", role="alert")
            self._offline.set_visibility(False)
            box("grow")
            if account.may(Role.SUPERVISOR):
                text("看板", "btn small ghost", "a", href="/board", data_testid="to-board")
                text("工作台", "btn small ghost", "a", href="/", data_testid="to-desk")
            if settings.tickets and works_on_complaints(account):
                text("投诉工单", "btn small ghost", "a", href=settings.tickets)
            if settings.quality and account.may(Role.AGENT, Role.SUPERVISOR):
                text("质检", "btn small ghost", "a", href=settings.quality)
            if settings.figures and account.may(Role.SUPERVISOR):
                text("报表", "btn small ghost", "a", href=settings.figures)
            if settings.studio and account.may(Role.EDITOR, Role.REVIEWER):
                text("知识库", "btn small ghost", "a", href=settings.studio)
            self.tools = box("cells")
            with box("me"):
                text(account.name[:1], "avatar", aria_hidden="true")
                text(account.name, data_testid="me")
                roles = "、".join(labels.of("roles", role) for role in sorted(account.roles))
                text(roles, "muted optional")
            with box("", "form", method="post", action="/logout"):
                text("退出", "btn small ghost", "button", type="submit", data_testid="logout")

    def show(self, *, waiting: int, down: bool) -> None:
        """Show how many wait, and whether the queue answers."""
        self._offline.set_visibility(down)
        if waiting != self._waiting:
            self._waiting = waiting
            ui.page_title(f"({waiting}) 客服工作台" if waiting else "客服工作台")
