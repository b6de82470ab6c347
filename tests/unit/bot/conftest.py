"""A small knowledge base and the project's own utterances and manners."""

from __future__ import annotations

import pytest

from bot.actions.dialogue import Dialogue
from bot.actions.manners import Manners
from bot.actions.memory_answers import MemoryAnswers
from bot.actions.ports import Article
from bot.actions.utterances import Utterances

LOSS = Article(
    "card-loss", "怎么挂失银行卡", "可以在手机银行挂失。", "示例银行", "r1", frozenset({"card"})
)
CANCEL = Article("card-cancel", "怎么注销银行卡", "请到网点注销。")
COST = Article("card-cost", "挂失收费吗", "请以收费公示为准。")


@pytest.fixture
def answers() -> MemoryAnswers:
    """Return three articles about cards."""
    return MemoryAnswers(
        [LOSS, CANCEL, COST],
        wordings={
            "怎么挂失银行卡": ["card-loss"],
            "怎么注销银行卡": ["card-cancel"],
            "银行卡": ["card-loss", "card-cancel"],
            "卡片": ["card-loss", "card-cancel"],
            "怎么挂失银行卡 那要多少钱": ["card-cost"],
            "怎么挂失银行卡 收费吗": ["card-cost"],
            "怎么挂失银行卡 哈哈": ["card-loss"],
            "怎么挂失银行卡 那多久生效": ["card-loss"],
            "银行卡 注销": ["card-cancel"],
        },
        related={"card-loss": ["card-loss", "card-cancel"]},
        distant={"卡面图案": ["card-loss", "card-cancel"]},
    )


@pytest.fixture
def dialogue(answers: MemoryAnswers) -> Dialogue:
    """Return the dialogue over them."""
    return Dialogue(answers, Utterances.load(), Manners.load())
