"""What customers say to the house itself: waiting, leaving a message, adding, rating."""

from __future__ import annotations

import pytest

from conversation.approved import Author
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.message import Kind, Message, Sender
from conversation.utterances import Utterances
from tests.unit.conversation.doubles import Bench, EchoBot

CUSTOMER = Customer("web", "v")
WORDS = Utterances.load()
LONG = "你们上周多收了我的手续费，我要投诉"
EARLIER = ({"entity": "date", "value": "上周"}, {"entity": "product", "value": "手续费"})


def said(entries: list[Message]) -> list[str]:
    return [entry.text for entry in entries if entry.for_customer]


def answers(entries: list[Message]) -> dict[str, str]:
    turns = (entry.data["answers"] for entry in entries if entry.kind is Kind.TURN)
    return {name: text for turn in turns for name, text in turn.items()}


@pytest.fixture
def bench() -> Bench:
    return Bench(EchoBot())


async def now(bench: Bench) -> Conversation:
    conversation = await bench.store.current(CUSTOMER)
    assert conversation
    return conversation


async def waits(bench: Bench, reason: Reason = Reason.HUMAN, **more: object) -> Conversation:
    """Let the customer wait for a person; the house has told the place in line."""
    conversation = await bench.store.open(CUSTOMER)
    handoff = Handoff(reason, **more)  # type: ignore[arg-type]
    await bench.store.request_handoff(conversation.id, conversation.epoch, handoff)
    await bench.turns.put(conversation.id)
    await bench.work()
    return await now(bench)


async def served(bench: Bench) -> Conversation:
    """Let an agent take the customer's conversation and close it; returns what it was."""
    waiting = await waits(bench)
    agent = Author(Sender.AGENT, 0, "li", "小李")
    epoch = await bench.store.take_over(waiting.id, agent, 1)
    await bench.store.close(waiting.id, epoch, "li")
    return await now(bench)


async def test_whoever_waits_sees_the_three_ways(bench: Bench) -> None:
    waiting = await waits(bench)
    [queued] = [entry for entry in await bench.store.log(waiting.id) if entry.for_customer]
    assert "第 1 位" in queued.text
    assert [option.label for option in queued.options] == ["继续等待", "留言", "返回机器人"]


@pytest.mark.parametrize("words", ["继续等待", "转人工"])
async def test_waiting_on_tells_the_place_and_changes_nothing(bench: Bench, words: str) -> None:
    before = await waits(bench)
    told, _ = await bench.hear(CUSTOMER, words)
    assert told.text == WORDS.text("still", position=1)
    assert told.options
    assert (await now(bench)).epoch == before.epoch


async def test_going_back_to_the_bot_leaves_the_line(bench: Bench) -> None:
    await waits(bench)
    assert said(await bench.hear(CUSTOMER, "返回机器人")) == [WORDS.text("left_queue")]
    back = await now(bench)
    assert (back.owner, back.handoff, bench.queue.line) == (Owner.BOT, None, [])
    assert said(await bench.hear(CUSTOMER, "你好")) == ["答：你好"]


async def test_other_words_in_the_queue_are_for_the_agent(bench: Bench) -> None:
    await waits(bench)
    assert said(await bench.hear(CUSTOMER, "我的卡号变了")) == []


async def test_a_message_is_kept_and_ends_the_wait(bench: Bench) -> None:
    await waits(bench)
    asked = await bench.hear(CUSTOMER, "我要留言")
    assert said(asked) == [WORDS.text("leave_message")]
    kept = await bench.hear(CUSTOMER, "想问房贷利率，下午三点后回电")
    assert said(kept) == [WORDS.text("message_left")]
    assert answers(kept) == {"message": "想问房贷利率，下午三点后回电"}
    assert ((await now(bench)).owner, bench.queue.line) == (Owner.BOT, [])
    assert said(await bench.hear(CUSTOMER, "再见")) == ["答：再见"]


async def test_who_thinks_better_of_the_message_goes_on_waiting(bench: Bench) -> None:
    await waits(bench)
    await bench.hear(CUSTOMER, "留言")
    assert said(await bench.hear(CUSTOMER, "不留言了")) == [WORDS.text("still", position=1)]
    assert (await now(bench)).owner is Owner.QUEUE


async def test_a_message_can_be_left_with_the_bot_as_well(bench: Bench) -> None:
    await bench.hear(CUSTOMER, "留言")
    kept = await bench.hear(CUSTOMER, "请明天回电")
    assert answers(kept) == {"message": "请明天回电"}
    assert bench.bot.heard == []  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["我被骗了", "转人工"])
async def test_who_must_reach_a_person_leaves_no_message(bench: Bench, words: str) -> None:
    await bench.hear(CUSTOMER, "留言")
    logged = await bench.hear(CUSTOMER, words)
    assert said(logged)[0] == f"答：{words}"
    assert answers(logged) == {}


async def test_a_message_may_speak_of_people(bench: Bench) -> None:
    await bench.hear(CUSTOMER, "留言")
    logged = await bench.hear(CUSTOMER, "请人工客服明天上午给我回电话")
    assert answers(logged) == {"message": "请人工客服明天上午给我回电话"}


