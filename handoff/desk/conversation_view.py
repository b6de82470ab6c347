"""The middle: one conversation's head, transcript and composer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from conversation.message import Kind, Message
from conversation.signals import Side
from handoff.canned import CannedReplies
from handoff.desk.composer import Composer
from handoff.desk.message_view import MessageView
from handoff.desk.opened import Opened
from handoff.desk.theme import Text, box, button, text
from handoff.desk.wording import customer_name, day
from handoff.desk.writing import Writing
from handoff.labels import Labels

_SHOWN_AT_FIRST = 200


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the view lets an agent do."""

    close: Callable[[], Awaitable[None]]
    hand_back: Callable[[], Awaitable[None]]
    transfer: Callable[[], Awaitable[None]]
    note: Callable[[], None]
    propose: Callable[[Message], Awaitable[None]] | None = None
    """Proposes an agent's answer for the knowledge base; None where nobody takes proposals."""


class ConversationView:
    """Shows one conversation at a time; entries are appended, never rebuilt."""

    def __init__(
        self, labels: Labels, zone: tzinfo, deeds: Deeds, writing: Writing, replies: CannedReplies
    ) -> None:
        """Build the column inside the current element, empty."""
        self._labels = labels
        self._zone = zone
        self._messages = MessageView(labels, zone, deeds.propose, reader=writing.account().login)
        self._day: str | None = None
        with box("middle", "main", aria_label="会话"):
            self._nothing = self._build_nothing()
            self._head = box("conv-head", "header")
            with self._head:
                self._name = text("", tag="h2")
                self._tags = box("cells grow")
                self._note = button("备注", deeds.note, "small ghost", data_testid="add-note")
                self._transfer = button(
                    "转接", deeds.transfer, "small", data_testid="open-transfer"
                )
                self._hand_back = button(
                    "交还机器人", deeds.hand_back, "small", data_testid="hand-back"
                )
                self._close = button(
                    "结束会话", deeds.close, "small danger", data_testid="close-conversation"
                )
            self._scroll = box("scroll", tabindex="0")
            with self._scroll:
                self._transcript = box(
                    *("transcript",), role="log", aria_label="对话记录", data_testid="transcript"
                )
                self._typing = text("客户正在输入…", "typing", role="status", data_testid="typing")
            self.composer = Composer(writing, replies, zone)
        self.show(None)

    @staticmethod
    def _build_nothing() -> Text:
        return text("从左侧选择会话，或领取排队中的客户。", "nothing")

    def show(self, opened: Opened | None) -> None:
        """Show a conversation from its beginning, or nothing."""
        for part in (self._head, self._scroll, self.composer.element):
            part.set_visibility(opened is not None)
        self._nothing.set_visibility(opened is None)
        self._clear()
        self.composer.blocked.hide()
        if opened is not None:
            self._start(opened)

    def _start(self, opened: Opened) -> None:
        hidden = max(0, len(opened.entries) - _SHOWN_AT_FIRST)
        if hidden:
            with self._transcript:
                button(f"显示更早的 {hidden} 条记录", lambda: self._whole(opened), "small earlier")
        self.append(opened.entries[hidden:])
        self.update(opened)

    def _whole(self, opened: Opened) -> None:
        self._clear()
        self.append(opened.entries)

    def _clear(self) -> None:
        self._transcript.clear()
        self._messages.forget()
        self._day = None

    def append(self, entries: list[Message]) -> None:
        """Show new entries at the end."""
        now = datetime.now(UTC)
        with self._transcript:
            for entry in entries:
                if entry.kind is not Kind.TURN:
                    self._separate(day(entry.at, now, self._zone))
                self._messages.build(entry)

    def _separate(self, day_of_entry: str) -> None:
        if day_of_entry != self._day:
            self._day = day_of_entry
            text(day_of_entry, "day", role="separator")

    def update(self, opened: Opened) -> None:
        """Show who the customer is and why they are here."""
        conversation = opened.conversation
        labels = self._labels
        self._name.set_text(customer_name(conversation.customer, labels))
        self._tags.clear()
        with self._tags:
            if conversation.handoff:
                text(labels.of("reasons", conversation.handoff.reason), "tag")
            text(labels.of("channels", conversation.customer.channel), "tag optional")
        self.show_signs(opened)

    def show_signs(self, opened: Opened) -> None:
        """Show what arrived, what was read, and whether the customer is typing."""
        self._messages.show_signs(opened.signs)
        self._typing.set_visibility(Side.CUSTOMER in opened.signs.typing)

    def allow(self, *, speak: bool, banner: str, lost: bool) -> None:
        """Allow or refuse speaking and ending; tell why not."""
        self.composer.say(banner, lost=lost, open_=speak)
        for deed in (self._note, self._transfer, self._hand_back, self._close):
            deed.enable(enabled=speak)
