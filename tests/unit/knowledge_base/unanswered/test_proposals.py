"""A cluster or an agent's answer becomes content that takes no other article's wordings."""

from __future__ import annotations

from datetime import timedelta

from knowledge_base.unanswered.proposals import (
    Dropped,
    Notes,
    Proposal,
    amended_content,
    new_content,
    proposed_content,
)
from language.normalise import compact
from tests.unit.knowledge_base.unanswered.questions import START, asked, clusters

NOTES = Notes.load()
LOTTERY = [
    asked("能买彩票吗", 0),
    asked("彩票  在哪买", 60 * 24),
    asked("你们卖彩票吗", 60 * 48),
    asked("你们卖彩票吗?", 60 * 49),
]
[CLUSTER] = clusters(*LOTTERY)


def test_a_new_draft_has_the_wordings_and_an_empty_answer() -> None:
    made = new_content(CLUSTER, {}, NOTES)
    assert made.id == f"asked-{CLUSTER.id}"
    assert made.content["title"] == CLUSTER.representative
    assert made.content["body"] == ""
    wordings = {made.content["title"], *made.content["questions"]}
    assert {compact(text) for text in wordings} == {compact(one.text) for one in LOTTERY}
    assert len(made.content["questions"]) == 2
    assert "彩票 在哪买" in wordings
    assert (
        made.note == "根据未答问题起草：客户共问过 4 次（2026-11-02 至 2026-11-04）。答案待填写。"
    )
    assert made.dropped == ()


def test_wordings_of_other_articles_are_dropped() -> None:
    elsewhere = {compact(CLUSTER.representative): "lottery", compact("能买彩票吗"): "lottery"}
    made = new_content(CLUSTER, elsewhere, NOTES)
    taken = [made.content["title"], *made.content["questions"]]
    assert not elsewhere.keys() & {compact(text) for text in taken}
    assert Dropped(CLUSTER.representative, "lottery") in made.dropped


def test_a_single_wording_is_title_and_question() -> None:
    [single] = clusters(asked("能买彩票吗"))
    content = new_content(single, {}, NOTES).content
    assert (content["title"], content["questions"]) == ("能买彩票吗", ["能买彩票吗"])


def test_an_article_gets_what_is_new_everywhere() -> None:
    before = {
        "title": "卖不卖彩票",
        "questions": ["能买彩票吗？"],
        "checks": ["彩票在哪买"],
        "body": "本行不销售彩票。",
        "owner": "运营",
    }
    made = amended_content("lottery", before, CLUSTER, {}, NOTES)
    assert made.id == "lottery"
    added = made.content["questions"][1:]
    assert [compact(text) for text in added] == [compact("你们卖彩票吗")]
    assert made.content == {**before, "questions": ["能买彩票吗？", *added]}
    assert made.dropped == ()
    assert before["questions"] == ["能买彩票吗？"]
    other = amended_content("lottery", before, CLUSTER, {compact("你们卖彩票吗"): "games"}, NOTES)
    assert other.content["questions"] == ["能买彩票吗？"]
    assert {one.article for one in other.dropped} == {"games"}


def test_an_unfinished_article_can_be_added_to() -> None:
    made = amended_content("lottery", {"questions": None}, CLUSTER, {}, NOTES)
    assert len(made.content["questions"]) == 3


def test_an_agents_answer_becomes_a_draft() -> None:
    at = START + timedelta(hours=1)
    proposal = Proposal("能买彩票吗", "本行不销售彩票。", "wang", "c-1", at, id="abc")
    made = proposed_content(proposal, {}, NOTES)
    assert made.id == "proposed-abc"
    assert made.content == {
        "title": "能买彩票吗",
        "questions": ["能买彩票吗"],
        "body": "本行不销售彩票。",
    }
    assert "wang" in made.note
    assert "c-1" in made.note
    taken = proposed_content(proposal, {compact("能买彩票吗"): "lottery"}, NOTES)
    assert taken.content["questions"] == []
    assert taken.dropped == (Dropped("能买彩票吗", "lottery"),)
