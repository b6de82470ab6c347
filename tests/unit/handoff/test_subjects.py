"""What a handoff is about, and to which group that leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversation.conversation import Handoff, Reason
from conversation.message import NoticeRef
from handoff.routing import Routing
from handoff.subjects import subjects_of
from tests.unit.handoff.people import queued

ROUTING = Routing.load()
NOTICES = {"fund": NoticeRef("fund_risk", "2026-01", "fund", "基金风险提示")}


def group(reason: Reason, intent: str = "", said: str = "转人工", **more: object) -> str:
    handoff = Handoff(reason, intent, 0.9, said, **more)  # type: ignore[arg-type]
    return ROUTING.of(replace(queued("a"), handoff=handoff)).group


@pytest.mark.parametrize("reason", list(Reason))
def test_a_group_of_the_subject_goes_before_general_alone(reason: Reason) -> None:
    own = {Reason.COMPLAINT: "complaints", Reason.FRAUD: "fraud"}
    assert group(reason, said="我想赎回基金") == own.get(reason, "fund")
    assert group(reason, said="保单怎么退保") == own.get(reason, "insurance")
    assert group(reason, said="银行卡丢了") == own.get(reason, "general")


def test_intent_entities_and_text_tell_the_subject() -> None:
    assert group(Reason.HUMAN, "ask_insurance") == "insurance"
    entities = ({"entity": "product", "value": "fund"},)
    assert group(Reason.TRANSACTION, entities=entities) == "fund"
    assert group(Reason.BOT_UNABLE, said="社保基金怎么查") == "general"


def test_who_only_asks_for_a_person_waits_about_what_was_spoken_of() -> None:
    spoken = replace(queued("a"), notices=NOTICES)
    assert ROUTING.of(spoken).group == "fund"
    card = replace(spoken, handoff=Handoff(Reason.TRANSACTION, trigger="帮我挂失银行卡"))
    assert ROUTING.of(card).group == "general"
    assert subjects_of(replace(spoken, handoff=None)) == frozenset()


def test_the_priority_stays_that_of_the_reason() -> None:
    assert ROUTING.target("elderly", {"fund"}).priority == ROUTING.target("elderly").priority
