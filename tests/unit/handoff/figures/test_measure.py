"""What is counted of one conversation."""

from __future__ import annotations

from conversation.turn import Route
from handoff.figures.measure import coverage, measured
from tests.unit.handoff.figures.talks import Talk, due, exemplary


def test_the_bot_alone_contains_what_it_answered() -> None:
    talk = Talk()
    talk.asks("几点开门")
    measure = measured(talk.closed(), due)
    assert (measure.asked, measure.settled, measure.contained) == (1, True, True)


def test_a_question_left_open_is_not_settled() -> None:
    talk = Talk()
    talk.asks("有没有联名卡", Route.REFUSE)
    measure = measured(talk.closed(), due)
    assert (measure.settled, measure.contained) == (False, False)


def test_a_customer_who_gave_up_waiting_is_not_settled() -> None:
    talk = Talk()
    talk.asks("转人工", Route.HUMAN)
    talk.calls()
    talk.own("bot", "customer", "bot", 200)
    assert not measured(talk.closed(), due).settled


def test_an_agent_settles_but_does_not_contain() -> None:
    measure = measured(exemplary(), due)
    assert (measure.settled, measure.contained, len(measure.calls)) == (True, False, 1)


def test_a_conversation_in_which_nobody_asked_is_not_contained() -> None:
    assert not measured(Talk().closed(), due).contained


def test_a_category_is_covered_when_its_notice_came_before_it() -> None:
    talk = Talk()
    talk.warns("fund")
    talk.bot("这只基金每天开放申购。")
    talk.bot("基金和保险都可以在手机银行购买。")
    talk.warns("insurance")
    talk.says("保险的犹豫期是十五天。")
    kept = talk.closed()
    found = coverage(kept, due)
    assert found.about == frozenset({"fund", "insurance"})
    assert found.warned == 1
    assert [(one.message.text[:2], one.categories) for one in found.lacking] == [
        ("基金", frozenset({"insurance"}))
    ]
    measure = measured(kept, due)
    assert (measure.about, measure.warned) == (2, 1)


def test_an_article_is_about_what_its_title_names_and_customers_may_say_anything() -> None:
    talk = Talk()
    talk.asks("我想买基金")
    talk.bot("存款不同于基金，受存款保险保障。", title="存款怎么开户")
    assert coverage(talk.closed(), due).about == frozenset()
    talk = Talk()
    talk.bot("每天开放申购。", title="基金怎么申购")
    assert coverage(talk.closed(), due).about == {"fund"}
    talk = Talk()
    talk.bot("是骗局。", title="拉我进群买基金可信吗", no_product=True)
    assert coverage(talk.closed(), due).about == frozenset()
