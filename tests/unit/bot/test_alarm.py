"""After a report of fraud; and anger that lasts."""

from __future__ import annotations

import pytest

from bot.actions.dialogue import Dialogue
from bot.actions.manners import Manners
from bot.actions.memory import Memory
from bot.actions.memory_answers import MemoryAnswers
from bot.actions.ports import Article
from bot.actions.turn import Reply, Turn
from bot.actions.utterances import Key, Utterances
from conversation.conversation import Reason
from conversation.turn import Route

TEXT = {key: Utterances.load().draft(key).text for key in Key}
HOW = Article("transfer-how", "怎么转账", "在手机银行点转账。", topic="transfer")
LARGE = Article("transfer-large", "大额怎么转", "到网点办理。", topic="transfer")
LOSS = Article("card-loss", "怎么挂失银行卡", "可以在手机银行挂失。", topic="card")


class Talk:
    """Carries the memory through the slots, as Rasa does."""

    def __init__(self) -> None:
        """Begin calmly."""
        answers = MemoryAnswers(
            [HOW, LARGE, LOSS],
            {
                "怎么转账": ["transfer-how"],
                "大额": ["transfer-how", "transfer-large"],
                "转账还是挂失": ["transfer-how", "card-loss"],
                "怎么挂失银行卡": ["card-loss"],
            },
            related={"card-loss": ["transfer-how"]},
        )
        self.dialogue = Dialogue(answers, Utterances.load(), Manners.load())
        self.memory = Memory()

    async def say(self, text: str, intent: str = "nlu_fallback") -> Reply:
        """Take a turn."""
        turn = Turn(text, intent, 0.9, memory=self.memory, follows=True)
        if intent in {"fraud", "human_request"}:
            reply = self.dialogue.escalate(turn)
        elif intent in {"affirm", "deny", "resolved", "not_resolved"}:
            reply = await self.dialogue.feedback(turn)
        else:
            reply = await self.dialogue.answer(turn)
        self.memory = Memory.of_slots(reply.memory.slots())
        return reply


@pytest.fixture
def alarmed() -> Talk:
    """Return a talk whose memory holds a report of fraud and nothing else."""
    talk = Talk()
    talk.memory = talk.dialogue.escalate(Turn("我被骗了", "fraud")).memory
    return talk


async def test_before_a_fraud_a_transfer_is_explained() -> None:
    assert (await Talk().say("怎么转账", "guide_transfer")).route is Route.ANSWER


@pytest.mark.parametrize("text", ["怎么转账", "大额"])
@pytest.mark.parametrize("intent", ["guide_transfer", "guide_limits", "nlu_fallback"])
async def test_after_a_fraud_no_transfer_is_explained(
    alarmed: Talk, text: str, intent: str
) -> None:
    reply = await alarmed.say(text, intent)
    assert [draft.text for draft in reply.drafts] == [TEXT[Key.FRAUD_HOLD]]
    assert reply.drafts[0].sources == ()
    accepted = await alarmed.say("好的", "affirm")
    assert accepted.handoff is not None


async def test_other_questions_are_answered_without_transfers_among_the_rivals(
    alarmed: Talk,
) -> None:
    asked_back = await alarmed.say("转账还是挂失")
    assert asked_back.drafts[0].options[0].label == "怎么挂失银行卡"
    assert alarmed.memory.candidates == (asked_back.memory.candidates[0],)
    assert (await alarmed.say("怎么挂失银行卡")).drafts[0].text == LOSS.text
    assert (await alarmed.say("不是这个", "deny")).drafts[0].text == TEXT[Key.NONE_FIT]


async def test_an_answer_whose_only_rivals_are_transfers_is_given(alarmed: Talk) -> None:
    assert (await alarmed.say("怎么挂失银行卡", "guide_card")).drafts[0].text == LOSS.text
    assert alarmed.memory.candidates == ()


async def test_a_transfer_offered_before_the_fraud_cannot_be_chosen_after_it() -> None:
    talk = Talk()
    await talk.say("大额")
    offered = talk.memory
    talk.memory = Memory.of_slots({**offered.slots(), "alarmed": True})
    assert (await talk.say("怎么转账")).drafts[0].text == TEXT[Key.FRAUD_HOLD]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("解决了", "resolved"), ("转人工", "human_request"), ("怎么挂失银行卡", "guide_card"),
     ("火星开户", "nlu_fallback"), ("不对", "deny"), ("没解决", "not_resolved")],
)  # fmt: skip
async def test_nothing_takes_the_alarm_back(alarmed: Talk, text: str, intent: str) -> None:
    await alarmed.say(text, intent)
    assert (await alarmed.say("怎么转账")).drafts[0].text == TEXT[Key.FRAUD_HOLD]


async def test_the_third_angry_message_calls_a_person() -> None:
    talk = Talk()
    assert (await talk.say("怎么挂失银行卡")).handoff is None
    assert (await talk.say("答非所问", "not_resolved")).handoff is None
    assert (await talk.say("气死我了", "not_resolved")).handoff is None
    reply = await talk.say("跟你说了多少遍了", "nlu_fallback")
    assert reply.handoff is not None
    assert reply.handoff.reason is Reason.HUMAN
    assert reply.drafts[0].text == TEXT[Key.ESCALATE_ANGRY]
    assert talk.memory == Memory()


async def test_anger_fades_with_calm_messages() -> None:
    talk = Talk()
    await talk.say("气死我了", "not_resolved")
    await talk.say("答非所问", "nlu_fallback")
    await talk.say("怎么挂失银行卡")
    assert talk.memory.anger == 1


@pytest.mark.parametrize("text", ["利息呢", "手续费呢？", "那要多久?", "期限呢"])
def test_what_surely_refers_back(text: str) -> None:
    assert Manners.load().refers_back(text)


@pytest.mark.parametrize(
    "text", ["怎么办呢", "什么是基金呢", "哪里有网点呢", "银行卡丢了怎么挂失呢"]
)
def test_a_question_of_its_own_does_not_refer_back(text: str) -> None:
    assert not Manners.load().refers_back(text)
