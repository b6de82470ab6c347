"""The right column: everything an agent must know, in sections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from conversation.conversation import Stage, split_id
from handoff.context import Context
from handoff.desk.opened import Opened
from handoff.desk.theme import box, text
from handoff.desk.wording import customer_name, stamp
from handoff.labels import Labels

_LATEST = 6


class ContextPanel:
    """Shows the context of one conversation; built anew when something in it changed."""

    def __init__(self, labels: Labels, zone: tzinfo) -> None:
        """Build the sections inside the current element, empty."""
        self._labels = labels
        self._zone = zone
        self._box = box("", data_testid="context")

    def show(self, opened: Opened | None) -> None:
        """Show a conversation's context, or nothing."""
        self._box.clear()
        if opened is None:
            return
        context = opened.context
        with self._box:
            self._reason(context)
            self._told(context)
            self._summary(context)
            self._stage(context)
            self._customer(context)
            self._notices(context)
            self._articles(context)

    def _reason(self, context: Context) -> None:
        handoff = context.conversation.handoff
        if handoff is None:
            return
        labels = self._labels
        with box("section", data_testid="context-reason"):
            text("转人工原因", tag="h3")
            with box("facts", "dl"):
                self._fact("原因", labels.of("reasons", handoff.reason))
                if handoff.intent:
                    self._fact("意图", labels.of("intents", handoff.intent))
                text("置信度", tag="dt")
                self._meter(handoff.confidence)
                for entity in handoff.entities:
                    kind = labels.of("entities", entity.get("entity", ""))
                    self._fact(kind, str(entity.get("value", "")))
            if handoff.trigger:
                text(handoff.trigger, "quote", data_testid="context-trigger")

    def _told(self, context: Context) -> None:
        """Show what the customer told the house while waiting."""
        if not context.facts.told:
            return
        with box("section", data_testid="context-told"):
            text("客户补充", tag="h3")
            with box("facts", "dl"):
                for name, words in context.facts.told.items():
                    self._fact(self._labels.of("told", name), words)

    @staticmethod
    def _meter(confidence: float) -> None:
        with box("meter", "dd"):
            with box("track", aria_hidden="true"):
                box("fill").style(f"width: {confidence:.0%}")
            text(f"{confidence:.0%}", tag="span")

    @staticmethod
    def _fact(name: str, value: str) -> None:
        text(name, tag="dt")
        text(value, tag="dd")

    def _summary(self, context: Context) -> None:
        facts = context.facts
        with box("section", data_testid="context-summary"):
            text("会话摘要", tag="h3")
            with box("facts", "dl"):
                self._fact("客户需求", context.need or "尚不明确")
                self._fact("客户已问", f"{len(facts.asked)} 条")
                answered = [quoted.source.title for quoted in facts.quoted.values()]
                self._fact("已解答", "、".join(answered[-_LATEST:]) or "无")
                self._fact("待答复", f"{len(facts.open)} 条" if facts.open else "无")
            self._bullets(facts.open[-_LATEST:])

    @staticmethod
    def _bullets(lines: Sequence[str]) -> None:
        if not lines:
            return
        with box("bullets", role="list", data_testid="context-open").style("margin-top: 8px"):
            for line in lines:
                text(line, "bullet open", role="listitem")

    def _stage(self, context: Context) -> None:
        stages = list(Stage)
        at = stages.index(context.conversation.stage)
        with box("section", data_testid="context-stage"):
            text("服务进展", tag="h3")
            with box("steps", role="list"):
                for index, stage in enumerate(stages):
                    state = "done" if index < at else "now" if index == at else ""
                    step = text(self._labels.of("stages", stage), f"step {state}", role="listitem")
                    if index == at:
                        step.props["aria-current"] = "step"

    def _customer(self, context: Context) -> None:
        conversation = context.conversation
        labels = self._labels
        with box("section", data_testid="context-customer"):
            text("客户", tag="h3")
            with box("facts", "dl"):
                self._fact("客户", customer_name(conversation.customer, labels))
                self._fact("渠道", labels.of("channels", conversation.customer.channel))
                for field, value in conversation.customer.profile.items():
                    if field != "name":
                        self._fact(labels.of("profile", field), value)
                self._fact("会话", f"该客户的第 {split_id(conversation.id)[1]} 次会话")
                self._fact("开始", stamp(conversation.opened_at, self._zone))

    def _notices(self, context: Context) -> None:
        shown = context.facts.shown
        with box("section", data_testid="context-notices"):
            text(f"已展示的风险提示({len(shown)})", tag="h3")
            if not shown:
                text("尚未展示。", "muted")
            for each in shown:
                with box("entry"):
                    text(each.notice.title or each.notice.id)
                    by = self._labels.of("senders", each.by)
                    when = stamp(each.at, self._zone)
                    text(f"版本 {each.notice.version} · {when} · {by}", "small")
                    if read := context.facts.read.get((each.notice.id, each.notice.version)):
                        text(f"客户已点选知悉 · {stamp(read, self._zone)}", "small")

    def _articles(self, context: Context) -> None:
        quoted = list(context.facts.quoted.values())
        with box("section", data_testid="context-articles"):
            text(f"已引用的知识文章({len(quoted)})", tag="h3")
            if not quoted:
                text("尚未引用。", "muted")
            for each in quoted:
                with box("entry"):
                    text(each.source.title)
                    parts = (each.source.source, each.source.id, each.source.revision)
                    text(" · ".join(part for part in parts if part), "small")
