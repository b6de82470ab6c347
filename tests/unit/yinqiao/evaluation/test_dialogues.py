"""Conversations of several messages: what counts as right, and how they are held and told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date

import pytest

from conversation.turn import Route
from yinqiao import asking
from yinqiao.evaluation.dialogues import (
    Dialogue,
    Ending,
    Expected,
    by_ability,
    endings_of,
    load_dialogues,
)
from yinqiao.evaluation.figures import Share
from yinqiao.evaluation.report import Evaluation, render


def dialogue(route: Route, *keywords: str) -> Dialogue:
    expected = Expected(route=route, topic="挂失", title_keywords=keywords, measures="ellipsis")
    return Dialogue(turns=("怎么挂失", "那要多久"), expect=expected)


@pytest.mark.parametrize(
    ("wanted", "route", "titles", "right"),
    [
        (dialogue(Route.ANSWER, "挂失"), Route.ANSWER, ("银行卡挂失多久生效",), True),
        (dialogue(Route.ANSWER, "挂失"), Route.CLARIFY, ("怎么转账", "挂失要多久"), True),
        (dialogue(Route.ANSWER, "挂失"), Route.ANSWER, ("怎么转账",), False),
        (dialogue(Route.ANSWER), Route.CLARIFY, (), True),
        (dialogue(Route.ANSWER, "挂失"), Route.HUMAN, ("挂失",), False),
        (dialogue(Route.FRAUD, "挂失"), Route.FRAUD, (), True),
    ],
)
def test_a_right_ending_shows_the_right_article(
    wanted: Dialogue,
    route: Route,
    titles: tuple[str, ...],
    right: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    assert Ending(wanted, route, titles).right is right


async def test_a_dialogue_is_one_conversation_and_ends_where_the_bot_was_last_asked() -> None:
    class Asker:
        async def each(
            self, texts: Sequence[str], *, one_conversation: bool
        ) -> AsyncIterator[asking.Outcome]:
            assert one_conversation
            assert list(texts) == ["怎么挂失", "那要多久"]
            yield asking.Outcome(texts[0], turn={"route": "human"}, titles=["先前"])
            yield asking.Outcome(texts[1], turn={}, titles=["挂失"])

    wanted = dialogue(Route.HUMAN)
    ended = [ending async for ending in endings_of(Asker(), [wanted])]
    assert ended == [Ending(wanted, Route.HUMAN, ("挂失",))]


def test_the_report_tells_them_by_what_they_try() -> None:
    endings = [
        Ending(dialogue(Route.ANSWER, "挂失"), Route.ANSWER, ("挂失",)),
        Ending(dialogue(Route.ANSWER, "挂失"), Route.ANSWER, ("怎么转账",)),
    ]
    assert by_ability(endings) == {"ellipsis": Share(1, 2)}
    text = render(Evaluation(date(2026, 1, 2), "2 cores", 7000, {}, endings=endings))
    assert "| ellipsis | 50.0 % [9.5, 90.5] (1/2) |" in text
    assert "| 怎么挂失 / 那要多久 | answer | answer | 怎么转账 |" in text


def test_the_held_out_dialogues_can_be_read() -> None:
    assert len(load_dialogues()) >= 80
