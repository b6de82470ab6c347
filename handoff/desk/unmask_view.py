"""What was masked in the open conversation, and a window that shows it once, for a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from nicegui import ui

from compliance.redaction import Taken
from handoff.accounts import Account
from handoff.desk.opened import Opened
from handoff.desk.parts import Parts
from handoff.desk.theme import box, button, text
from handoff.labels import Labels
from handoff.service import LONGEST
from handoff.unmasking import Masked, may_unmask

_SHOWN_FOR = 60.0
"""Seconds after which the window empties itself."""
Result = TypeVar("Result")
Show = Callable[[str, str], Awaitable[Sequence[Taken] | None]]


class Try(Protocol):
    """Runs a deed; None, and told unless `quiet`, when it was refused."""

    async def __call__(self, deed: Awaitable[Result], *, quiet: bool = False) -> Result | None:
        """Run it."""


class UnmaskView:
    """A section that lists kinds, never values; hidden while there is nothing to show."""

    def __init__(
        self, parts: Parts, account: Callable[[], Awaitable[Account | None]], attempt: Try
    ) -> None:
        """Build it inside the current element, empty; `account` is whose page it is, as of now."""
        self._unmasking = parts.unmasking
        self._labels = parts.labels
        self._account = account
        self._attempt = attempt
        self._opened: Opened | None = None
        self._asked = ""
        self._listed: Sequence[Masked] = ()
        self._dialog = UnmaskDialog(parts.labels, self._values)
        self._box = box("section", data_testid="context-masked")
        self._box.set_visibility(False)

    async def follow(self, opened: Opened) -> None:
        """List what could be shown of a conversation; looked up anew with each entry."""
        asked = f"{opened.id} {len(opened.entries)}"
        if self._unmasking is None or asked == self._asked:
            return
        if opened is not self._opened:
            self._dialog.close()
            self._list(())
        self._opened, self._asked = opened, asked
        account = await self._account()
        masked: Sequence[Masked] = ()
        if account and may_unmask(account):
            deed = self._unmasking.masked(account, opened.id)
            masked = await self._attempt(deed, quiet=True) or ()
        if asked == self._asked:  # no other conversation was opened meanwhile
            self._list(masked)

    async def _values(self, message: str, reason: str) -> Sequence[Taken] | None:
        account, opened = await self._account(), self._opened
        if account is None or opened is None or self._unmasking is None:
            return None
        try:
            return await self._attempt(self._unmasking.show(account, opened.id, message, reason))
        except ValueError:
            words = self._labels.of("errors", "no_reason")
            ui.notify(words, position="top", type="warning")
            return None

    def _list(self, masked: Sequence[Masked]) -> None:
        if masked == self._listed:
            return
        self._listed = masked
        self._box.clear()
        self._box.set_visibility(bool(masked))
        with self._box:
            if masked:
                text("已脱敏信息", tag="h3")
            for one in masked:
                self._entry(one)

    def _entry(self, one: Masked) -> None:
        kinds = "、".join(self._labels.of("masked", kind) for kind in one.kinds)
        with box("entry cells"):
            text(kinds, "grow")
            button(
                "查看原值", lambda: self._dialog.open(one.message), "small", data_testid="unmask"
            )


class UnmaskDialog:
    """Asks for the reason, then shows the values; closed or left alone, it keeps nothing."""

    def __init__(self, labels: Labels, show: Show) -> None:
        """Build it, closed, inside the current element."""
        self._labels = labels
        self._show = show
        self._message = ""
        with (
            ui.dialog().on("hide", self._empty) as self._dialog,
            box("window", role="dialog", aria_label="查看原值", data_testid="unmask-window"),
        ):
            text("查看原值", tag="h2")
            text("仅限本次业务需要。查看人、时间和理由将记入审计记录。", "muted")
            self._form = box("reason")
            self._values = box("facts", "dl", data_testid="unmask-values")
            with box("cells window-foot"):
                box("grow")
                button("关闭", self.close, "ghost", data_testid="unmask-close")
                self._confirm = button("查看", self._ask, "primary", data_testid="unmask-confirm")
        self._reason = self._field()

    def _field(self) -> ui.input:
        """Return a new field: a page keeps what stood in an old one."""
        self._form.clear()
        with self._form:
            field = ui.input(placeholder="查看理由").props("outlined dense")
        field.props["data-testid"] = "unmask-reason"
        field.props["aria-label"] = "查看理由"
        field.props["maxlength"] = str(LONGEST)
        return field

    def open(self, message: str) -> None:
        """Open it for a message."""
        self._empty()
        self._message = message
        self._dialog.open()

    def close(self) -> None:
        """Close it, and forget what it showed."""
        self._dialog.close()
        self._empty()

    def _empty(self) -> None:
        self._values.clear()
        self._reason = self._field()
        self._message = ""
        self._confirm.set_visibility(True)

    async def _ask(self) -> None:
        message = self._message
        values = await self._show(message, self._reason.value or "")
        if values is None or message != self._message:
            return  # refused, or the window was closed meanwhile
        self._confirm.set_visibility(False)
        with self._values:
            for one in values:
                text(self._labels.of("masked", one.kind), tag="dt")
                text(one.value, tag="dd", data_testid="unmasked")
            # It goes with what it is for.
            ui.timer(_SHOWN_FOR, self.close, once=True)