async def test_a_fraud_reported_in_the_queue_is_warned_of_and_queued_anew(bench: Bench) -> None:
    before = await waits(bench)
    told = await bench.hear(CUSTOMER, "我被骗了，刚转了钱")
    assert said(told)[0] == WORDS.text("fraud_handoff")
    alarmed = await now(bench)
    assert alarmed.handoff
    assert (alarmed.owner, alarmed.handoff.reason) == (Owner.QUEUE, Reason.FRAUD)
    assert (alarmed.epoch, alarmed.enqueued) == (before.epoch + 1, True)
    assert said(await bench.hear(CUSTOMER, "我被骗了")) == []


async def test_the_intake_asks_what_was_not_said_and_nothing_else(bench: Bench) -> None:
    waiting = await waits(
        bench, Reason.COMPLAINT, intent="complaint", trigger=LONG, entities=EARLIER
    )
    [queued] = said(await bench.store.log(waiting.id))
    assert queued.endswith(WORDS.text("intake_branch"))
    branch = await bench.hear(CUSTOMER, "城东支行")
    assert said(branch) == [WORDS.text("intake_demand")]
    demand = await bench.hear(CUSTOMER, "退还手续费")
    assert said(demand) == [WORDS.text("intake_done")]
    assert answers(branch) | answers(demand) == {"branch": "城东支行", "demand": "退还手续费"}
    after = await now(bench)
    assert (after.owner, after.epoch, after.asking) == (Owner.QUEUE, waiting.epoch, "")
    assert said(await bench.hear(CUSTOMER, "另外，请尽快")) == []


async def test_every_question_can_be_skipped(bench: Bench) -> None:
    waiting = await waits(bench, Reason.COMPLAINT, intent="complaint", trigger="我要投诉")
    [queued] = [entry for entry in await bench.store.log(waiting.id) if entry.for_customer]
    assert queued.text.endswith(WORDS.text("intake_what"))
    labels = [option.label for option in queued.options]
    assert labels == ["跳过这一项", "不补充了", "继续等待", "留言", "返回机器人"]
    assert said(await bench.hear(CUSTOMER, "跳过这一项")) == [WORDS.text("intake_when")]
    assert said(await bench.hear(CUSTOMER, "有人吗？")) == []
    assert said(await bench.hear(CUSTOMER, "不补充了")) == [WORDS.text("intake_done")]
    assert said(await bench.hear(CUSTOMER, "三月五日")) == []
    log = await bench.store.log(waiting.id)
    assert answers(log) == {}


async def test_an_agent_who_comes_ends_the_questions(bench: Bench) -> None:
    waiting = await waits(bench, Reason.COMPLAINT, trigger="我要投诉")
    await bench.store.take_over(waiting.id, Author(Sender.AGENT, 0, "li", "小李"), 1)
    logged = await bench.hear(CUSTOMER, "多收了钱")
    assert said(logged) == []
    assert answers(logged) == {}


@pytest.mark.parametrize(
    ("reason", "intent"), [(Reason.HUMAN, ""), (Reason.COMPLAINT, "complaint_followup")]
)
async def test_nobody_else_is_asked(bench: Bench, reason: Reason, intent: str) -> None:
    waiting = await waits(bench, reason, intent=intent, trigger="上次的事")
    assert said(await bench.store.log(waiting.id)) == [WORDS.text("queued", position=1)]
    assert waiting.asking == ""


async def test_a_score_and_a_comment_are_about_what_the_agent_closed(bench: Bench) -> None:
    closed = await served(bench)
    score = await bench.hear(CUSTOMER, "评价：2 分")
    assert said(score) == [WORDS.text("survey_thanks")]
    assert answers(score) == {"score": "2", "rated": closed.id}
    await bench.hear(CUSTOMER, "我想写一句意见")
    comment = await bench.hear(CUSTOMER, "等了太久")
    assert said(comment) == [WORDS.text("survey_noted")]
    assert answers(comment) == {"comment": "等了太久", "rated": closed.id}
    assert said(await bench.hear(CUSTOMER, "利率多少")) == ["答：利率多少"]


async def test_a_cry_for_help_is_no_comment(bench: Bench) -> None:
    await served(bench)
    await bench.hear(CUSTOMER, "评价：1 分")
    await bench.hear(CUSTOMER, "我想写一句意见")
    logged = await bench.hear(CUSTOMER, "我要投诉你们")
    assert "答：我要投诉你们" in said(logged)
    assert (await now(bench)).owner is Owner.QUEUE


async def test_without_an_agent_there_is_nothing_to_rate(bench: Bench) -> None:
    conversation = await bench.store.open(CUSTOMER)
    await bench.store.close(conversation.id, conversation.epoch, "silence")
    assert said(await bench.hear(CUSTOMER, "评价：2 分")) == ["答：评价：2 分"]


async def test_a_repeated_turn_after_a_crash_says_everything_once(bench: Bench) -> None:
    await waits(bench)
    await bench.hear(CUSTOMER, "返回机器人")
    await bench.turns.put((await now(bench)).id)
    await bench.work()
    log = await bench.store.log((await now(bench)).id)
    assert said(log).count(WORDS.text("left_queue")) == 1
