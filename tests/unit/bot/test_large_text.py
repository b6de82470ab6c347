"""Who reads large text is one step away from a person."""

from __future__ import annotations

import pytest

from bot.actions.dialogue import Dialogue
from bot.actions.turn import Turn
from conversation.conversation import Reason
from conversation.turn import Route


def turn(text: str, intent: str = "nlu_fallback") -> Turn:
    return Turn(text, intent, 0.9, large_text=True)


async def test_the_first_question_without_an_answer_calls_a_person(dialogue: Dialogue) -> None:
    reply = await dialogue.answer(turn("这个不知道"))
    assert reply.handoff
    assert (reply.handoff.reason, reply.route) == (Reason.ELDERLY, Route.HUMAN)
    patient = await dialogue.answer(Turn("这个不知道", "nlu_fallback", 0.9))
    assert patient.handoff is None


async def test_a_question_with_an_answer_is_answered(dialogue: Dialogue) -> None:
    reply = await dialogue.answer(turn("怎么挂失银行卡"))
    assert reply.handoff is None
    assert "转人工" in [option.label for option in reply.drafts[-1].options]


@pytest.mark.parametrize("text", ["不会用", "我真的不会弄啊", "还是不会操作，", "我也不知道怎么用"])
async def test_who_says_only_not_to_manage_reaches_a_person_at_once(
    dialogue: Dialogue, text: str
) -> None:
    for intent, take in (("not_resolved", dialogue.feedback), ("nlu_fallback", dialogue.answer)):
        reply = await take(Turn(text, intent, 0.9))
        assert reply.handoff
        assert (reply.handoff.reason, reply.route) == (Reason.ELDERLY, Route.HUMAN)


async def test_who_says_what_it_is_gets_an_answer(dialogue: Dialogue) -> None:
    reply = await dialogue.answer(Turn("怎么挂失银行卡，我不会", "guide_card", 0.9))
    assert reply.handoff is None


def test_a_wish_for_a_person_is_as_urgent_as_age(dialogue: Dialogue) -> None:
    human = dialogue.escalate(turn("人工", "human_request")).handoff
    fraud = dialogue.escalate(turn("我被骗了", "fraud")).handoff
    assert human
    assert fraud
    assert (human.reason, fraud.reason) == (Reason.ELDERLY, Reason.FRAUD)
