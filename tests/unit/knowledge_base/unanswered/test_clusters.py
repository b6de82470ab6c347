"""Questions that ask the same are one cluster, counted and named."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from knowledge_base.unanswered import clusters as module
from knowledge_base.unanswered.asked import NearestArticle, Outcome
from knowledge_base.unanswered.clusters import Clusterer, centre, mean_of, wordings_of
from tests.unit.knowledge_base.unanswered.questions import (
    START,
    SubjectEncoder,
    Titles,
    asked,
    clusterer,
    clusters,
)

LOTTERY = [
    asked("能买彩票吗", 1),
    asked("能买彩票吗？", 2),
    asked("彩票在哪买", 3, outcome=Outcome.CLARIFIED_IN_VAIN),
    asked("你们卖彩票吗", 4),
]


def test_nothing_asked_is_no_cluster() -> None:
    assert clusters() == []


def test_one_question_is_a_cluster() -> None:
    [one] = clusters(asked("能买彩票吗"))
    assert (one.representative, one.count, one.first, one.last) == ("能买彩票吗", 1, START, START)


def test_clusters_are_counted_and_the_most_frequent_comes_first() -> None:
    weather = [asked("今天天气怎么样", 9), asked("天气好吗", 8)]
    first, second = clusters(*weather, *LOTTERY)
    assert first.count == 4
    assert second.count == 2
    assert first.first == START + timedelta(minutes=1)
    assert first.last == START + timedelta(minutes=4)
    assert first.outcomes == {Outcome.REFUSED: 3, Outcome.CLARIFIED_IN_VAIN: 1}
    assert first.wordings[0].text == "能买彩票吗？"
    assert [len(wording.asked) for wording in first.wordings] == [2, 1, 1]
    assert [one.text for one in first.examples] == [
        "你们卖彩票吗",
        "彩票在哪买",
        "能买彩票吗？",
        "能买彩票吗",
    ]


def test_blanks_punctuation_width_and_script_make_no_other_wording() -> None:
    same = ["能买彩票吗", "能买彩票吗？？", " 能 买彩票吗!", "能買彩票嗎"]
    [wording] = wordings_of(asked(text, minute) for minute, text in enumerate(same))
    assert wording.text == "能買彩票嗎"
    assert len(wording.asked) == 4


def test_repeats_in_one_conversation_count_once() -> None:
    [wording] = wordings_of(asked("能买彩票吗", minute, "same") for minute in range(5))
    assert len(wording.asked) == 1
    assert wording.asked[0].at == START


def test_what_has_no_words_is_left_out() -> None:
    assert wordings_of([asked("？？"), asked("")]) == []


def test_only_the_newest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWEST", 2)
    found = wordings_of(reversed(LOTTERY))
    assert [wording.text for wording in found] == ["彩票在哪买", "你们卖彩票吗"]


def test_the_representative_is_like_all_others_and_near_articles_are_named() -> None:
    [one] = clusters(asked("联名卡年费"), asked("联名卡费用"), asked("联名卡每一年的费用是多少呢"))
    assert one.representative in {"联名卡年费", "联名卡费用"}
    assert one.nearest == NearestArticle("co-card", "联名卡怎么申请", 0.4)
    [other] = clusters(asked("能买彩票吗"))
    assert other.nearest is None


def test_rare_clusters_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOKED_UP", 1)
    lottery, card = clusters(*LOTTERY, asked("联名卡年费", 9))
    assert (lottery.nearest, card.nearest) == (None, None)


def test_the_id_stays_while_the_first_wording_is_looked_at() -> None:
    [before] = clusters(*LOTTERY[:2])
    [after] = clusters(*LOTTERY[1:], LOTTERY[0], asked("福利彩票", 20), asked("体育彩票", 21))
    assert after.id == before.id
    assert len(before.id) == 12


def test_the_order_of_the_questions_changes_nothing() -> None:
    ones = [*LOTTERY, asked("今天天气怎么样", 9), asked("联名卡年费", 10)]
    assert clusters(*ones) == clusters(*reversed(ones))


def test_only_new_wordings_are_encoded_again() -> None:
    encoder = SubjectEncoder()
    own = Clusterer(encoder, np.zeros(16, dtype=np.float32), Titles())
    own.clusters(LOTTERY[:2])
    again = own.clusters(LOTTERY)
    assert encoder.encoded == ["能买彩票吗?", "彩票在哪买", "你们卖彩票吗"]
    assert again == clusterer().clusters(LOTTERY)


def test_a_text_that_is_the_mean_is_a_text_like_any_other() -> None:
    encoder = SubjectEncoder()
    mean = mean_of(encoder, ["能买彩票吗"])
    rows = centre(encoder.encode(["能买彩票吗", "天气好吗"]), mean)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0)
    own = Clusterer(encoder, mean, Titles())
    found = own.clusters([asked("能买彩票吗"), asked("天气好吗", 1)])
    assert len(found) == 2
