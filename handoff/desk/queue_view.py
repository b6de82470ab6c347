"""The left column: my conversations, and the line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from conversation.conversation import split_id
from handoff.desk.opened import Opened
from handoff.desk.rows import Rows
from handoff.desk.theme import Text, box, button, text
from handoff.desk.wording import customer_name, duration, visitor
from handoff.labels import Labels
from handoff.queue import Waiting
from handoff.routing import Routing
from handoff.service_levels import ServiceLevels


class QueueView:
    """Shows both lists; what is chosen or claimed goes to the callbacks."""

    def __init__(
        self,
        labels: Labels,
        routing: Routing,
        levels: ServiceLevels,
        on_select: Callable[[str], Awaitable[None]],
        on_claim: Callable[[str | None], Awaitable[None]],
    ) -> None:
        """Build the column inside the current element."""
        self._labels = labels
        self._routing = routing
        self._levels = levels
        self._on_select = on_select
        self._on_claim = on_claim
        self.selected: str | None = None
        with box("left", "nav", aria_label="会话与排队"):
            self.head = box("")
            self._mine_count, self._mine_empty, self._mine = self._build_mine()
            self._line_count, self._line_empty, self._line = self._build_line()

    def _build_mine(self) -> tuple[Text, Text, Rows[Opened]]:
        with box("list-head"):
            text("我的会话", tag="h2")
            count = text("0", "count")
        with box("mine"):
            empty = text("暂无会话，请从下方排队列表领取。", "empty")
            container = box("", role="list", aria_label="我的会话")
        return count, empty, Rows(container, lambda opened: opened.id, self._mine_row)

    def _build_line(self) -> tuple[Text, Text, Rows[Waiting]]:
        with box("list-head split"):
            text("排队中", tag="h2")
            count = text("0", "count", data_testid="queue-count")
            box("grow")
            button(
                "领取下一位",
                lambda: self._on_claim(None),
                "small primary",
                data_testid="claim-next",
                title="领取最紧急、等待最久的客户",
            )
        with box("line"):
            empty = text("当前没有客户在排队。", "empty")
            container = box("", role="list", aria_label="排队列表", data_testid="queue")
        return count, empty, Rows(container, lambda w: w.conversation_id, self._line_row)

    def show_mine(self, mine: Sequence[Opened], limit: int) -> None:
        """Show the conversations held, and how many may be."""
        self._mine_count.set_text(f"{len(mine)} / {limit}")
        self._mine_empty.set_visibility(not mine)
        self._mine.sync(mine)

    def show_line(self, line: Sequence[Waiting]) -> None:
        """Show who waits; called every second, it sends only what changed."""
        self._line_count.set_text(str(len(line)))
        self._line_empty.set_visibility(not line)
        self._line.sync(line)

    def _mine_row(self, opened: Opened) -> MineRow:
        return MineRow(self._labels, opened, self._levels, self, self._on_select)

    def _line_row(self, waiting: Waiting) -> LineRow:
        return LineRow(self._labels, self._routing, self._levels, waiting, self._on_claim)


class MineRow:
    """One conversation of mine."""

    def __init__(
        self,
        labels: Labels,
        opened: Opened,
        levels: ServiceLevels,
        view: QueueView,
        on_select: Callable[[str], Awaitable[None]],
    ) -> None:
        """Build the row."""
        self._view = view
        self._labels = labels
        self._levels = levels
        self._selected = False
        name = customer_name(opened.conversation.customer, labels)
        with box("", role="listitem") as self.element:
            self._button = box("item", "button", type="button", data_testid="conversation-item")
            self._button.props["data-conversation"] = opened.id
            self._button.on("click", lambda _: on_select(opened.id))
            with self._button:
                with box("cells"):
                    text(name, "who grow")
                    self._since = text("", "when", data_testid="reply-wait")
                    self._unread = text("", "unread", aria_label="待答复")
                    self._tag = text("", "tag")
                self._preview = text("", "preview")

    def update(self, opened: Opened) -> None:
        """Show tag, preview, unread count and whether it is selected."""
        handoff = opened.conversation.handoff
        self._tag.set_text(self._labels.of("reasons", handoff.reason) if handoff else "会话")
        last = opened.last
        self._preview.set_text(_preview(self._labels, last.sender, last.text) if last else "")
        selected = opened.id == self._view.selected
        self._wait(opened.facts.open_since)
        self._unread.set_text(str(opened.unanswered))
        self._unread.set_visibility(opened.unanswered > 0 and not selected)
        if selected is not self._selected:  # told every second, sent when it changes
            self._selected = selected
            self._button.classes(toggle="selected")
            self._button.props["aria-current"] = str(selected).lower()

    def _wait(self, since: datetime | None) -> None:
        """Show how long the customer has waited for an answer, coloured by the target."""
        span = datetime.now(UTC) - since if since else timedelta(0)
        self._since.set_text(f"待复 {duration(span)}" if since else "")
        self._since.classes(replace=f"when {self._levels.of_reply(span).value}")


class LineRow:
    """One customer who waits."""

    def __init__(
        self,
        labels: Labels,
        routing: Routing,
        levels: ServiceLevels,
        waiting: Waiting,
        on_claim: Callable[[str | None], Awaitable[None]],
    ) -> None:
        """Build the row."""
        self._labels = labels
        self._routing = routing
        self._levels = levels
        key, _ = split_id(waiting.conversation_id)
        who = visitor(key, waiting.channel, labels)
        with box("item queue-item", role="listitem", data_testid="queue-item") as self.element:
            self.element.props["data-conversation"] = waiting.conversation_id
            with box("cells"):
                self._priority = text("", "tag", data_testid="queue-priority")
                self._reason = text("", "who grow", data_testid="queue-reason")
                self._waited = text("", "when", data_testid="queue-waited")
            self._trigger = text("", "preview")
            with box("cells foot"):
                self._where = text("", "when grow")
                button(
                    "领取",
                    lambda: on_claim(waiting.conversation_id),
                    "small",
                    data_testid="claim",
                    aria_label=f"领取{who}",
                )
            self._who = who

    def update(self, waiting: Waiting) -> None:
        """Show how urgent it is, why, and how long it has waited."""
        span = datetime.now(UTC) - waiting.since
        labels = self._labels
        self._priority.set_text(labels.of("priorities", waiting.priority))
        self._priority.classes(replace=f"tag p{waiting.priority}")
        self._reason.set_text(labels.of("reasons", waiting.reason))
        self._waited.set_text(f"已等 {duration(span)}")
        wait = self._levels.of(waiting.priority, span)
        self._waited.classes(replace=f"when {wait.value}")
        self._trigger.set_text(f"“{waiting.trigger}”" if waiting.trigger else "")
        self._trigger.set_visibility(bool(waiting.trigger))
        self._where.set_text(f"{self._who} · {self._routing.group_name(waiting.group)}")


def _preview(labels: Labels, sender: str, said: str) -> str:
    line = " ".join(said.split())[:60]
    return line if sender == "customer" else f"{labels.of('senders', sender)}：{line}"
