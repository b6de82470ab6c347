"""Looking into one conversation: the transcript, and what a supervisor can do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from nicegui import ui

from conversation.message import Message
from handoff.agents import Agent
from handoff.context import Context
from handoff.desk.choice import Choice
from handoff.desk.message_view import MessageView
from handoff.desk.theme import box, button, text
from handoff.desk.wording import customer_name
from handoff.labels import Labels


@dataclass(frozen=True, slots=True)
class PeekDeeds:
    """What the view lets a supervisor do with the conversation looked into."""

    take_over: Callable[[], Awaitable[None]]
    reassign: Callable[[str], Awaitable[None]]
    whisper: Callable[[str], Awaitable[bool]]


class Peek:
    """The right half of the board; empty until a conversation is looked into."""

    def __init__(self, labels: Labels, zone: tzinfo, deeds: PeekDeeds) -> None:
        """Build it inside the current element."""
        self._labels = labels
        self._deeds = deeds
        self._messages = MessageView(labels, zone)
        with box("middle", "main", aria_label="查看会话"):
            self._nothing = text("从左侧选择要查看的会话。", "nothing")
            with box("conv-head", "header") as self._head:
                self._name = text("", tag="h2")
                self._owner = text("", "tag", data_testid="peek-owner")
                box("grow")
                self._to = Choice(None, "small", data_testid="reassign-to", aria_label="改派给")
                button("改派", self._reassign, "small", data_testid="reassign")
                button("接管", deeds.take_over, "small danger", data_testid="take-over")
            with box("scroll", tabindex="0") as self._scroll:
                self._transcript = box("transcript", role="log", data_testid="peek")
            with box("peek-foot") as self._foot:
                self._field = ui.textarea(placeholder="提示坐席(仅该坐席可见，客户看不到)")
                self._field.props("outlined dense autogrow").classes("composer")
                self._field.props["data-testid"] = "whisper"
                with box("cells"):
                    box("grow")
                    button("发送提示", self._whisper, "primary small", data_testid="whisper-send")
        self._show(visible=False)

    def _show(self, *, visible: bool) -> None:
        for part in (self._head, self._scroll, self._foot):
            part.set_visibility(visible)
        self._nothing.set_visibility(not visible)

    def open(self, context: Context, entries: Sequence[Message]) -> None:
        """Show a conversation from its beginning."""
        self._show(visible=True)
        self._transcript.clear()
        self._messages.forget()
        self.update(context, entries)

    def update(self, context: Context, new: Sequence[Message]) -> None:
        """Show what is new, and whose the conversation is."""
        conversation = context.conversation
        self._name.set_text(customer_name(conversation.customer, self._labels))
        self._owner.set_text(
            conversation.agent_name or self._labels.of("holders", conversation.owner.value)
        )
        with self._transcript:
            for entry in new:
                self._messages.build(entry)

    def offer(self, agents: Sequence[Agent]) -> None:
        """Offer the agents who take a conversation."""
        self._to.offer({one.login: f"{one.name} {one.load}/{one.load_limit}" for one in agents})

    async def _reassign(self) -> None:
        if self._to.value:
            await self._deeds.reassign(self._to.value)

    async def _whisper(self) -> None:
        written = self._field.value or ""
        if written.strip() and await self._deeds.whisper(written):
            self._field.value = ""
