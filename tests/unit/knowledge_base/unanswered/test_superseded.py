"""Whoever was given a superseded answer is found, each conversation once."""

from __future__ import annotations

from datetime import timedelta

from knowledge_base.unanswered.superseded import (
    Given,
    Misinformed,
    given_any_of,
    given_other_than,
)
from tests.unit.knowledge_base.unanswered.questions import START

OLD, OLDER, NEW = "aaaaaaaaaa", "9999999999", "bbbbbbbbbb"


def given(conversation: str, revision: str, hour: int) -> Given:
    return Given(conversation, "web:vi…-1", START + timedelta(hours=hour), revision)


class Answers:
    """Four quotations of one article."""

    def given(self, article_id: str) -> list[Given]:
        if article_id != "card-loss":
            return []
        return [
            given("c2", OLD, 5),
            given("c1", NEW, 4),
            given("c1", OLD, 3),
            given("c1", OLDER, 1),
        ]


def test_by_the_revisions_that_are_wrong() -> None:
    assert given_any_of(Answers(), "card-loss", {OLDER}) == [
        Misinformed(
            "c1",
            "web:vi…-1",
            START + timedelta(hours=1),
            START + timedelta(hours=1),
            (OLDER,),
        )
    ]
    found = given_any_of(Answers(), "card-loss", {OLD, OLDER})
    assert [one.conversation_id for one in found] == ["c2", "c1"]
    assert found[1].revisions == (OLDER, OLD)
    assert (found[1].first, found[1].last) == (
        START + timedelta(hours=1),
        START + timedelta(hours=3),
    )


def test_by_the_revisions_that_are_right() -> None:
    assert given_other_than(Answers(), "card-loss", {NEW}) == given_any_of(
        Answers(), "card-loss", {OLD, OLDER}
    )
    assert given_other_than(Answers(), "card-loss", {NEW, OLD, OLDER}) == []
    assert given_other_than(Answers(), "other", {NEW}) == []
