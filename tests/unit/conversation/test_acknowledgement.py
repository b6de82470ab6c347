"""A notice that was read: the quick reply is recorded, and is no question for the bot."""

from __future__ import annotations

import pytest

from conversation.approved import Approved, Author
from conversation.conversation import Customer, Handoff, Owner, Reason
from conversation.message import Draft, Kind, NoticeRef, Option, Sender
from conversation.utterances import Utterances
from tests.unit.conversation.doubles import Bench, EchoBot

CUSTOMER = Customer("web", "v")
CONFIRM = "我已阅读并知悉"
FUND = NoticeRef("fund-risk", "2026-01", "fund", "基金风险提示", confirm=CONFIRM)
LOAN = NoticeRef("loan-cost", "2026-08", "loan", "贷款提示", confirm=CONFIRM)
CARD = NoticeRef("card-cost", "2026-01", "credit_card", "信用卡提示")


async def shown(bench: Bench, *notices: NoticeRef) -> str:
    """Show notices to the customer; returns the conversation's id."""
    conversation = await bench.store.open(CUSTOMER)
    drafts = tuple(
        Draft("提示", Kind.NOTICE, options=(Option(CONFIRM, CONFIRM),), notice=notice)
        for notice in notices
    )
    author = Author(Sender.BOT, conversation.epoch)
    await bench.store.send(Approved(conversation.id, author, drafts, seal=bench.seal))
    return conversation.id


async def test_it_is_recorded_with_every_notice_that_asks_for_it() -> None:
    bot = EchoBot()
    bench = Bench(bot)
    await shown(bench, FUND, LOAN, CARD)
    thanks, record = await bench.hear(CUSTOMER, f" {CONFIRM}")
    assert thanks.text == Utterances.load().text(
        "notice_read", titles="《基金风险提示》、《贷款提示》"
    )
    read = [(one["id"], one["version"]) for one in record.data["acknowledged"]]
    assert read == [("fund-risk", "2026-01"), ("loan-cost", "2026-08")]
    assert bot.heard == []


async def test_without_a_notice_the_same_words_go_to_the_bot() -> None:
    bot = EchoBot()
    bench = Bench(bot)
    await shown(bench, CARD)
    _, record = await bench.hear(CUSTOMER, CONFIRM)
    assert record.data["acknowledged"] == []
    assert bot.heard == [CONFIRM]


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.AGENT])
async def test_it_is_recorded_in_silence_while_a_person_owns_the_conversation(owner: Owner) -> None:
    bench = Bench(EchoBot())
    identifier = await shown(bench, FUND)
    await bench.store.request_handoff(identifier, 1, Handoff(Reason.HUMAN))
    if owner is Owner.AGENT:
        await bench.store.take_over(identifier, Author(Sender.AGENT, 0, "li", "小李"), 1)
    logged = await bench.hear(CUSTOMER, CONFIRM)
    (record,) = [entry for entry in logged if entry.kind is Kind.TURN]
    assert [one["id"] for one in record.data["acknowledged"]] == ["fund-risk"]
    titles = "《基金风险提示》"
    thanks = Utterances.load().text("notice_read", titles=titles)
    assert thanks not in [entry.text for entry in logged]
