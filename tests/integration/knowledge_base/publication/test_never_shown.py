"""Trying hard to be shown what may not be: drafts, archived, expired and future articles."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from knowledge_base.answer import answer_text
from knowledge_base.catalogue.revision import Kind
from knowledge_base.errors import UnknownArticle
from knowledge_base.retrieval.search import Searcher
from tests.integration.knowledge_base.publication.bench import TODAY, WU, ZHOU, Bench

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
UTC, SHANGHAI = ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai")
SECRET = "尚未批准的内容"
GONE = "wealth-risk"
QUESTIONS = [
    "理财产品保本吗？",
    "买理财会亏吗",
    "理财有风险吗",
    "理财",
    "理財產品保本嗎",
    "wealth-risk",
    "理财产品保本吗？？！",
    "产品 保本",
]
CONTEXTS = [None, "理财怎么赎回？", "理财产品保本吗？", "买理财会亏吗"]


def seen(searcher: Searcher, at: date | datetime) -> set[str]:
    """Return every id that any question, with any context, brings to light."""
    found: set[str] = set()
    for text, context, audience in product(QUESTIONS, CONTEXTS, ("customer", "internal")):
        asked = {"audience": audience, "at": at, "context": context, "depth": 50}
        result = searcher.search(text, **asked)  # type: ignore[arg-type]  # the product's strings
        found |= {hit.article_id for hit in (*result.hits, *result.options)}
    return found


def hidden(searcher: Searcher, article: str, at: date | datetime) -> bool:
    """Tell whether an article is neither found nor given by its id, to whomever."""
    for audience in ("customer", "internal"):
        try:
            searcher.article(article, audience=audience, at=at)
        except UnknownArticle:
            continue
        return False
    return article not in seen(searcher, at)


def test_the_questions_would_find_it(bench: Bench) -> None:
    bench.first()
    searcher = bench.searcher()
    assert not hidden(searcher, GONE, TODAY)
    assert GONE in seen(searcher, TODAY)


def test_a_draft_a_text_in_review_and_an_approved_one_stay_unseen(bench: Bench) -> None:
    content = bench.catalogue.item(Kind.ARTICLE, GONE).latest.content
    bench.catalogue.archive(WU, Kind.ARTICLE, GONE, "换一篇")
    new = bench.catalogue.create(ZHOU, Kind.ARTICLE, "wealth-new", {**content, "body": SECRET})
    bench.first()
    for step in ("draft", "review", "approved"):
        if step == "review":
            new = bench.catalogue.submit(ZHOU, new)
        if step == "approved":
            bench.catalogue.approve(WU, new, TODAY + timedelta(days=1))
        bench.again()
        searcher = bench.searcher()
        assert hidden(searcher, "wealth-new", TODAY)
        assert SECRET not in (searcher.snapshot.folder / "articles.json").read_text("utf-8")


def test_a_draft_of_a_published_article_changes_nothing_that_is_said(bench: Bench) -> None:
    bench.first()
    bench.draft(GONE, body=SECRET, title="尚未批准的标题")
    bench.again()
    searcher = bench.searcher()
    assert SECRET not in answer_text(searcher.article(GONE, at=TODAY))
    assert searcher.search("尚未批准的标题", at=TODAY).probability < 1.0


def test_an_archived_article_is_gone_with_the_next_publication(bench: Bench) -> None:
    bench.first()
    searcher = bench.searcher()
    bench.catalogue.archive(WU, Kind.ARTICLE, GONE, "停售")
    assert "wealth-risk" in bench.publisher.prepare(TODAY).changed
    bench.again()
    assert hidden(searcher, GONE, TODAY)  # the very searcher that served it before


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (LAST, True),
        (FIRST, False),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), True),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=SHANGHAI), False),
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_an_article_expires_at_midnight_in_shanghai(
    bench: Bench, at: date | datetime, *, shown: bool
) -> None:
    bench.approved(GONE, expires=LAST.isoformat())
    bench.first()
    assert hidden(bench.searcher(), GONE, at) is not shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (LAST, False),
        (FIRST, True),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), False),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=SHANGHAI), True),
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), True),
    ],
)
def test_an_article_comes_into_force_at_midnight_in_shanghai(
    bench: Bench, at: date | datetime, *, shown: bool
) -> None:
    bench.approved(GONE, effective=FIRST.isoformat())
    bench.first()
    assert hidden(bench.searcher(), GONE, at) is not shown


def test_an_option_offered_before_midnight_answers_nothing_after_it(bench: Bench) -> None:
    bench.approved(GONE, expires=LAST.isoformat())
    bench.first()
    searcher = bench.searcher()
    evening = datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    offered = searcher.search("理财", at=evening)
    assert GONE in {hit.article_id for hit in (*offered.options, *offered.hits)}
    with pytest.raises(UnknownArticle):
        searcher.article(GONE, at=evening + timedelta(seconds=1))


def test_expired_context_lends_no_answer(bench: Bench) -> None:
    bench.approved(GONE, expires=LAST.isoformat())
    bench.first()
    result = bench.searcher().search("那会亏吗", context="理财产品保本吗？", at=FIRST, depth=50)
    assert GONE not in {hit.article_id for hit in (*result.hits, *result.options)}
