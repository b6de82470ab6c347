"""What a customer reads of an article."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge_base.answer import answer_text, make_answer, source_line
from knowledge_base.article import Article, parse
from tests.unit.knowledge_base.files import ARTICLE

ARTICLE_READ = parse(ARTICLE, "card-loss.md", {"hotline": "400-000-0000", "loss_fee": "15"})


def test_values_are_filled_in() -> None:
    assert answer_text(ARTICLE_READ) == "请拨打 400-000-0000 挂失。\n补卡工本费 15 元。"


def test_an_article_without_its_values_is_never_shown() -> None:
    with pytest.raises(KeyError):
        answer_text(ARTICLE_READ.model_copy(update={"values": {}}))


def test_wechat_gets_plain_text() -> None:
    article = Article(
        id="a", title="t", body="## 步骤\n**第一步** 见[官网](https://bank.example)\n- 甲\n- 乙"
    )
    assert answer_text(article, "wechat") == (
        "步骤\n第一步 见官网（https://bank.example）\n· 甲\n· 乙"
    )
    assert answer_text(article, "web") == article.body


@pytest.mark.parametrize(
    ("status", "source", "expected"),
    [
        ("verified", "《某办法》（某令〔2022〕第3号）", "《某办法》（某令〔2022〕第3号）"),
        ("internal", "示例银行《指南》", "示例银行《指南》"),
        ("secondary", "《某办法》（某令〔2022〕第3号）", "《某办法》"),
        ("doubtful", "《某通知》（某发[2016]261号）", "《某通知》"),
        ("doubtful", "《某规定》某部令第5号", "《某规定》"),
        ("secondary", "《某办法》第十条", "《某办法》第十条"),
    ],
)
def test_unverified_document_numbers_are_not_cited(status: str, source: str, expected: str) -> None:
    article = ARTICLE_READ.model_copy(update={"citation_status": status, "source": source})
    assert source_line(article) == expected


def test_an_answer_carries_its_papers() -> None:
    answer = make_answer(ARTICLE_READ)
    assert answer.article_id == "card-loss"
    assert answer.title == "怎么挂失银行卡？"
    assert answer.source == "示例银行《银行卡服务指南》"
    assert answer.revision == ARTICLE_READ.revision
    assert answer.categories == ("deposit",)
    assert answer.valid_until == date(2027, 12, 31)
