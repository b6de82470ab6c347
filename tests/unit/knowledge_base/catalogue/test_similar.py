"""Likeness: what other articles say already is told, what merely shares words is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Kind, State
from knowledge_base.catalogue.similar import Warning_, warnings
from tests.unit.knowledge_base.catalogue.parts import LOSS, STARTER, WU, Bench, article

OTHERS = {
    "transfer-limit": ("转账限额是多少？", "一天最多能转多少钱", "每日转账额度"),
    "fx-remit-abroad": ("怎么往国外汇款？", "境外汇款", "给国外的孩子寄钱"),
    "card-cancel": ("怎么注销银行卡？", "销卡", "不想要这张卡了"),
    "credit-report": ("怎么查征信？", "个人信用报告在哪里打印", "征信报告"),
    "password-forgot": ("忘记登录密码怎么办？", "手机银行密码想不起来了", "重置密码"),
}


def ready(bench: Bench) -> Catalogue:
    catalogue = bench.load()
    made = [
        article({**LOSS, "id": id_, "title": title, "questions": more, "checks": []})
        for id_, (title, *more) in OTHERS.items()
    ]
    catalogue.load(made, {}, STARTER, State.PUBLISHED)
    return catalogue


def look(catalogue: Catalogue, title: str, *questions: str, **more: Any) -> list[Warning_]:
    content = {**LOSS, "title": title, "questions": list(questions)}
    return warnings("card-new", content, catalogue.items(Filter()), **more)


def test_an_article_that_doubles_another_is_told(bench: Bench) -> None:
    found = look(ready(bench), "银行卡怎么挂失？", "卡丢了怎么办", "我的卡找不到了")
    assert ("similar", "card-loss", "怎么挂失银行卡？") in {
        (one.code, one.article, one.title) for one in found
    }


def test_the_very_wording_of_another_is_told_first(bench: Bench) -> None:
    first, *_ = look(ready(bench), "怎么补卡？", "境外 匯款！")
    assert (first.code, first.article, first.wording) == (
        "same_wording",
        "fx-remit-abroad",
        "境外 匯款！",
    )
    assert first.score == 1.0


def test_a_wording_that_belongs_elsewhere_is_told(bench: Bench) -> None:
    found = look(ready(bench), "怎么补卡？", "补办银行卡", "每日转账的额度")
    assert [(one.code, one.article, one.wording, one.other) for one in found] == [
        ("nearer", "transfer-limit", "每日转账的额度", "每日转账额度")
    ]


def test_a_wording_that_is_as_near_to_its_own_article_is_no_warning(bench: Bench) -> None:
    found = look(ready(bench), "每日转账的额度", "补办银行卡", "每日转账的额度多少")
    assert [one.code for one in found if one.code == "nearer"] == []


def test_shared_common_words_are_no_warning(bench: Bench) -> None:
    assert look(ready(bench), "怎么开通短信提醒？", "余额变动通知怎么设置") == []


def test_an_article_is_not_compared_with_itself_nor_with_archived_ones(bench: Bench) -> None:
    catalogue = ready(bench)
    assert warnings("card-loss", LOSS, catalogue.items(Filter())) == []
    catalogue.archive(WU, Kind.ARTICLE, "fx-remit-abroad", "停办")
    assert look(catalogue, "怎么补卡？", "境外汇款") == []


def test_meaning_finds_what_letters_do_not(bench: Bench) -> None:
    catalogue = ready(bench)
    asked: list[tuple[Sequence[str], Sequence[str]]] = []

    def similarity(own: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        asked.append((own, others))
        return [
            [0.9 if (mine, other) == ("寄钱到海外", "境外汇款") else -0.1 for other in others]
            for mine in own
        ]

    assert look(catalogue, "怎么补卡？", "寄钱到海外") == []
    found = look(catalogue, "怎么补卡？", "寄钱到海外", similarity=similarity)
    assert [(one.code, one.other) for one in found] == [("nearer", "境外汇款")]
    assert asked[0][0] == ["怎么补卡？", "寄钱到海外"]


def test_unfinished_content_is_compared_as_far_as_it_goes(bench: Bench) -> None:
    catalogue = ready(bench)
    items = catalogue.items(Filter())
    for content in ({}, {"title": None, "questions": None}, {"title": "？", "questions": "字"}):
        assert warnings("card-new", content, items) == []
    assert warnings("card-new", {"title": "境外汇款"}, items)[0].code == "same_wording"
    assert warnings("card-new", LOSS, []) == []
