"""The bot's conduct over several turns."""

from __future__ import annotations

import pytest

from bot.actions.dialogue import Dialogue
from bot.actions.memory import Memory
from bot.actions.turn import Reply, Turn
from bot.actions.utterances import Key, Utterances
from conversation.conversation import Reason
from conversation.message import Kind
from conversation.turn import Route

FEEDBACK = {"affirm", "deny", "resolved", "not_resolved"}
TEXT = {key: Utterances.load().draft(key).text for key in Key}


class Talk:
    """Feeds turns to the dialogue and carries the memory, as Rasa does."""

    def __init__(self, dialogue: Dialogue) -> None:
        """Begin without a memory."""
        self.dialogue = dialogue
        self.memory = Memory()
        self.follows = False

    async def say(self, text: str, intent: str = "nlu_fallback", sure: float = 0.9) -> Reply:
        """Take a turn."""
        turn = Turn(text, intent, sure, memory=self.memory, follows=self.follows)
        if intent in FEEDBACK:
            reply = await self.dialogue.feedback(turn)
        else:
            reply = await self.dialogue.answer(turn)
        # Through the slots and back: what is not stored is not remembered.
        self.memory = Memory.of_slots(reply.memory.slots())
        self.follows = True
        return reply

    def chat(self) -> None:
        """Let a plain response come between."""
        self.follows = False


@pytest.fixture
def talk(dialogue: Dialogue) -> Talk:
    return Talk(dialogue)


def labels(reply: Reply) -> list[str]:
    return [option.label for option in reply.drafts[-1].options]


async def test_an_answer_is_the_article_verbatim_with_its_source(talk: Talk) -> None:
    reply = await talk.say("怎么挂失银行卡", "guide_card")
    draft = reply.drafts[0]
    assert reply.route is Route.ANSWER
    assert draft.text == "可以在手机银行挂失。"
    assert draft.categories == {"card"}
    assert [(s.id, s.title, s.source, s.revision) for s in draft.sources] == [
        ("card-loss", "怎么挂失银行卡", "示例银行", "r1")
    ]
    assert "转人工" in labels(reply)
    assert talk.memory.last_topic == "guide_card"


async def test_an_ambiguous_question_is_asked_back_with_the_candidates(talk: Talk) -> None:
    reply = await talk.say("银行卡")
    assert reply.route is Route.CLARIFY
    assert reply.drafts[0].kind is Kind.MENU
    assert labels(reply) == ["怎么挂失银行卡", "怎么注销银行卡", "都不是", "转人工"]


@pytest.mark.parametrize("choice", ["2", "第二个", "怎么注销银行卡", "第二个。"])
async def test_a_candidate_is_chosen_by_number_or_title(talk: Talk, choice: str) -> None:
    await talk.say("银行卡")
    reply = await talk.say(choice)
    assert reply.route is Route.ANSWER
    assert reply.drafts[0].text == "请到网点注销。"


async def test_a_number_beyond_the_menu_is_no_choice(talk: Talk) -> None:
    await talk.say("银行卡")
    assert (await talk.say("5")).route is Route.REFUSE


async def test_a_number_may_mean_a_quick_reply(talk: Talk) -> None:
    await talk.say("银行卡")
    assert (await talk.say("3", "affirm")).drafts[0].text == TEXT[Key.NONE_FIT]
    await talk.say("银行卡")
    assert (await talk.say("4", "affirm")).route is Route.HUMAN


async def test_under_an_answer_a_number_is_the_feedback(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("2", "affirm")).drafts[0].text == TEXT[Key.NOT_RESOLVED]
    assert (await talk.say("1", "affirm")).drafts[0].text == "请到网点注销。"
    assert (await talk.say("1", "affirm")).drafts[0].text == TEXT[Key.RESOLVED]


async def test_the_words_of_a_quick_reply_are_understood_whatever_the_intent(talk: Talk) -> None:
    await talk.say("火星开户")
    await talk.say("月球开户")
    assert (await talk.say("不用转人工")).drafts[0].text == TEXT[Key.STAY_WITH_BOT]


