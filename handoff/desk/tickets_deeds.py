"""What may be done with a ticket: only the buttons that its state and the person allow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from handoff.accounts import Role
from handoff.desk.theme import box, button, text
from handoff.desk.tickets import Visit, ask, attempt
from handoff.tickets.deeds import Deeds
from handoff.tickets.errors import TicketRefused
from handoff.tickets.events import Event
from handoff.tickets.service import Deed
from handoff.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Wordy:
    """A deed that needs words: its name, what to write, and what it is."""

    name: str
    hint: str
    deed: Callable[[Deeds, Ticket, str], Event]


_WORDY = (
    Wordy("认定为情况复杂", "说明复杂在哪里", Deeds.declare_complex),
    Wordy("申请延期", "说明为什么不能按期办结", Deeds.ask_extension),
    Wordy("不批准延期", "说明理由", Deeds.refuse_extension),
    Wordy("已告知客户延期", "何时、以何种方式告知", Deeds.tell_extension),
    Wordy("外部鉴定，暂停计时", "鉴定事项与机构", Deeds.pause),
    Wordy("新的事实，重新计时", "客户提出的新事实", Deeds.new_facts),
    Wordy("客户撤回", "客户何时、以何种方式撤回", Deeds.withdraw),
)
_PLAIN: tuple[tuple[str, Callable[[Deeds, Ticket], Event]], ...] = (
    ("批准延期", Deeds.grant_extension),
    ("鉴定结束，恢复计时", Deeds.resume),
)


class DeedsView:
    """Buttons; a state that changed meanwhile is found out by the service."""

    def __init__(
        self,
        visit: Visit,
        ticket: Ticket,
        do: Callable[[Ticket, Deed], Awaitable[None]],
        reload: Callable[[], Awaitable[None]],
    ) -> None:
        """Build them inside the current element."""
        self._visit = visit
        self._ticket = ticket
        self._do = do
        self._reload = reload
        service = visit.tickets.service
        self._deeds = Deeds(service.rules, visit.account, service.clock())
        with box("card", data_testid="deeds"):
            text("办理", tag="h3")
            with box("deeds"):
                self._buttons()
        if self._may(lambda deeds, t: deeds.describe(t, {"facts": t.intake.facts})):
            self._describe()

    def _buttons(self) -> None:
        if self._may(lambda deeds, t: deeds.assign(t, self._visit.account)):
            button("由我处理", self._take, "primary", data_testid="take")
        for name, plain in _PLAIN:
            if self._may(plain):
                self._plain(name, plain)
        for wordy in _WORDY:
            if self._may(lambda deeds, t, w=wordy: w.deed(deeds, t, "-")):  # type: ignore[misc]
                self._wordy(wordy)
        if self._ticket.running and self._visit.account.may(Role.SUPERVISOR):
            button("分派", self._assign, data_testid="assign")
            button("并入更早的工单", self._merge, data_testid="merge")

    def _may(self, deed: Deed) -> bool:
        try:
            deed(self._deeds, self._ticket)
        except TicketRefused:
            return False
        return True

    def _plain(self, name: str, deed: Deed) -> None:
        button(name, lambda: self._do(self._ticket, deed), "primary")

    def _wordy(self, wordy: Wordy) -> None:
        def then(said: str) -> Awaitable[None]:
            return self._do(self._ticket, lambda deeds, t: wordy.deed(deeds, t, said))

        button(wordy.name, lambda: ask(wordy.name, wordy.hint, then))

    async def _take(self) -> None:
        await self._do(self._ticket, lambda deeds, t: deeds.assign(t, self._visit.account))

    def _assign(self) -> None:
        names = {login: account.name for login, account in self._visit.staff.items()}
        with ui.dialog() as dialog, box("dialog"):
            text("分派给", tag="h3")
            chosen = ui.select(names, label="处理人").props("outlined dense")

            async def submit() -> None:
                if handler := self._visit.staff.get(chosen.value or ""):
                    dialog.close()
                    await self._do(self._ticket, lambda deeds, t: deeds.assign(t, handler))

            with box("row"):
                button("取消", dialog.close)
                button("确定", submit, "primary", data_testid="confirm")
        dialog.open()

    def _merge(self) -> None:
        async def then(into: str) -> None:
            merge, number = self._visit.tickets.service.merge, self._ticket.number
            await attempt(self._visit, lambda account: merge(account, number, into))
            await self._reload()

        ask("并入更早的工单", "同一客户更早的未结工单编号", then)

    def _describe(self) -> None:
        """Build the form for what is known of the complaint."""
        intake, rules = self._ticket.intake, self._visit.tickets.service.rules
        names = {login: account.name for login, account in self._visit.staff.items()}
        names |= {login: login for login in intake.against if login not in names}
        with box("card", data_testid="describe"):
            text("补充登记", tag="h3")
            category = ui.select(rules.categories.names, value=intake.category, label="投诉类别")
            fields = {
                name: ui.input(rules.words.of("fields", name), value=getattr(intake, name))
                for name in ("product", "branch", "demand")
            }
            people = ui.select(names, value=list(intake.against), multiple=True, label="被投诉人")
            for each in (category, people, *fields.values()):
                each.props("outlined dense").style("margin-bottom: 8px")

            async def save() -> None:
                said = {name: field.value or "" for name, field in fields.items()}
                known = {"category": category.value, "against": list(people.value or ())}
                await self._do(self._ticket, lambda deeds, t: deeds.describe(t, {**said, **known}))

            button("保存", save, data_testid="describe-save")
