"""The facts that the context panel shows."""

from __future__ import annotations

from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.message import Kind, Message, NoticeRef, Sender, SourceRef
from handoff.context import Context, Facts
from tests.unit.handoff.people import NOON
from tests.unit.handoff.room import ZHOU, Room

NOTICE = NoticeRef("fund_risk", "2026-01", "fund", "基金风险提示")
ARTICLE = SourceRef("fund-basics", "基金怎么买", "产品说明", "a1b2c3d4e5")
KEY = "0" * 16 + "-1"


class Script:
    """Writes a log, entry by entry."""

    def __init__(self) -> None:
        """Start empty."""
        self.entries: list[Message] = []

    def add(self, sender: Sender, text: str = "", kind: Kind = Kind.TEXT, **more: object) -> str:
        """Append an entry; returns its id."""
        identifier = f"{int(NOON.timestamp()) * 1000}-{len(self.entries)}"
        message = Message(identifier, KEY, sender, kind, text, **more)  # type: ignore[arg-type]
        self.entries.append(message)
        return identifier

    def turn(self, asked: str, route: str | None, intent: str = "") -> None:
        """Append a turn's record."""
        data = {"route": route, "intent": intent, "confidence": 0.9}
        self.add(Sender.SYSTEM, kind=Kind.TURN, reply_to=asked, data=data)

    def facts(self) -> Facts:
        """Fold what was written."""
        facts = Facts()
        facts.add(self.entries)
        return facts


def test_the_need_is_the_first_thing_that_is_not_small_talk() -> None:
    script = Script()
    script.turn(script.add(Sender.CUSTOMER, "你好"), "chitchat", "greet")
    script.turn(script.add(Sender.CUSTOMER, "基金怎么买"), "answer", "ask_fund")
    script.turn(script.add(Sender.CUSTOMER, "转人工"), "human", "human_request")
    facts = script.facts()
    assert facts.need == "基金怎么买"
    assert facts.asked == ["你好", "基金怎么买", "转人工"]


def test_what_the_bot_did_not_answer_is_open_until_an_agent_speaks() -> None:
    script = Script()
    script.turn(script.add(Sender.CUSTOMER, "年费多少"), "answer")
    script.turn(script.add(Sender.CUSTOMER, "火星网点在哪"), "refuse")
    script.turn(script.add(Sender.CUSTOMER, "你们乱扣费"), "complaint")
    script.turn(script.add(Sender.CUSTOMER, "人工"), "human")
    script.turn(script.add(Sender.CUSTOMER, "人呢"), None)
    assert script.facts().open == ["火星网点在哪", "你们乱扣费", "人呢"]
    script.add(Sender.SYSTEM, "客服人员已接入", Kind.SYSTEM)
    assert len(script.facts().open) == 3
    script.add(Sender.AGENT, "您好")
    assert script.facts().open == []
    script.add(Sender.CUSTOMER, "请问")
    assert script.facts().open == ["请问"]


def test_notices_and_articles_are_kept_with_their_time() -> None:
    script = Script()
    asked = script.add(Sender.CUSTOMER, "基金怎么买")
    script.add(Sender.BOT, "基金有风险", Kind.NOTICE, notice=NOTICE)
    script.add(Sender.BOT, "可以在手机银行购买", sources=(ARTICLE,))
    script.add(Sender.BOT, "可以在手机银行购买", sources=(ARTICLE,))
    script.turn(asked, "answer", "ask_fund")
    facts = script.facts()
    (shown,) = facts.shown
    assert (shown.notice, shown.at, shown.by) == (NOTICE, NOON, Sender.BOT)
    assert [quoted.source for quoted in facts.quoted.values()] == [ARTICLE]
    assert facts.intents == {asked: ("ask_fund", 0.9)}


def test_facts_may_be_added_in_pieces() -> None:
    script = Script()
    script.turn(script.add(Sender.CUSTOMER, "年费多少"), "answer")
    script.turn(script.add(Sender.CUSTOMER, "你们乱扣费"), "complaint")
    pieces = Facts()
    for entry in script.entries:
        pieces.add([entry])
    assert pieces == script.facts()
    assert pieces.last == script.entries[-1].id


def test_without_a_need_the_trigger_is_what_is_known() -> None:
    customer = Customer("web", "a")
    handoff = Handoff(Reason.HUMAN, trigger="转人工")
    conversation = Conversation(KEY, customer, Owner.QUEUE, 2, NOON, NOON, handoff=handoff)
    assert Context(conversation, Facts()).need == "转人工"


async def test_the_service_folds_the_whole_log() -> None:
    room = Room()
    identifier = await room.waits("a")
    await room.desk.claim(ZHOU)
    for _ in range(3):
        await room.desk.send(ZHOU, identifier, "基金可以定投。")
    context = await room.desk.context(identifier)
    assert [shown.notice.category for shown in context.facts.shown] == ["fund"]
    assert context.conversation.agent == "zhou"
    assert context.need == "我要找人工"


def test_a_notice_that_was_read_is_known_by_its_version() -> None:
    script = Script()
    asked = script.add(Sender.CUSTOMER, "我已阅读并知悉")
    read = [{"id": NOTICE.id, "version": NOTICE.version, "category": "fund"}]
    data = {"route": "chitchat", "acknowledged": read}
    script.add(Sender.SYSTEM, kind=Kind.TURN, reply_to=asked, data=data)
    facts = script.facts()
    assert facts.read == {("fund_risk", "2026-01"): script.entries[-1].at}
    assert facts.open == []


def test_what_was_told_to_the_house_is_known_by_its_field() -> None:
    script = Script()
    for answers in ({"branch": "城东支行"}, {"demand": "退费"}, {"score": "2", "rated": KEY}):
        asked = script.add(Sender.CUSTOMER, "…")
        data = {"route": "chitchat", "answers": answers}
        script.add(Sender.SYSTEM, kind=Kind.TURN, reply_to=asked, data=data)
    assert script.facts().told == {"branch": "城东支行", "demand": "退费"}
