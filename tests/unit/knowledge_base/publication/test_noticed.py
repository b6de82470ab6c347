"""Which notices an article brings, as the gate would find them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from knowledge_base.article import Article, Category
from knowledge_base.loader import load_folder
from knowledge_base.publication.noticed import NoticedCategories
from yinqiao.content import CONTENT

NOTICED = NoticedCategories.load(datetime(2026, 11, 24, tzinfo=UTC))


def test_by_the_article_s_category_or_by_its_text() -> None:
    plain = Article(id="a", title="营业时间", body="以网点公告为准。")
    tagged = plain.model_copy(update={"categories": ("fund",)})
    in_text = plain.model_copy(update={"body": "{{what}}有风险。", "values": {"what": "公募基金"}})
    assert NOTICED(plain) == frozenset()
    assert "fund" in NOTICED(tagged)
    assert "fund" in NOTICED(in_text)


def test_an_article_about_no_product_brings_none_but_a_person_s() -> None:
    warning = Article(id="a", title="贷款前要交费吗？", body="贷款不收。", categories=("none",))
    assert NOTICED(warning) == frozenset()
    private = warning.model_copy(update={"body": "私募产品请勿购买。"})
    assert NOTICED(private) == {"private_fund"}


def test_what_the_bank_publishes_about_no_product_brings_no_notice() -> None:
    """Opening hours, lost cards, frauds: whoever reads them is not warned of products."""
    silent = [article for article in load_folder(CONTENT) if not article.products]
    assert "branch-hours" in {article.id for article in silent}
    assert {one.id: found for one in silent if (found := NOTICED(one))} == {}


def test_no_article_on_a_product_s_own_subject_claims_to_be_about_none() -> None:
    silent = {article.topic for article in load_folder(CONTENT) if article.no_product}
    assert silent
    assert silent & (set(get_args(Category)) | {"private_fund"}) == set()
