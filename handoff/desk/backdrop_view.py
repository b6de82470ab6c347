"""What is known of the customer beyond this conversation, in the right column."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from conversation.errors import Unavailable
from conversation.message import Message
from handoff.backdrop import Backdrop, Earlier, Left
from handoff.desk.earlier_dialog import EarlierDialog
from handoff.desk.opened import Opened
from handoff.desk.parts import Parts
from handoff.desk.theme import box, button, text
from handoff.desk.wording import stamp
from handoff.mood import Mood, Reading

_SHOWN = 5
Look = Callable[[int], Awaitable[Sequence[Message] | None]]


class BackdropView:
    """Asked for anew with each message of the customer."""

    def __init__(self, parts: Parts, look: Look) -> None:
        """Build the section inside the current element; without `backdrops` it stays hidden.

        `look` returns the log of an earlier conversation, None when that was refused.
        """
        self._backdrops = parts.backdrops
        self._labels = parts.labels
        self._zone = parts.settings.zone
        self._look = look
        self._dialog = EarlierDialog(parts.labels, self._zone)
        self._asked = ""
        self._box = box("section", data_testid="context-backdrop")
        self._box.set_visibility(False)

    async def follow(self, opened: Opened) -> None:
        """Show what is known of a conversation's customer."""
        asked = f"{opened.id} {len(opened.facts.asked)} {len(opened.entries)}"
        if self._backdrops is None or asked == self._asked:
            return
        self._asked = asked
        try:
            known = await self._backdrops.of(opened.conversation, opened.facts.heard)
        except Unavailable:
            known = Backdrop()
        if asked == self._asked:  # no other conversation was opened meanwhile
            self._show(known)

    def _show(self, known: Backdrop) -> None:
        self._box.clear()
        self._box.set_visibility(True)
        with self._box:
            text("客户状态与历史", tag="h3")
            with box("facts", "dl"):
                self._mood(known.reading)
                if known.left:
                    self._left(known.left)
                if known.tickets:
                    self._fact("投诉工单", "、".join(known.tickets[:_SHOWN]))
                self._fact("历史会话", f"{len(known.earlier)} 次" if known.earlier else "无")
            for earlier in known.earlier[:_SHOWN]:
                self._earlier(earlier)

    def _mood(self, reading: Reading) -> None:
        mood = self._labels.of("moods", reading.mood)
        self._fact("情绪", f"{mood}(渐强)" if reading.rising else mood, _TONES[reading.mood])
        if reading.signs:
            self._fact("情绪依据", "、".join(reading.signs))

    def _left(self, left: Left) -> None:
        until = f"，{stamp(left.until, self._zone)} 前有效" if left.until else ""
        tone = "" if left.messages else "breached"
        self._fact("可发消息", f"{left.messages} 条{until}", tone)
        if left.kept:
            self._fact("待发消息", f"{left.kept} 条，客户再次留言后送出", "pressing")

    def _earlier(self, earlier: Earlier) -> None:
        with box("entry"):
            with box("cells"):
                title = f"第 {earlier.number} 次 · {stamp(earlier.opened, self._zone)}"
                text(title, "grow")
                number = earlier.number
                button("查看", lambda: self._open(title, number), "small", data_testid="earlier")
            ended = self._labels.of("endings", earlier.closed_by)
            text(f"{earlier.entries} 条记录 · 结束：{ended}", "small")

    async def _open(self, title: str, number: int) -> None:
        log = await self._look(number)
        if log is not None:
            self._dialog.open(title, log)

    @staticmethod
    def _fact(name: str, value: str, tone: str = "") -> None:
        text(name, tag="dt")
        text(value, tone, tag="dd")


_TONES = {Mood.CALM: "", Mood.UPSET: "pressing", Mood.ANGRY: "breached"}
