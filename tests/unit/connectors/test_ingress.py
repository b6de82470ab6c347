"""What customers write is cleaned and redacted before anything is stored."""

from __future__ import annotations

import pytest

from connectors.errors import BadClientId, BadText, TextTooLong
from connectors.ingress import MAX_TEXT
from connectors.web.context import WebContext
from conversation.conversation import Customer
from tests.unit.conversation.doubles import Bench

CUSTOMER = Customer("web", "v")


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\x00\x07", "\u200b\u200b", "\ud800"])
async def test_nothing_readable_is_refused(context: WebContext, text: str) -> None:
    with pytest.raises(BadText):
        await context.ingress.accept(CUSTOMER, "c", text)
    assert await context.conversations.current(CUSTOMER) is None


async def test_too_long_is_refused(context: WebContext) -> None:
    with pytest.raises(TextTooLong):
        await context.ingress.accept(CUSTOMER, "c", "长" * (MAX_TEXT + 1))


@pytest.mark.parametrize("client_id", ["", "x" * 65, "编号"])
async def test_unusable_message_ids_are_refused(context: WebContext, client_id: str) -> None:
    with pytest.raises(BadClientId):
        await context.ingress.accept(CUSTOMER, client_id, "你好")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  你好\x00 ", "你好"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("😀👍🏽", "😀👍🏽"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE accounts; --", "'; DROP TABLE accounts; --"),
        ("电话13800138000", "电话138****8000"),
    ],
)
async def test_everything_else_is_kept_as_text(context: WebContext, text: str, stored: str) -> None:
    accepted = await context.ingress.accept(CUSTOMER, "c", text)
    [message] = await context.conversations.log(accepted.conversation_id)
    assert message.text == stored


async def test_a_redelivery_asks_for_a_turn_again(bench: Bench, context: WebContext) -> None:
    await context.ingress.accept(CUSTOMER, "c", "你好")
    again = await context.ingress.accept(CUSTOMER, "c", "你好")
    assert again.duplicate
    tickets = bench.turns.take()
    assert [(await anext(tickets)).conversation_id for _ in range(2)] == [again.conversation_id] * 2
