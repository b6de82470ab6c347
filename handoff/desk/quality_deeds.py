"""What may be done with an inspection: only what its state and the person allow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from handoff.accounts import Account, Role
from handoff.desk.quality import QualityVisit
from handoff.desk.theme import box, button, text
from handoff.quality.inspection import Inspection, State

Do = Callable[[Callable[[Account], Awaitable[object]]], Awaitable[None]]


class QualityDeeds:
    """Forms; a state that changed meanwhile is found out by the service."""

    def __init__(self, visit: QualityVisit, one: Inspection, do: Do) -> None:
        """Build them inside the current element."""
        self._visit = visit
        self._one = one
        self._do = do
        own = visit.account.login == one.agent
        waits = one.state in {State.INSPECTED, State.REVIEWED}
        if own and waits and visit.account.may(Role.AGENT) and self._failed:
            self._appeal()
        if visit.supervises and not own:
            if waits:
                self._review()
            elif one.state is State.APPEALED:
                self._decide()

    @property
    def _failed(self) -> dict[str, str]:
        """Item → name, of those that are not passed."""
        return {item: name for item, name in self._names.items() if not self._one.found[item]}

    @property
    def _names(self) -> dict[str, str]:
        standard = self._visit.quality.service.standard
        return {verdict.item: standard.name(verdict.item) for verdict in self._one.verdicts}

    def _appeal(self) -> None:
        service, days = self._visit.quality.service, self._visit.quality.service.standard.appeal
        identifier = self._one.conversation
        with box("card", data_testid="appeal-form"):
            text("申诉", tag="h3")
            text(f"对结果有异议的，可在质检或复核后 {days.days} 天内申诉一次。", "muted")
            items = _boxes(self._failed, dict.fromkeys(self._failed, True))
            why = _words("申诉理由")

            async def send() -> None:
                chosen = [item for item, ticked in items.items() if ticked.value]
                if said := _said(why):
                    await self._do(lambda now: service.appeal(now, identifier, said, chosen))

            button("提交申诉", send, "primary", data_testid="appeal-send")

    def _review(self) -> None:
        service, found = self._visit.quality.service, self._one.found
        identifier = self._one.conversation
        with box("card", data_testid="review-form"):
            text("人工复核", tag="h3")
            text("勾选表示通过；与自动结果不同的项目将按人工结果计分。", "muted")
            items = _boxes(self._names, found)
            note = _words("复核意见")

            async def send() -> None:
                machine = {verdict.item: verdict.passed for verdict in self._one.verdicts}
                overruled = {
                    item: bool(ticked.value)
                    for item, ticked in items.items()
                    if bool(ticked.value) != machine[item]
                }
                if said := _said(note):
                    await self._do(lambda now: service.review(now, identifier, said, overruled))

            button("保存复核", send, "primary", data_testid="review-send")

    def _decide(self) -> None:
        service, identifier = self._visit.quality.service, self._one.conversation
        appeal = self._one.appeal
        with box("card", data_testid="decide-form"):
            text("处理申诉", tag="h3")
            if appeal:
                names = "、".join(self._names.get(item, item) for item in appeal.items)
                text(f"申诉项目：{names}", "said")
            reason = _words("处理理由")

            def decide(*, upheld: bool) -> Callable[[], Awaitable[None]]:
                async def send() -> None:
                    if said := _said(reason):
                        await self._do(
                            lambda now: service.decide(now, identifier, said, upheld=upheld)
                        )

                return send

            button("申诉成立", decide(upheld=True), "primary", data_testid="uphold")
            button("申诉不成立", decide(upheld=False), data_testid="reject")


def _boxes(names: Mapping[str, str], ticked: Mapping[str, bool]) -> dict[str, ui.checkbox]:
    with box("items"):
        return {
            item: ui.checkbox(name, value=ticked[item]).props("dense")
            for item, name in names.items()
        }


def _words(hint: str) -> ui.textarea:
    field = ui.textarea(placeholder=hint).props("outlined dense autogrow")
    field.props["aria-label"] = hint
    return field


def _said(field: ui.textarea) -> str:
    """Return what was written; says that it is needed when nothing was."""
    said = (field.value or "").strip()
    if not said:
        ui.notify("请填写理由。", position="top", type="warning")
    return said