async def test_a_number_without_a_question_before_it_is_no_choice(talk: Talk) -> None:
    await talk.say("银行卡")
    talk.chat()
    assert (await talk.say("2")).route is Route.REFUSE


async def test_yes_to_a_clarification_takes_the_first_candidate(talk: Talk) -> None:
    await talk.say("银行卡")
    reply = await talk.say("是的", "affirm")
    assert reply.drafts[0].text == "可以在手机银行挂失。"


async def test_never_two_clarifications_in_a_row(talk: Talk) -> None:
    assert (await talk.say("银行卡")).route is Route.CLARIFY
    second = await talk.say("卡片")
    assert second.route is Route.REFUSE
    assert second.drafts[0].text == TEXT[Key.OFFER_HUMAN]
    assert labels(second) == ["转人工", "先不用"]
    assert (await talk.say("银行卡")).route is Route.CLARIFY


async def test_a_second_unclear_question_leads_to_a_person_who_is_told_it(talk: Talk) -> None:
    await talk.say("银行卡")
    await talk.say("卡片")
    accepted = await talk.say("好的", "affirm")
    assert accepted.handoff is not None
    assert accepted.handoff.reason is Reason.BOT_UNABLE


async def test_asking_back_about_the_last_answer_s_rivals_is_a_clarification(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("不是这个", "deny")).route is Route.CLARIFY
    assert (await talk.say("卡片")).drafts[0].text == TEXT[Key.OFFER_HUMAN]


@pytest.mark.parametrize(
    ("choice", "text"),
    [("怎么挂失银行卡", "可以在手机银行挂失。"), ("怎么注销银行卡", "请到网点注销。")],
)
async def test_each_quick_reply_answers_its_very_article(
    talk: Talk, choice: str, text: str
) -> None:
    offered = await talk.say("银行卡")
    option = next(o for o in offered.drafts[-1].options if o.label == choice)
    reply = await talk.say(option.text)
    assert reply.drafts[0].text == text
    assert reply.drafts[0].sources[0].title == choice


async def test_none_of_them_by_its_quick_reply_offers_a_person(talk: Talk) -> None:
    offered = await talk.say("银行卡")
    option = next(o for o in offered.drafts[-1].options if o.label == "都不是")
    reply = await talk.say(option.text)
    assert labels(reply) == ["转人工"]
    assert (await talk.say(reply.drafts[-1].options[0].text, "human_request")).handoff is not None


async def test_a_candidate_that_was_withdrawn_meanwhile_is_not_said(talk: Talk) -> None:
    await talk.say("银行卡")
    talk.memory = Memory.of_slots(
        {**talk.memory.slots(), "candidates": [{"id": "gone", "title": "旧文章"}]}
    )
    assert (await talk.say("1")).route is Route.REFUSE


@pytest.mark.parametrize("text", ["都不是", "以上都不是！"])
async def test_none_of_the_candidates_offers_a_person(talk: Talk, text: str) -> None:
    await talk.say("银行卡")
    reply = await talk.say(text)
    assert reply.drafts[0].text == TEXT[Key.NONE_FIT]
    assert (await talk.say("好的", "affirm")).handoff is not None


