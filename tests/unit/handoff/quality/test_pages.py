"""The pages of inspection and figures, driven without a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from nicegui import core, ui
from nicegui.testing import User, user_simulation

from handoff.accounts import Account, Accounts
from handoff.desk.dates import Dates
from handoff.desk.parts import Parts
from handoff.desk.quality import FIGURES, QUALITY, QualityParts
from handoff.desk.quality_pages import register
from handoff.desk.settings import DeskSettings
from handoff.labels import Labels
from handoff.memory_accounts import MemoryAccounts
from handoff.quality.errors import QualityUnavailable
from handoff.quality.inspection import Inspection, State
from tests.unit.handoff.figures.talks import NOON, exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt
from tests.unit.handoff.room import GU, LIN, ZHOU
from tests.unit.handoff.tickets.test_pages import Here, Logged

if TYPE_CHECKING:
    from handoff.desk.sessions import Sessions

DAYS = "first=2026-06-01&last=2026-06-01"


@dataclass
class Pages:
    """A person at the pages."""

    user: User
    room: QualityRoom
    logged: Logged

    async def opens(self, account: Account | None, path: str) -> None:
        """Open a page as somebody."""
        self.logged.account = account
        await self.user.open(path)

    def held(self) -> Inspection:
        """Return zhou's inspection as it is now."""
        held = self.room.store.get(curt().id)
        assert held
        return held

    def writes(self, hint: str, words: str) -> None:
        """Fill a text field."""
        areas = self.user.find(ui.textarea).elements
        next(each for each in areas if each.props["aria-label"] == hint).value = words


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    room, logged = QualityRoom(), Logged()
    room.keeps(curt(), exemplary("li", "lin"))
    store = MemoryAccounts()
    for account in (ZHOU, LIN, GU):
        store.add(account, "hash")
    seen = {
        "sessions": cast("Sessions", Here(logged)),
        "settings": DeskSettings(quality=QUALITY, figures=FIGURES),
        "labels": Labels.load(),
    }
    async with user_simulation() as user:
        parts = cast("Parts", type("Seen", (), seen))
        register(QualityParts(parts, room.service, room.figures, Accounts(store)))
        yield Pages(user, room, logged)
    # Another test's app may still want to be mounted in this process.
    core.app.middleware_stack = None
    core.app.user_middleware.clear()


async def test_a_supervisor_sees_all_and_an_agent_their_own(pages: Pages) -> None:
    await pages.opens(GU, f"{QUALITY}?{DAYS}")
    await pages.user.should_see(curt().id)
    await pages.user.should_see(exemplary("li").id)
    await pages.opens(ZHOU, f"{QUALITY}?{DAYS}")
    await pages.user.should_see("开场问候")
    await pages.user.should_not_see(exemplary("li").id)


async def test_other_days_have_other_inspections(pages: Pages) -> None:
    await pages.opens(GU, f"{QUALITY}?first=2026-05-01&last=2026-05-31")
    await pages.user.should_see("没有符合条件的质检记录")


async def test_an_agent_appeals_and_the_supervisor_decides(pages: Pages) -> None:
    await pages.opens(ZHOU, f"{QUALITY}/{curt().id}")
    await pages.user.should_see("未见规定用语")
    await pages.user.should_not_see("人工复核")
    pages.writes("申诉理由", "接入提示里已问候")
    pages.user.find("提交申诉").click()
    await pages.user.should_see("申诉中")
    await pages.user.should_not_see("处理申诉")
    await pages.opens(GU, f"{QUALITY}?show=appealed&{DAYS}")
    await pages.user.should_see(curt().id)
    await pages.opens(GU, f"{QUALITY}/{curt().id}")
    pages.user.find("申诉成立").click()
    await pages.user.should_see("请填写理由")
    assert pages.held().state is State.APPEALED
    pages.writes("处理理由", "属实")
    pages.user.find("申诉成立").click()
    await pages.user.should_see("人工改判")
    assert (pages.held().state, pages.held().score) == (State.UPHELD, 100)


async def test_a_review_overrules_what_is_ticked_otherwise(pages: Pages) -> None:
    await pages.opens(GU, f"{QUALITY}/{curt().id}")
    boxes = {each.text: each for each in pages.user.find(ui.checkbox).elements}
    boxes["开场问候"].value = True
    boxes["服务忌语"].value = False
    pages.writes("复核意见", "语气生硬")
    pages.user.find("保存复核").click()
    await pages.user.should_see("已复核")
    review = pages.held().review
    assert review
    assert review.overruled == {"greeting": True, "manners": False}


async def test_somebody_else_s_inspection_is_refused(pages: Pages) -> None:
    await pages.opens(LIN, f"{QUALITY}/{curt().id}")
    await pages.user.should_see("没有权限")
    await pages.user.should_not_see("开场问候")


async def test_the_figures_stand_with_their_definitions(pages: Pages) -> None:
    await pages.opens(GU, f"{FIGURES}?{DAYS}")
    for known in pages.room.figures.definitions.figures.values():
        await pages.user.should_see(known.means)
    await pages.user.should_see("100.0%")
    await pages.user.should_see("2 / 2")
    await pages.user.should_see("周晓")


@pytest.mark.parametrize(("account", "leads"), [(ZHOU, "/"), (None, "/login")])
async def test_who_is_no_supervisor_sees_no_figures(
    pages: Pages, account: Account | None, leads: str
) -> None:
    pages.logged.account = account
    answer = await pages.user.http_client.get(FIGURES, follow_redirects=False)
    assert answer.headers["location"] == leads


async def test_a_database_that_is_down_is_said_to_be(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise QualityUnavailable

    monkeypatch.setattr(pages.room.store, "find", down)
    for path in (QUALITY, FIGURES):
        await pages.opens(GU, path)
        await pages.user.should_see("暂时读取不到")


def test_a_period_is_read_from_an_address_whatever_stands_there() -> None:
    today = NOON.date()
    assert Dates.read("", "", today) == Dates(date(2026, 5, 26), today)
    assert Dates.read("2026-05-01", "2026-05-02", today).last == date(2026, 5, 2)
    assert Dates.read("x", "2026-13-01", today) == Dates(date(2026, 5, 26), today)
    assert Dates.read("2026-06-09", "2026-06-01", today).first == date(2026, 6, 1)
