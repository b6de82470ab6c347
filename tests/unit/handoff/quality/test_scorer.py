"""Each item of the standard, passed and failed, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conversation.archive import Archived
from conversation.errors import Finding
from conversation.turn import Route
from handoff.quality.inspection import Inspection, Verdict
from handoff.quality.scorer import Scorer
from handoff.quality.standard import Standard
from tests.unit.handoff.figures.talks import NOON, Talk, due, exemplary

STANDARD = Standard.load()


def wording(text: str) -> Sequence[Finding]:
    """Know one prohibited word."""
    at = text.find("保本")
    return (Finding("promise", (at, at + 2), "保本", "不能承诺", "规则"),) if at >= 0 else ()


def inspect(archived: Archived) -> Inspection:
    return Scorer(STANDARD, due, wording).inspect(archived, NOON)


def verdict(archived: Archived, item: str) -> Verdict:
    return next(one for one in inspect(archived).verdicts if one.item == item)


def served(*said: str, why: str = "human", after: float = 10) -> Talk:
    """Return a talk in which an agent says this."""
    talk = Talk()
    talk.asks("转人工", Route.HUMAN)
    talk.calls(why)
    talk.taken()
    for text in said:
        talk.says(text, after)
    return talk


def test_a_conversation_without_fault_has_every_point() -> None:
    inspection = inspect(exemplary())
    assert {one.item for one in inspection.verdicts} == {item.id for item in STANDARD.items}
    assert [one.item for one in inspection.verdicts if not one.passed] == []
    assert (inspection.score, inspection.agent) == (100, "zhou")


def test_the_bot_alone_is_held_to_what_applies_to_it() -> None:
    talk = Talk()
    talk.asks("几点开门")
    inspection = inspect(talk.closed())
    assert [one.item for one in inspection.verdicts] == ["notices", "wording"]
    assert (inspection.agent, inspection.score) == ("", 100)


def test_the_score_is_the_share_of_the_points_that_apply() -> None:
    inspection = inspect(served("在", "查到了").closed("silence"))
    points = {item.id: item.points for item in STANDARD.items}
    applied = {"greeting", "first_response", "responses", "notices", "wording", "manners"}
    assert {one.item for one in inspection.verdicts} == applied
    of = sum(points[item] for item in applied)
    assert inspection.score == round(100 * (of - points["greeting"]) / of)


@pytest.mark.parametrize(
    ("talk", "by", "item", "notes"),
    [
        (served("在吗", "查到了"), "silence", "greeting", ["missing", "missing"]),
        (served(), "silence", "greeting", ["silent"]),
        (served("在吗", "稍等", "您好"), "silence", "greeting", ["missing", "missing"]),
        (served("您好", after=31), "silence", "first_response", ["slow"]),
        (served(), "silence", "first_response", ["silent"]),
        (served("您好", "这个不归我管"), "silence", "manners", ["said"]),
        (served("您好", why="complaint"), "silence", "empathy", ["missing"]),
        (served("您好", "好了"), "zhou", "closing", ["missing", "missing"]),
        (served("您好", "再见"), "zhou", "survey", ["missing", "missing", "missing"]),
        (served("您好", "这个产品保本"), "silence", "wording", ["said"]),
        (served("您好", "这只基金不错"), "silence", "notices", ["lacking"]),
    ],
)
def test_a_fault_is_found_with_its_evidence(
    talk: Talk, by: str, item: str, notes: list[str]
) -> None:
    archived = talk.closed(by)
    found = verdict(archived, item)
    assert not found.passed
    assert [line.note for line in found.lines] == notes
    ids = {entry.id for entry in archived.log}
    assert all(line.entry in ids for line in found.lines if line.note != "silent")


def test_thirty_seconds_are_in_time() -> None:
    assert verdict(served("您好", after=30).closed(), "first_response").passed


def test_most_responses_must_be_in_time() -> None:
    talk = served("您好")
    for wait in (90, 90, 90, 91):
        talk.asks("还在吗", None)
        talk.says("在的", wait)
    slow = verdict(talk.closed(), "responses")
    assert (slow.passed, [line.found for line in slow.lines]) == (False, ["91 秒"])
    talk = served("您好")
    for wait in (90, 90, 90, 90, 91):
        talk.asks("还在吗", None)
        talk.says("在的", wait)
    assert verdict(talk.closed(), "responses").passed


def test_of_several_messages_in_a_row_the_first_counts() -> None:
    talk = served("您好")
    talk.asks("还在吗", None)
    talk.asks("喂", None, 80)
    talk.says("在的", 20)
    assert [line.found for line in verdict(talk.closed(), "responses").lines] == ["100 秒"]


def test_what_is_said_before_the_first_response_is_not_counted_twice() -> None:
    talk = served()
    talk.asks("有人吗", None)
    talk.says("您好", 100)
    archived = talk.closed()
    assert not verdict(archived, "first_response").passed
    assert verdict(archived, "responses").lines == ()


def test_a_question_that_was_never_answered_waited_to_the_end() -> None:
    talk = served("您好")
    talk.asks("还在吗", None)
    assert not verdict(talk.closed("silence", 600), "responses").passed


def test_who_held_it_last_answers_for_it_and_only_for_it() -> None:
    talk = served("在", "不归我管")
    talk.own("queue", why="queue")
    talk.taken("lin", 200)
    talk.says("您好，我接着为您处理。", 5)
    inspection = inspect(talk.closed("silence"))
    assert inspection.agent == "lin"
    assert [one.item for one in inspection.verdicts if not one.passed] == []


def test_the_same_archive_gives_the_same_verdicts() -> None:
    assert inspect(exemplary()) == inspect(exemplary())