async def test_a_no_to_an_answer_shows_the_next_candidates_then_a_person(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    second = await talk.say("不是这个", "deny")
    assert second.route is Route.CLARIFY
    assert "怎么注销银行卡" in labels(second)
    assert "怎么挂失银行卡" not in labels(second)
    third = await talk.say("也不是", "deny")
    assert third.handoff is not None
    assert third.handoff.reason is Reason.BOT_UNABLE


async def test_what_is_of_no_use_twice_calls_a_person(talk: Talk) -> None:
    assert (await talk.say("说的不对", "deny")).handoff is None
    assert (await talk.say("还是不对", "deny")).handoff is not None


async def test_who_wants_nothing_more_is_left_alone(talk: Talk) -> None:
    await talk.say("不用了", "deny")
    assert (await talk.say("没有了", "deny")).handoff is None


async def test_a_denial_that_says_what_is_meant_is_a_question(talk: Talk) -> None:
    await talk.say("银行卡")
    reply = await talk.say("不是这个，是怎么注销银行卡", "deny")
    assert reply.drafts[0].text == "请到网点注销。"


async def test_a_question_that_sounds_like_a_no_is_a_question(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("不要了，怎么注销银行卡", "deny")
    assert reply.drafts[0].text != TEXT[Key.DENY]
    assert reply.route is not Route.CHITCHAT


async def test_half_a_correction_is_read_with_the_question_before_it(talk: Talk) -> None:
    await talk.say("银行卡")
    reply = await talk.say("我是说注销", "guide_card")
    assert reply.drafts[0].text == "请到网点注销。"


async def test_a_new_topic_is_read_alone(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("换个问题，怎么注销银行卡", "guide_card")
    assert reply.drafts[0].text == "请到网点注销。"


async def test_the_article_just_read_is_offered_again_not_said_again(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("那多久生效", "guide_card")
    assert reply.route is Route.CLARIFY
    assert "怎么挂失银行卡" in labels(reply)


async def test_a_no_to_the_only_answer_offers_a_person(talk: Talk) -> None:
    await talk.say("怎么注销银行卡")
    reply = await talk.say("不对", "deny")
    assert reply.drafts[0].text == TEXT[Key.NONE_FIT]


async def test_refusals_lead_to_an_offer_and_then_to_a_person(talk: Talk) -> None:
    first = await talk.say("火星开户")
    second = await talk.say("月球开户")
    third = await talk.say("木星开户")
    assert [r.route for r in (first, second, third)] == [
        Route.REFUSE,
        Route.REFUSE,
        Route.HUMAN,
    ]
    assert first.drafts[0].text == TEXT[Key.REFUSE]
    assert second.drafts[0].text == TEXT[Key.OFFER_HUMAN]
    assert third.handoff is not None
    assert third.handoff.reason is Reason.BOT_UNABLE
    assert third.handoff.trigger == "木星开户"
    assert talk.memory == Memory()


async def test_an_answer_ends_the_row_of_refusals(talk: Talk) -> None:
    await talk.say("火星开户")
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("月球开户")).drafts[0].text == TEXT[Key.REFUSE]


async def test_a_refused_offer_is_respected(talk: Talk) -> None:
    await talk.say("火星开户")
    await talk.say("月球开户")
    reply = await talk.say("不用", "deny")
    assert reply.drafts[0].text == TEXT[Key.STAY_WITH_BOT]
    assert reply.handoff is None
    assert (await talk.say("好的", "affirm")).handoff is None


async def test_an_offer_is_forgotten_after_chit_chat(talk: Talk) -> None:
    await talk.say("没解决", "not_resolved")
    talk.chat()
    assert (await talk.say("好的", "affirm")).handoff is None


async def test_not_resolved_offers_the_other_articles_and_a_person(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("没解决", "not_resolved")
    assert labels(reply) == ["怎么注销银行卡", "转人工"]
    accepted = await talk.say("好的", "affirm")
    assert accepted.handoff is not None
    assert accepted.handoff.reason is Reason.HUMAN
    assert accepted.handoff.trigger == "怎么挂失银行卡"


async def test_an_accepted_offer_after_refusals_says_that_the_bot_was_unable(talk: Talk) -> None:
    await talk.say("火星开户")
    await talk.say("月球开户")
    reply = await talk.say("好", "affirm")
    assert reply.handoff is not None
    assert reply.handoff.reason is Reason.BOT_UNABLE


async def test_resolved_forgets_the_topic(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("解决了", "resolved")
    assert reply.drafts[0].text == TEXT[Key.RESOLVED]
    assert talk.memory == Memory()


async def test_out_of_scope_is_asked_for_and_refused_politely(talk: Talk) -> None:
    answered = await talk.say("怎么挂失银行卡", "out_of_scope", 0.7)
    assert answered.route is Route.ANSWER
    refused = await talk.say("写首诗", "out_of_scope")
    assert refused.drafts[0].text == TEXT[Key.OUT_OF_SCOPE]
    assert "转人工" in labels(refused)


async def test_a_follow_up_is_read_with_the_question_before_it(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("那要多少钱")
    assert reply.drafts[0].text == "请以收费公示为准。"
    assert talk.memory.last_question == "怎么挂失银行卡"


async def test_half_a_question_is_tried_with_the_question_before_it(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("收费吗")).drafts[0].text == "请以收费公示为准。"


async def test_a_short_question_of_its_own_is_not_bent_by_the_old_topic(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("怎么注销银行卡")).drafts[0].text == "请到网点注销。"


async def test_a_short_noise_does_not_repeat_the_last_answer(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("哈哈")).route is Route.REFUSE


async def test_a_joke_is_never_a_follow_up(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    assert (await talk.say("那要多少钱", "out_of_scope")).route is Route.REFUSE


@pytest.mark.parametrize(
    ("intent", "reason", "route"),
    [
        ("complaint", Reason.COMPLAINT, Route.COMPLAINT),
        ("complaint_followup", Reason.COMPLAINT, Route.COMPLAINT),
        ("transaction", Reason.TRANSACTION, Route.TRANSACTION),
        ("fraud", Reason.FRAUD, Route.FRAUD),
        ("human_request", Reason.HUMAN, Route.HUMAN),
        ("elderly_help", Reason.ELDERLY, Route.HUMAN),
    ],
)
def test_escalation_reasons(dialogue: Dialogue, intent: str, reason: Reason, route: Route) -> None:
    memory = Memory(last_question="怎么挂失银行卡", asked=Key.OFFER_HUMAN, refusals=2)
    entities = ({"entity": "amount", "value": "5000"},)
    turn = Turn("帮帮我", intent, 0.8, entities, memory=memory, follows=True)
    reply = dialogue.escalate(turn)
    assert reply.route is route
    assert reply.handoff is not None
    assert reply.handoff.reason is reason
    assert reply.handoff.trigger == "帮帮我"
    assert reply.handoff.entities == entities
    assert reply.memory == Memory(alarmed=reason is Reason.FRAUD)


def test_in_a_fraud_the_warning_comes_first(dialogue: Dialogue) -> None:
    drafts = dialogue.escalate(Turn("我被骗了", "fraud")).drafts
    warning = drafts[0].text
    for words in ("不要转账", "验证码", "屏幕共享", "安全账户", "{{hotline}}", "110", "96110"):
        assert words in warning
    assert "转接" in drafts[1].text


async def test_a_sure_question_about_the_bank_is_asked_back_rather_than_refused(talk: Talk) -> None:
    assert (await talk.say("卡面图案", "guide_card")).route is Route.CLARIFY
    assert (await talk.say("卡面图案", "guide_card")).route is Route.REFUSE


async def test_who_does_not_say_what_is_asked_what_once(talk: Talk) -> None:
    asked = await talk.say("我想办个业务", "unclear")
    assert asked.route is Route.CLARIFY
    assert asked.drafts[0].text == TEXT[Key.ASK_WHAT]
    assert (await talk.say("就那个业务", "unclear")).route is Route.REFUSE


async def test_what_the_search_knows_is_answered_however_unclear(talk: Talk) -> None:
    assert (await talk.say("怎么挂失银行卡", "unclear")).route is Route.ANSWER


async def test_an_unsure_one_is_refused_as_the_search_says(talk: Talk) -> None:
    assert (await talk.say("卡面图案")).route is Route.REFUSE


async def test_what_is_likely_off_topic_is_not_asked_back(talk: Talk) -> None:
    assert (await talk.say("银行卡", "out_of_scope", 0.6)).route is Route.REFUSE


async def test_what_is_surely_off_topic_is_refused_whatever_the_search_finds(talk: Talk) -> None:
    assert (await talk.say("怎么挂失银行卡", "out_of_scope", 0.9)).route is Route.REFUSE


async def test_what_is_hardly_off_topic_is_asked_back(talk: Talk) -> None:
    assert (await talk.say("银行卡", "out_of_scope", 0.4)).route is Route.CLARIFY
