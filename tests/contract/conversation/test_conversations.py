"""The contract of `Conversations`, for the Redis store and for the in-memory double alike."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from conversation.approved import Approved, Author, Seal
from conversation.conversation import Customer, Handoff, Owner, Reason, conversation_id
from conversation.errors import (
    Busy,
    Closed,
    LeaseLost,
    NotApproved,
    NoticeMissing,
    OwnerChanged,
    UnknownConversation,
)
from conversation.message import Draft, Kind, Note, Sender
from conversation.ports import Conversations, Incoming
from conversation.turn import Route, TurnRecord
from tests.contract.conversation.conftest import FUND, said

RECORD = TurnRecord(Route.ANSWER, "ask_fund", 0.9)
WISH = Handoff(Reason.COMPLAINT, "complaint", 0.97, "我要投诉")
AGENT = Author(Sender.AGENT, 0, "a1", "客服1")


async def accepted(store: Conversations, customer: Customer, text: str, client_id: str) -> str:
    return (await store.accept(customer, Incoming(client_id, text))).message_id


async def queued(store: Conversations, customer: Customer) -> str:
    conversation = await store.open(customer)
    await store.request_handoff(conversation.id, conversation.epoch, WISH)
    return conversation.id


async def test_a_message_is_logged_and_waits(store: Conversations, customer: Customer) -> None:
    taken = await store.accept(customer, Incoming("c1", "你好"))
    assert not taken.duplicate
    [message] = await store.log(taken.conversation_id)
    assert (message.id, message.text, message.client_id) == (taken.message_id, "你好", "c1")
    assert message.sender is Sender.CUSTOMER
    assert [m.id for m in await store.mailbox(taken.conversation_id)] == [taken.message_id]


async def test_a_redelivered_message_is_taken_once(
    store: Conversations, customer: Customer
) -> None:
    answers = await asyncio.gather(
        *(store.accept(customer, Incoming("same", "你好")) for _ in range(10))
    )
    assert len({a.message_id for a in answers}) == 1
    assert sum(not a.duplicate for a in answers) == 1
    assert len(await store.log(answers[0].conversation_id)) == 1


async def test_one_customer_has_one_open_conversation(
    store: Conversations, customer: Customer
) -> None:
    opened = await asyncio.gather(*(store.open(customer) for _ in range(10)))
    assert len({c.id for c in opened}) == 1
    other = await store.open(Customer("wechat", customer.id))
    assert other.id != opened[0].id


async def test_a_full_mailbox_refuses(store: Conversations, customer: Customer) -> None:
    for number in range(20):
        await accepted(store, customer, "在吗", f"c{number}")
    with pytest.raises(Busy):
        await accepted(store, customer, "在吗", "one more")


async def test_only_one_worker_holds_the_lease(store: Conversations, customer: Customer) -> None:
    conversation = await store.open(customer)
    leases = await asyncio.gather(*(store.acquire(conversation.id) for _ in range(10)))
    assert sum(lease is not None for lease in leases) == 1


async def test_an_answer_is_committed_once(store: Conversations, customer: Customer) -> None:
    head = await accepted(store, customer, "你好", "c1")
    conversation = await store.open(customer)
    lease = await store.acquire(conversation.id)
    assert lease
    pending = await store.begin(lease)
    assert pending
    assert (pending.message.id, pending.attempts) == (head, 1)
    answer, record = await store.commit(lease, head, said(conversation, "您好"), RECORD)
    assert (answer.text, answer.reply_to, answer.sender) == ("您好", head, Sender.BOT)
    assert (record.kind, record.data["route"]) == (Kind.TURN, "answer")
    with pytest.raises(LeaseLost):
        await store.commit(lease, head, said(conversation, "您好"), RECORD)
    assert await store.begin(lease) is None
    assert await store.release(lease)
    assert [m.text for m in await store.log(conversation.id)] == ["你好", "您好", ""]


async def test_attempts_are_counted_per_message(store: Conversations, customer: Customer) -> None:
    head = await accepted(store, customer, "一", "c1")
    conversation = await store.open(customer)
    lease = await store.acquire(conversation.id)
    assert lease
    tries = [pending.attempts for _ in range(3) if (pending := await store.begin(lease))]
    assert tries == [1, 2, 3]
    await store.commit(lease, head, None, RECORD)
    await accepted(store, customer, "二", "c2")
    pending = await store.begin(lease)
    assert pending
    assert pending.attempts == 1


async def test_a_waiting_message_keeps_the_lease(store: Conversations, customer: Customer) -> None:
    await accepted(store, customer, "你好", "c1")
    conversation = await store.open(customer)
    lease = await store.acquire(conversation.id)
    assert lease
    assert not await store.release(lease)
    await store.abandon(lease)
    assert await store.acquire(conversation.id)


async def test_a_lost_lease_commits_nothing(store: Conversations, customer: Customer) -> None:
    head = await accepted(store, customer, "你好", "c1")
    conversation = await store.open(customer)
    lost = await store.acquire(conversation.id)
    assert lost
    while (held := await store.acquire(conversation.id)) is None:
        await store.get(conversation.id)
    with pytest.raises(LeaseLost):
        await store.commit(lost, head, said(conversation, "迟到的回答"), RECORD)
    assert not await store.renew(lost)
    assert await store.renew(held)
    with pytest.raises(LeaseLost):
        await store.begin(lost)
    assert len(await store.log(conversation.id)) == 1


async def test_a_handoff_is_one_step_with_its_last_words(
    store: Conversations, customer: Customer
) -> None:
    head = await accepted(store, customer, "我要投诉", "c1")
    conversation = await store.open(customer)
    lease = await store.acquire(conversation.id)
    assert lease
    await store.commit(lease, head, said(conversation, "为您转人工"), RECORD, handoff=WISH)
    after = await store.get(conversation.id)
    assert (after.owner, after.epoch, after.handoff) == (Owner.QUEUE, 2, WISH)
    assert not after.enqueued
    last = (await store.log(conversation.id))[-1]
    assert (last.kind, last.data["from"], last.data["to"]) == (Kind.EVENT, "bot", "queue")


async def test_the_bot_in_flight_never_answers_over_the_agent(
    store: Conversations, customer: Customer
) -> None:
    head = await accepted(store, customer, "请问", "c1")
    conversation = await store.open(customer)
    lease = await store.acquire(conversation.id)
    assert lease
    stale = said(conversation, "机器人的回答")
    await store.request_handoff(conversation.id, conversation.epoch, WISH)
    await store.take_over(conversation.id, AGENT, fence=1)
    with pytest.raises(OwnerChanged):
        await store.commit(lease, head, stale, RECORD)
    with pytest.raises(OwnerChanged):
        await store.send(stale)
    assert "机器人的回答" not in [m.text for m in await store.log(conversation.id)]
    await store.commit(lease, head, None, TurnRecord(None, note="passed"))
    assert await store.mailbox(conversation.id) == []


async def test_a_bot_answer_from_before_a_hand_back_is_stale(
    store: Conversations, customer: Customer
) -> None:
    conversation = await store.open(customer)
    stale = said(conversation, "旧回答")
    epoch = await store.request_handoff(conversation.id, conversation.epoch, WISH)
    await store.give_back(conversation.id, epoch, Owner.BOT)
    with pytest.raises(OwnerChanged):
        await store.send(stale)


async def test_a_smaller_fence_never_takes_over(store: Conversations, customer: Customer) -> None:
    identifier = await queued(store, customer)
    await store.take_over(identifier, AGENT, fence=5)
    with pytest.raises(OwnerChanged):
        await store.take_over(identifier, Author(Sender.AGENT, 0, "a2", "客服2"), fence=5)
    assert (await store.get(identifier)).agent == "a1"
    await store.take_over(identifier, Author(Sender.AGENT, 0, "a2", "客服2"), fence=6)
    held = await store.get(identifier)
    assert (held.agent, held.agent_name, held.fence) == ("a2", "客服2", 6)


async def test_the_agent_who_lost_it_is_refused(store: Conversations, customer: Customer) -> None:
    identifier = await queued(store, customer)
    await store.take_over(identifier, AGENT, fence=1)
    held = await store.get(identifier)
    mine = said(held, "您好", sender=Sender.AGENT, author="a1")
    [message] = await store.send(mine)
    assert message.sender_name == "a1"
    await store.take_over(identifier, Author(Sender.AGENT, 0, "a2", "客服2"), fence=2)
    with pytest.raises(OwnerChanged):
        await store.send(mine)


async def test_no_agent_takes_what_is_not_queued(store: Conversations, customer: Customer) -> None:
    conversation = await store.open(customer)
    with pytest.raises(OwnerChanged):
        await store.take_over(conversation.id, AGENT, fence=1)


async def test_a_required_notice_comes_first_or_nothing_comes(
    store: Conversations, customer: Customer
) -> None:
    conversation = await store.open(customer)
    with pytest.raises(NoticeMissing):
        await store.send(said(conversation, "基金的回答", requires=(FUND,)))
    assert await store.log(conversation.id) == []
    await store.send(said(conversation, "基金的回答", requires=(FUND,), lead=(FUND,)))
    after = await store.get(conversation.id)
    assert after.notices == {"fund": FUND}
    await store.send(said(after, "基金的第二个回答", requires=(FUND,)))
    assert [m.kind for m in await store.log(conversation.id)] == [
        Kind.NOTICE,
        Kind.TEXT,
        Kind.TEXT,
    ]


async def test_another_version_of_a_notice_is_another_notice(
    store: Conversations, customer: Customer
) -> None:
    conversation = await store.open(customer)
    await store.send(said(conversation, "一", requires=(FUND,), lead=(FUND,)))
    newer = type(FUND)(id="fund", version="2", category="fund")
    with pytest.raises(NoticeMissing):
        await store.send(said(conversation, "二", requires=(newer,)))


async def test_only_sealed_messages_for_this_conversation_pass(
    store: Conversations, customer: Customer
) -> None:
    conversation = await store.open(customer)
    author = Author(Sender.BOT, conversation.epoch)
    forged = Approved(conversation.id, author, (Draft("未经审核"),), seal=Seal())
    with pytest.raises(NotApproved):
        await store.send(forged)
    head = await accepted(store, customer, "你好", "c1")
    other = await store.open(Customer("web", "visitor-2"))
    lease = await store.acquire(conversation.id)
    assert lease
    with pytest.raises(NotApproved):
        await store.commit(lease, head, said(other, "给别人的"), RECORD)


async def test_the_queue_announces_once_an_epoch(store: Conversations, customer: Customer) -> None:
    identifier = await queued(store, customer)
    held = await store.get(identifier)
    words = said(held, "您排在第 1 位", sender=Sender.SYSTEM)
    assert len(await store.mark_enqueued(identifier, words)) == 1
    assert await store.mark_enqueued(identifier, words) == []
    assert (await store.get(identifier)).enqueued


async def test_a_new_conversation_after_the_close(store: Conversations, customer: Customer) -> None:
    first = await store.accept(customer, Incoming("c1", "你好"))
    conversation = await store.get(first.conversation_id)
    lease = await store.acquire(conversation.id)
    assert lease
    await store.commit(lease, first.message_id, None, RECORD)
    await store.close(conversation.id, conversation.epoch, "customer")
    with pytest.raises(Closed):
        await store.send(said(conversation, "太晚了"))
    second = await store.accept(customer, Incoming("c2", "又来了"))
    assert second.conversation_id != first.conversation_id
    again = await store.accept(customer, Incoming("c1", "你好"))
    assert (again.duplicate, again.conversation_id) == (True, first.conversation_id)
    fresh = await store.get(second.conversation_id)
    assert (fresh.owner, fresh.handoff, fresh.notices) == (Owner.BOT, None, {})


async def test_silence_never_closes_over_a_waiting_message(
    store: Conversations, customer: Customer
) -> None:
    await accepted(store, customer, "你好", "c1")
    conversation = await store.open(customer)
    with pytest.raises(Busy):
        await store.close(conversation.id, conversation.epoch, "silence")


async def test_handing_back_forgets_the_reason(store: Conversations, customer: Customer) -> None:
    identifier = await queued(store, customer)
    epoch = await store.take_over(identifier, AGENT, fence=1)
    await store.give_back(identifier, epoch, Owner.BOT)
    after = await store.get(identifier)
    assert (after.owner, after.handoff, after.agent) == (Owner.BOT, None, None)


async def test_leaving_the_line_is_said_and_done_in_one_step(
    store: Conversations, customer: Customer
) -> None:
    identifier = await queued(store, customer)
    words = said(await store.get(identifier), "好的，我来继续为您服务", sender=Sender.SYSTEM)
    (goodbye,) = await store.leave(words)
    after = await store.get(identifier)
    assert (after.owner, after.handoff) == (Owner.BOT, None)
    *_, told, event = await store.log(identifier)
    assert told == goodbye
    assert (event.data["from"], event.data["to"], event.data["why"]) == ("queue", "bot", "left")
    with pytest.raises(OwnerChanged):
        await store.leave(words)


async def test_who_was_picked_up_leaves_no_line_and_is_told_nothing(
    store: Conversations, customer: Customer
) -> None:
    identifier = await queued(store, customer)
    words = said(await store.get(identifier), "好的，我来继续为您服务", sender=Sender.SYSTEM)
    await store.take_over(identifier, AGENT, fence=1)
    log = await store.log(identifier)
    served = said(await store.get(identifier), "好的，我来继续为您服务", sender=Sender.SYSTEM)
    for late in (words, served):
        with pytest.raises(OwnerChanged):
            await store.leave(late)
    assert (await store.get(identifier)).owner is Owner.AGENT
    assert await store.log(identifier) == log


async def test_an_absent_agents_conversation_goes_back_to_the_queue(
    store: Conversations, customer: Customer
) -> None:
    identifier = await queued(store, customer)
    epoch = await store.take_over(identifier, AGENT, fence=1)
    await store.give_back(identifier, epoch, Owner.QUEUE)
    after = await store.get(identifier)
    assert (after.owner, after.handoff, after.enqueued) == (Owner.QUEUE, WISH, False)


async def test_the_log_is_read_in_pieces(store: Conversations, customer: Customer) -> None:
    ids = [await accepted(store, customer, str(n), f"c{n}") for n in range(5)]
    conversation = await store.open(customer)
    first = await store.log(conversation.id, limit=2)
    rest = await store.log(conversation.id, after=first[-1].id)
    assert [m.id for m in first + rest] == ids


async def test_followers_are_woken(store: Conversations, customer: Customer) -> None:
    hints = store.follow(customer.key)
    await anext(hints)
    waiting = asyncio.ensure_future(anext(hints))
    await accepted(store, customer, "你好", "c1")
    await waiting
    await hints.aclose()  # type: ignore[attr-defined]


async def test_what_does_not_exist(store: Conversations) -> None:
    with pytest.raises(UnknownConversation):
        await store.get("0123456789abcdef-1")
    assert await store.log("0123456789abcdef-1") == []


async def test_only_a_closed_conversation_expires(store: Conversations, customer: Customer) -> None:
    taken = await store.accept(customer, Incoming("c1", "你好"))
    with pytest.raises(OwnerChanged):
        await store.expire(taken.conversation_id, timedelta(0))
    with pytest.raises(UnknownConversation):
        await store.expire(conversation_id(customer.key, 7), timedelta(0))
    assert (await store.get(taken.conversation_id)).owner is Owner.BOT


async def test_an_expired_conversation_is_gone_and_its_number_is_never_reused(
    store: Conversations, customer: Customer
) -> None:
    first = await store.open(customer)
    await store.close(first.id, first.epoch, "agent")
    await store.expire(first.id, timedelta(hours=1))
    assert len(await store.log(first.id)) == 1
    await store.expire(first.id, timedelta(0))
    assert await store.log(first.id) == []
    assert await store.current(customer) is None
    with pytest.raises(UnknownConversation):
        await store.get(first.id)
    taken = await store.accept(customer, Incoming("c1", "又来了"))
    assert taken.conversation_id == conversation_id(customer.key, 2)
    assert [m.text for m in await store.log(taken.conversation_id)] == ["又来了"]


async def test_a_note_is_in_the_log_and_for_no_customer(
    store: Conversations, customer: Customer
) -> None:
    identifier = await queued(store, customer)
    before = await store.get(identifier)
    noted = await store.note(identifier, Note("zhou", "周晓", "客户在外地", to="lin"))
    assert (await store.log(identifier))[-1] == noted
    assert not noted.for_customer
    assert noted.data["text"] == "客户在外地"
    assert (noted.data["by"], noted.data["for"]) == ("zhou", "lin")
    assert await store.get(identifier) == before


async def test_a_closed_conversation_takes_no_note(
    store: Conversations, customer: Customer
) -> None:
    conversation = await store.open(customer)
    await store.close(conversation.id, conversation.epoch, "customer")
    with pytest.raises(Closed):
        await store.note(conversation.id, Note("zhou", "周晓", "太晚"))
    with pytest.raises(UnknownConversation):
        await store.note("0" * 16 + "-1", Note("zhou", "周晓", "没有"))


async def test_an_alarm_lasts_whoever_owns_the_conversation(
    store: Conversations, customer: Customer
) -> None:
    head = await accepted(store, customer, "我被骗了", "c1")
    held = await store.open(customer)
    assert not held.alarmed
    lease = await store.acquire(held.id)
    assert lease
    await store.begin(lease)
    await store.commit(lease, head, None, TurnRecord(None, alarm=True), handoff=WISH)
    queued_one = await store.get(held.id)
    assert queued_one.alarmed
    await store.take_over(held.id, AGENT, 1)
    epoch = (await store.get(held.id)).epoch
    await store.give_back(held.id, epoch, Owner.BOT)
    back = await store.get(held.id)
    assert (back.owner, back.handoff, back.alarmed) == (Owner.BOT, None, True)
    head = await accepted(store, customer, "你好", "c2")
    await store.begin(lease)
    await store.commit(lease, head, None, RECORD)
    assert (await store.get(held.id)).alarmed
    await store.release(lease)
    await store.close(held.id, back.epoch, "customer")
    assert not (await store.open(customer)).alarmed
