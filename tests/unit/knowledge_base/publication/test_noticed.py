"""Which notices an article brings, as the gate would find them."""

from __future__ import annotations

from datetime import UTC, datetime

from knowledge_base.article import Article
from knowledge_base.publication.noticed import NoticedCategories

NOTICED = NoticedCategories.load(datetime(2026, 11, 24, tzinfo=UTC))


def test_by_the_article_s_category_or_by_its_text() -> None:
    plain = Article(id="a", title="营业时间", body="以网点公告为准。")
    tagged = plain.model_copy(update={"categories": ("fund",)})
    in_text = plain.model_copy(update={"body": "{{what}}有风险。", "values": {"what": "公募基金"}})
    assert NOTICED(plain) == frozenset()
    assert "fund" in NOTICED(tagged)
    assert "fund" in NOTICED(in_text)
