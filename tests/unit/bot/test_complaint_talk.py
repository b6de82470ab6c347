"""How complaints stand: who is told what, and who still reaches a person."""

from __future__ import annotations

import pytest

from bot.actions.complaint_talk import ComplaintTalk
from bot.actions.dialogue import Dialogue
from bot.actions.memory_complaints import MemoryComplaints
from bot.actions.turn import Reply, Turn
from bot.actions.utterances import Key, Utterances
from conversation.conversation import Reason
from conversation.turn import Route

NUMBER = "TS20260601-0001"
STATE = f"您的投诉 {NUMBER} 正在处理中。"
TEXT = {key: Utterances.load().draft(key).text for key in Key}


@pytest.fixture
def talk(dialogue: Dialogue) -> ComplaintTalk:
    return ComplaintTalk(dialogue, MemoryComplaints({"abc-1": {NUMBER: STATE}, "new-1": {}}))


async def say(talk: ComplaintTalk, text: str, intent: str, conversation: str = "abc-1") -> Reply:
    turn = Turn(text, intent, 0.9, conversation=conversation)
    if intent in {"nlu_fallback", "guide_card"}:
        return await talk.answer(turn)
    if intent in {"affirm", "deny"}:
        return await talk.feedback(turn)
    return await talk.escalate(turn)


def told(reply: Reply) -> str:
    return "|".join(draft.text for draft in reply.drafts)


async def test_who_asks_after_a_complaint_hears_how_their_own_stands(talk: ComplaintTalk) -> None:
    reply = await say(talk, "上次投诉的结果呢", "complaint_followup")
    assert told(reply) == f"{STATE}\n{TEXT[Key.COMPLAINT_STANDING]}"
    assert (reply.route, reply.handoff) == (Route.ANSWER, None)
    assert [option.text for option in reply.drafts[0].options] == ["转人工", "不用转人工"]


@pytest.mark.parametrize("intent", ["complaint_followup", "transaction", "nlu_fallback", "affirm"])
async def test_a_number_is_answered_however_the_rest_is_understood(
    talk: ComplaintTalk, intent: str
) -> None:
    reply = await say(talk, f"{NUMBER} 怎么样了", intent)
    assert STATE in told(reply)
    assert reply.handoff is None


async def test_nobody_elses_complaint_is_told_and_who_asks_reaches_a_person(
    talk: ComplaintTalk,
) -> None:
    reply = await say(talk, NUMBER, "complaint_followup", "new-1")
    assert told(reply) == f"没有查询到。|{TEXT[Key.ESCALATE_COMPLAINT_FOLLOWUP]}"
    assert reply.handoff
    assert reply.handoff.reason is Reason.COMPLAINT


async def test_without_any_complaint_who_asks_after_one_reaches_a_person(
    talk: ComplaintTalk,
) -> None:
    reply = await say(talk, "上次投诉的结果呢", "complaint_followup", "new-1")
    assert told(reply) == TEXT[Key.ESCALATE_COMPLAINT_FOLLOWUP]
    assert reply.handoff


async def test_a_complaint_reaches_a_person_whatever_number_it_names(talk: ComplaintTalk) -> None:
    reply = await say(talk, f"{NUMBER} 太慢了，我要投诉", "complaint")
    assert told(reply) == f"{STATE}|{TEXT[Key.ESCALATE_COMPLAINT]}"
    assert reply.handoff
    assert reply.handoff.reason is Reason.COMPLAINT


@pytest.mark.parametrize("intent", ["fraud", "human_request", "elderly_help"])
async def test_who_needs_a_person_is_told_nothing_else(talk: ComplaintTalk, intent: str) -> None:
    reply = await say(talk, NUMBER, intent)
    assert STATE not in told(reply)
    assert reply.handoff


@pytest.mark.parametrize(("text", "intent"), [("转人工", "human_request"), ("好的", "affirm")])
async def test_a_person_after_it_is_one_who_handles_complaints(
    talk: ComplaintTalk, text: str, intent: str
) -> None:
    asked = await say(talk, NUMBER, "complaint_followup")
    turn = Turn(text, intent, memory=asked.memory, follows=True, conversation="abc-1")
    take = talk.escalate if intent == "human_request" else talk.feedback
    reply = await take(turn)
    assert reply.handoff
    assert (reply.handoff.reason, reply.handoff.intent) == (Reason.COMPLAINT, "complaint_followup")


async def test_other_questions_go_their_way(talk: ComplaintTalk) -> None:
    reply = await say(talk, "怎么挂失银行卡", "guide_card")
    assert told(reply) == "可以在手机银行挂失。"


async def test_without_tickets_nothing_is_told(dialogue: Dialogue) -> None:
    talk = ComplaintTalk(dialogue, MemoryComplaints())
    reply = await say(talk, NUMBER, "complaint_followup")
    assert told(reply) == TEXT[Key.ESCALATE_COMPLAINT_FOLLOWUP]
