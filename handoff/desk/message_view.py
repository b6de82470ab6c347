"""One log entry in the transcript."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import tzinfo

from nicegui import ui

from conversation.message import Kind, Message, Sender
from conversation.signals import Signs, order
from handoff.desk.theme import Text, box, button, text
from handoff.desk.wording import clock, file_size
from handoff.labels import Labels

_LONG = 60


class MessageView:
    """Builds the elements of log entries inside the current element."""

    def __init__(
        self,
        labels: Labels,
        zone: tzinfo,
        propose: Callable[[Message], Awaitable[None]] | None = None,
        *,
        reader: str = "",
    ) -> None:
        """Name things by `labels`, tell the time in `zone`; agents' answers may be proposed.

        Notes for one agent are shown when that is the `reader`, or when none is named.
        """
        self._reader = reader
        self._propose = propose
        self._labels = labels
        self._zone = zone
        self._asked: dict[str, ui.element] = {}
        self._answers: dict[str, Text] = {}

    def build(self, message: Message) -> None:
        """Show one entry; records of no interest to an agent show nothing."""
        if message.kind is Kind.EVENT and message.data.get("event") == "note":
            self._note(message)
        elif message.kind is Kind.EVENT:
            self._event(message)
        elif message.kind is Kind.TURN:
            self._turn(message)
        elif message.kind is Kind.SYSTEM or message.sender is Sender.SYSTEM:
            self._house(message)
        else:
            self._spoken(message)

    def forget(self) -> None:
        """Start a new transcript."""
        self._asked.clear()
        self._answers.clear()

    def show_signs(self, signs: Signs) -> None:
        """Show how far the agents' messages have come."""
        for entry, state in self._answers.items():
            came = order(entry)
            read, delivered = came <= order(signs.read), came <= order(signs.delivered)
            state.set_text("已读" if read else "已送达" if delivered else "已发送")

    def _mark(self, element: ui.element, message: Message) -> None:
        element.props["data-testid"] = "message"
        element.props["data-sender"] = message.sender.value
        element.props["data-kind"] = message.kind.value
        element.props["data-id"] = message.id

    def _spoken(self, message: Message) -> None:
        with box(f"msg from-{message.sender.value}") as element:
            self._mark(element, message)
            with box("by"):
                name = message.sender_name or self._labels.of("senders", message.sender)
                text(name, tag="b")
                text(clock(message.at, self._zone), tag="span")
                if message.sender is Sender.AGENT and message.kind is Kind.TEXT:
                    self._answers[message.id] = text("", tag="span", data_testid="arrival")
                    self._offer(message)
            if message.kind is Kind.NOTICE:
                self._notice(message)
            elif message.files:
                self._files(message)
            else:
                text(message.text, "bubble")
            self._chips(message)
        if message.sender is Sender.CUSTOMER:
            self._asked[message.id] = element

    def _offer(self, message: Message) -> None:
        if propose := self._propose:
            button("推荐入库", lambda: propose(message), "small ghost", data_testid="propose")

    def _notice(self, message: Message) -> None:
        notice = message.notice
        with box("notice-card"):
            title = (notice.title or notice.id) if notice else ""
            text(f"风险提示 · {title}", "title")
            text(message.text, "text")
            if notice:
                text(f"版本 {notice.version}", "record")

    @staticmethod
    def _files(message: Message) -> None:
        for file in message.files:
            address = f"/files/{message.conversation_id}/{file.id}"
            opened = {"href": address, "target": "_blank", "rel": "noopener", "data_testid": "file"}
            with box("bubble file", "a", **opened):
                if file.type.startswith("image/"):
                    box("", "img", src=address, alt=file.name, loading="lazy")
                text(f"{file.name} · {file_size(file.size)}", tag="span")

    def _chips(self, message: Message) -> None:
        if not message.sources and not message.options:
            return
        with box("chips"):
            for source in message.sources:
                chip = text(source.title, "chip source", data_testid="source")
                chip.props["title"] = (
                    f"{source.source} {source.id} {source.revision} {source.valid_until}".strip()
                )
            for option in message.options:
                text(option.label, "chip")

    def _house(self, message: Message) -> None:
        long = " long" if len(message.text) > _LONG else ""
        self._mark(text(message.text, f"said-by-house{long}"), message)

    def _note(self, message: Message) -> None:
        data = message.data
        to = data.get("for", "")
        if to and self._reader not in {"", to, data["by"]}:
            return
        with box("note-card") as element:
            self._mark(element, message)
            element.props["data-kind"] = "note"
            kind = "班长提示" if to else "内部备注"
            title = f"{kind} · {data['name']} · {clock(message.at, self._zone)}"
            text(title, "title")
            text(str(data["text"]), "text")

    def _event(self, message: Message) -> None:
        data = message.data
        to = str(data.get("to", ""))
        template = self._labels.of("owners", to)
        told = template.format(name=data.get("name") or data.get("by") or "客服")
        moment = clock(message.at, self._zone)
        self._mark(text(f"{moment} {told}", "record event"), message)

    def _turn(self, message: Message) -> None:
        data = message.data
        parts = []
        if intent := data.get("intent"):
            sure = float(data.get("confidence") or 0.0)
            parts.append(f"识别为{self._labels.of('intents', intent)}({sure:.0%})")
        if route := data.get("route"):
            parts.append(self._labels.of("routes", route))
        if parts:
            # It is logged after the answer, but tells about the question.
            with self._asked.get(message.reply_to or "") or contextlib.nullcontext():
                self._mark(text(" · ".join(parts), "record"), message)
