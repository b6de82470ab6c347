"""What the house asks, says once, and how a customer leaves the queue: both stores alike."""

from __future__ import annotations

from typing import Any

import pytest

from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import Closed
from conversation.message import Sender
from conversation.ports import Conversations, Incoming
from conversation.turn import Route, TurnRecord
from tests.contract.conversation.conftest import said

RECORD = TurnRecord(Route.CHITCHAT, answers={"message": "请回电"})
WISH = Handoff(Reason.COMPLAINT, "complaint", 0.97, "我要投诉")


async def turn(store: Conversations, customer: Customer, text: str, **more: Any) -> Conversation:
    """Let a customer write, and commit a turn without words; returns what it then is."""
    accepted = await store.accept(customer, Incoming(text, text))
    lease = await store.acquire(accepted.conversation_id)
    assert lease
    assert await store.begin(lease)
    words = more.pop("words", None)
    await store.commit(lease, accepted.message_id, words, RECORD, **more)
    await store.abandon(lease)
    return await store.get(accepted.conversation_id)


async def waiting(store: Conversations, customer: Customer) -> Conversation:
    """Let a customer wait; returns the conversation."""
    conversation = await store.open(customer)
    await store.request_handoff(conversation.id, conversation.epoch, WISH)
    return await store.get(conversation.id)


async def test_a_question_stands_until_it_is_answered(
    store: Conversations, customer: Customer
) -> None:
    assert (await store.open(customer)).asking == ""
    assert (await turn(store, customer, "一", asking="leave_message")).asking == "leave_message"
    assert (await turn(store, customer, "二")).asking == "leave_message"
    assert (await turn(store, customer, "三", asking="")).asking == ""


async def test_a_new_owner_asks_nothing(store: Conversations, customer: Customer) -> None:
    await turn(store, customer, "一", asking="leave_message")
    assert (await waiting(store, customer)).asking == ""


async def test_the_queue_may_ask_with_its_words(store: Conversations, customer: Customer) -> None:
    held = await waiting(store, customer)
    words = said(held, "排队", sender=Sender.SYSTEM)
    await store.mark_enqueued(held.id, words, asking="intake_what")
    assert (await store.get(held.id)).asking == "intake_what"


async def test_the_answers_are_in_the_log(store: Conversations, customer: Customer) -> None:
    held = await turn(store, customer, "一")
    record = (await store.log(held.id))[-1]
    assert record.data["answers"] == {"message": "请回电"}


async def test_who_leaves_the_queue_is_with_the_bot_in_the_same_step(
    store: Conversations, customer: Customer
) -> None:
    held = await waiting(store, customer)
    words = said(held, "已取消排队", sender=Sender.SYSTEM)
    left = await turn(store, customer, "返回", words=words, leaves=True)
    assert (left.owner, left.handoff, left.epoch) == (Owner.BOT, None, held.epoch + 1)
    again = await turn(store, customer, "再来", leaves=True)
    assert (again.owner, again.epoch) == (Owner.BOT, left.epoch)


async def test_under_a_name_a_thing_is_said_once(store: Conversations, customer: Customer) -> None:
    conversation = await store.open(customer)
    words = said(conversation, "编号一", sender=Sender.SYSTEM)
    assert len(await store.send(words, once="ticket")) == 1
    assert await store.send(words, once="ticket") == []
    assert len(await store.send(words, once="reply")) == 1
    assert len(await store.send(words)) == len(await store.send(words)) == 1
    await store.close(conversation.id, conversation.epoch, "silence")
    with pytest.raises(Closed):
        await store.send(words, once="ticket")
