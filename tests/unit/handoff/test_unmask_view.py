"""The section of masked values, driven without a browser: what it lists, asks, shows, forgets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar, cast

import pytest
from nicegui import core, ui
from nicegui.testing import User, UserInteraction, user_simulation

from compliance.vault.errors import NothingKept
from handoff.desk.opened import Opened
from handoff.desk.theme import Text
from handoff.desk.unmask_view import UnmaskView
from handoff.errors import HandoffError
from handoff.labels import Labels
from tests.unit.handoff.room import ZHOU
from tests.unit.handoff.test_unmasking import MESSAGE, PHONE, YU, Case

if TYPE_CHECKING:
    from pathlib import Path

    from handoff.accounts import Account
    from handoff.desk.parts import Parts

Result = TypeVar("Result")


@dataclass
class Page:
    """A page with the section alone."""

    case: Case
    user: User
    account: Account | None = YU
    views: list[UnmaskView] = field(default_factory=list)

    async def who(self) -> Account | None:
        """Return whose page it is."""
        return self.account

    async def attempt(self, deed: Awaitable[Result], *, quiet: bool = False) -> Result | None:
        """Run a deed, and tell what refused it."""
        try:
            return await deed
        except (HandoffError, NothingKept) as error:
            if not quiet:
                ui.notify(error.code)
            return None

    async def opens(self) -> None:
        """Open the page, and the conversation in it."""
        opened = Opened(await self.case.room.desk.conversations.get(self.case.id))
        await self.user.open("/")
        with self.user:
            await self.views[-1].follow(opened)

    @property
    def shown(self) -> list[str]:
        """Every text of the page as the server keeps it."""
        client = self.user.client
        assert client is not None
        elements = client.elements.values()
        values = [str(getattr(one, "value", "")) for one in elements]
        return values + [str(getattr(one, "text", "")) for one in elements]

    def asks(self, reason: str) -> None:
        """Open the window, give a reason, and press the button."""
        self.press("unmask")
        (written,) = self.user.find(ui.input).elements
        written.value = reason
        self.press("unmask-confirm")

    def press(self, testid: str) -> None:
        """Press a button."""
        buttons = self.user.find(Text).elements
        (button,) = (one for one in buttons if one.props.get("data-testid") == testid)
        UserInteraction(self.user, {button}, None).click()


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    case = Case(tmp_path)
    await case.served()
    async with user_simulation() as user:
        page = Page(case, user)
        parts = cast("Parts", SimpleNamespace(unmasking=case.desk, labels=Labels.load()))

        @ui.page("/")
        def show() -> None:
            page.views.append(UnmaskView(parts, page.who, page.attempt))

        yield page
    # Another test's app may still want to be mounted in this process.
    core.app.middleware_stack = None
    core.app.user_middleware.clear()


async def test_kinds_are_listed_and_values_shown_once(page: Page) -> None:
    await page.opens()
    await page.user.should_see("手机号")
    assert PHONE not in page.shown
    page.asks("核对挂失")
    await page.user.should_see(PHONE)
    assert page.case.chain.entries[-1].data["why"] == "核对挂失"
    page.press("unmask-close")
    await page.user.should_not_see(PHONE)
    assert PHONE not in page.shown
    assert "核对挂失" not in page.shown


async def test_a_window_that_is_left_alone_empties_itself(page: Page) -> None:
    await page.opens()
    page.asks("核对")
    await page.user.should_see(PHONE)
    assert page.user.client is not None
    elements = list(page.user.client.elements.values())
    (timer,) = (one for one in elements if isinstance(one, ui.timer))
    assert timer.interval == 60
    assert timer.callback is not None
    with page.user:
        timer.callback()
    assert PHONE not in page.shown
    assert timer.is_deleted


async def test_without_a_reason_nothing_is_shown(page: Page) -> None:
    await page.opens()
    page.asks("  ")
    await page.user.should_see("请填写理由")
    assert PHONE not in page.shown
    assert page.case.chain.entries == []


async def test_whoever_has_not_the_right_sees_no_section(page: Page) -> None:
    page.account = ZHOU
    await page.opens()
    await page.user.should_not_see("已脱敏信息")


async def test_a_right_that_was_taken_away_meanwhile_shows_nothing(page: Page) -> None:
    await page.opens()
    page.account = replace(YU, roles=ZHOU.roles)
    page.asks("核对")
    await page.user.should_see("not_allowed")
    assert PHONE not in page.shown


async def test_another_conversation_closes_the_window(page: Page) -> None:
    await page.opens()
    page.asks("核对")
    await page.user.should_see(PHONE)
    await page.case.room.waits("b")
    other = await page.case.room.desk.claim(YU)
    with page.user:
        await page.views[-1].follow(Opened(other))
    await page.user.should_not_see(PHONE)
    await page.user.should_not_see(MESSAGE)
    assert PHONE not in page.shown
