"""What became of a question is read from the log alone."""

from __future__ import annotations

import pytest

from conversation.conversation import Owner
from conversation.outcome import Outcome, turn_facts
from conversation.turn import Route
from tests.unit.conversation.logs import Log

MENU = ("挂失后怎么补卡", "补卡收费吗", "都不是", "转人工")


def outcomes(log: Log) -> list[str]:
    return [facts.outcome.value for facts in turn_facts(log.entries)]


@pytest.mark.parametrize(
    ("route", "calls", "note", "outcome"),
    [
        (Route.ANSWER, "", "", Outcome.ANSWERED),
        (Route.CLARIFY, "", "", Outcome.CLARIFIED),
        (Route.REFUSE, "", "", Outcome.REFUSED),
        (Route.CHITCHAT, "", "", Outcome.CHITCHAT),
        (Route.COMPLAINT, "complaint", "", Outcome.CALLED),
        (Route.HUMAN, "human", "", Outcome.CALLED),
        (Route.HUMAN, "bot_unable", "", Outcome.BOT_UNABLE),
        (Route.HUMAN, "bot_unable", "bot unavailable", Outcome.FAILED),
        (Route.REFUSE, "", "failed five times", Outcome.FAILED),
        (None, "", "owner is agent", Outcome.PERSON),
    ],
)
def test_one_turn(route: Route | None, calls: str, note: str, outcome: Outcome) -> None:
    log = Log()
    asked = log.ask("怎么补卡", route, calls=calls, note=note, intent="ask_card")
    [facts] = turn_facts(log.entries)
    assert facts.outcome is outcome
    assert (facts.message.id, facts.route, facts.intent) == (asked, route, "ask_card")
    assert facts.confidence == 0.75


def test_a_message_without_a_turn_is_unanswered() -> None:
    log = Log()
    log.ask("怎么补卡", Route.ANSWER)
    del log.entries[1:]
    assert outcomes(log) == ["unanswered"]


@pytest.mark.parametrize(
    ("text", "route", "intent", "calls"),
    [
        ("都不是", Route.CHITCHAT, "out_of_scope", ""),
        ("不是这个意思", Route.CHITCHAT, "deny", ""),
        ("转人工", Route.HUMAN, "human_request", "human"),
        ("人工", Route.HUMAN, "human_request", "human"),
        ("补卡要多久", Route.REFUSE, "ask_card", ""),
        ("补卡要多久", Route.HUMAN, "ask_card", "bot_unable"),
        ("卡怎么弄", Route.CLARIFY, "ask_card", ""),
    ],
)
def test_asked_back_in_vain(text: str, route: Route, intent: str, calls: str) -> None:
    log = Log()
    log.ask("卡怎么弄", Route.CLARIFY, menu=MENU)
    log.ask(text, route, intent=intent, calls=calls)
    assert outcomes(log)[0] == "clarified_in_vain"


@pytest.mark.parametrize(
    ("text", "route", "intent"),
    [
        ("补卡收费吗", Route.ANSWER, "ask_card"),
        ("卡怎么弄", Route.ANSWER, "ask_card"),
        ("谢谢", Route.CHITCHAT, "thanks"),
        ("我要投诉", Route.COMPLAINT, "complaint"),
    ],
)
def test_asked_back_and_not_in_vain(text: str, route: Route, intent: str) -> None:
    log = Log()
    log.ask("卡怎么弄", Route.CLARIFY, menu=MENU)
    log.ask(text, route, intent=intent)
    assert outcomes(log)[0] == "clarified"


def test_asked_back_and_then_silence_is_not_in_vain() -> None:
    log = Log()
    log.ask("卡怎么弄", Route.CLARIFY, menu=MENU)
    assert outcomes(log) == ["clarified"]


def test_a_choice_that_calls_a_person_is_no_question() -> None:
    log = Log()
    log.ask("能买彩票吗", Route.REFUSE, menu=("转人工", "不用了"))
    log.ask("转人工", Route.HUMAN, calls="bot_unable")
    assert outcomes(log) == ["refused", "called"]


def test_an_archived_conversation_tells_its_owners() -> None:
    log = Log()
    log.ask("我要投诉", Route.COMPLAINT, calls="complaint")
    log.own("queue", "agent", by="a1", why="claimed")
    kept = log.closed("a1")
    owners = [(one.owner, one.by, one.why) for one in kept.owners]
    assert owners == [
        (Owner.BOT, "", ""),
        (Owner.QUEUE, "bot", "complaint"),
        (Owner.AGENT, "a1", "claimed"),
        (Owner.CLOSED, "a1", "closed"),
    ]
    assert kept.owners[-1].since == kept.closed_at
    assert [message.text for message in kept.messages] == ["我要投诉", "答：我要投诉"]
