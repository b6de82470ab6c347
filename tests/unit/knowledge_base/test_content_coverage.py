"""What the shipped articles must cover, beside being valid one by one."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
import yaml

from compliance.notices import NoticeBook
from knowledge_base.article import Article
from knowledge_base.loader import load_folder
from knowledge_base.values import render
from language.normalise import compact
from yinqiao.content import CONTENT

CHAPTERS, SECTIONS = 8, 4
TOPICS = {
    "account",
    "branch",
    "card",
    "complaint",
    "corporate",
    "credit_card",
    "credit_report",
    "deposit",
    "documents",
    "ebanking",
    "elderly",
    "fees",
    "fraud_prevention",
    "fund",
    "fx",
    "inheritance",
    "insurance",
    "loan",
    "minors",
    "password",
    "pension",
    "precious_metal",
    "privacy",
    "service",
    "structured_deposit",
    "transfer",
    "wealth",
}
"""What bank customers ask about."""
LIKENESS = 0.85


@cache
def articles() -> dict[str, Article]:
    return {article.id: article for article in load_folder(CONTENT)}


@cache
def coverage() -> dict[str, dict[str, list[str]]]:
    read = yaml.safe_load((CONTENT / "coverage.yml").read_text("utf-8"))
    return {"sections": read["sections"], "rules": read["rules"]}


def test_every_section_of_the_service_standard_has_articles() -> None:
    wanted = {f"{c}.{s}" for c in range(1, CHAPTERS + 1) for s in range(1, SECTIONS + 1)}
    assert coverage()["sections"].keys() == wanted


@pytest.mark.parametrize("part", ["sections", "rules"])
def test_what_covers_it_exists(part: str) -> None:
    missing = {
        key: [id_ for id_ in ids if id_ not in articles()] for key, ids in coverage()[part].items()
    }
    assert {key: ids for key, ids in missing.items() if ids} == {}
    assert all(coverage()[part].values())


def test_training_is_for_agents_only() -> None:
    assert {articles()[id_].audience for id_ in coverage()["sections"]["8.3"]} == {"internal"}
    for article in articles().values():
        assert article.title.startswith("【内部】") == (article.audience == "internal"), article.id


def test_every_product_category_that_has_a_notice_has_articles_for_customers() -> None:
    shown = [one for one in articles().values() if one.audience == "customer"]
    counts = Counter(str(category) for one in shown for category in one.categories)
    notices = NoticeBook.load().notices
    categories = {str(category) for notice in notices for category in notice.categories}
    assert {name for name in categories if counts[name] < 2} == set()


def test_every_subject_customers_ask_about_has_several_articles() -> None:
    counts = Counter(one.topic for one in articles().values() if one.audience == "customer")
    assert {topic for topic in TOPICS if counts[topic] < 5} == set()


def test_wordings_are_not_one_sentence_over_and_over() -> None:
    """Two wordings of an article that share nearly all their characters say the same thing."""
    repeated = {
        one.id: [pair for pair in pairs(one) if likeness(*pair) > LIKENESS]
        for one in articles().values()
    }
    assert {id_: found for id_, found in repeated.items() if len(found) > 1} == {}


def test_a_doubtful_citation_is_never_shown() -> None:
    doubtful = [one for one in articles().values() if one.citation_status == "doubtful"]
    assert doubtful
    assert {one.audience for one in doubtful} == {"internal"}


def test_a_customer_is_told_the_hotlines_of_the_regulators() -> None:
    article = articles()["complaint-regulator"]
    text = render(article.body, article.values)
    assert all(number in text for number in ("12378", "12363", "12386"))


def pairs(article: Article) -> list[tuple[str, str]]:
    texts = [compact(text) for text in article.wordings]
    return [(a, b) for n, a in enumerate(texts) for b in texts[n + 1 :]]


def likeness(one: str, other: str) -> float:
    both = sum((Counter(one) & Counter(other)).values())
    return both / max(len(one), len(other))
