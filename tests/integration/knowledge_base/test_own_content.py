"""Our own articles: valid, and found by questions that were written from their titles alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base.answer import make_answer
from knowledge_base.article import Article
from knowledge_base.loader import load_folder
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.corpus import Query
from knowledge_base.retrieval.evaluate import score
from knowledge_base.retrieval.publish import publish
from knowledge_base.retrieval.search import Result, Searcher
from knowledge_base.values import placeholders
from language.encoder import Encoder

ROOT = Path(__file__).parents[3]
DEPTH = 10

Asked = list[tuple[str, Query, Result]]


@pytest.fixture(scope="module")
def own_articles() -> list[Article]:
    return load_folder(ROOT / "knowledge_base" / "content")


@pytest.fixture(scope="module")
def own_searcher(
    tmp_path_factory: pytest.TempPathFactory,
    own_articles: list[Article],
    encoder: Encoder,
    vector_cache: Path,
) -> Searcher:
    root = tmp_path_factory.mktemp("own")
    publish(own_articles, root, Builder(encoder, cache=vector_cache))
    return Searcher.open(root, encoder)


@pytest.fixture(scope="module")
def asked(own_searcher: Searcher) -> Asked:
    """Ask every held-out question: (kind, query, result)."""
    lines = (Path(__file__).parent / "held_out.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [
        (
            record["kind"],
            Query.model_validate(record),
            own_searcher.search(record["text"], depth=DEPTH),
        )
        for record in records
    ]


def measures(asked: Asked, *kinds: str) -> dict[str, float]:
    chosen = [(query, result) for kind, query, result in asked if kind in kinds]
    scored = score([query for query, _ in chosen], [result for _, result in chosen])
    return {name: value for name, value in scored.items() if isinstance(value, (int, float))}


def test_every_article_renders_without_open_places(own_articles: list[Article]) -> None:
    assert len(own_articles) >= 260
    for article in own_articles:
        answer = make_answer(article)
        assert placeholders(answer.text) == []
        assert answer.source


def test_every_article_has_many_wordings_and_checks(own_articles: list[Article]) -> None:
    for article in own_articles:
        assert len(article.wordings) >= 8, article.id
        assert len(article.checks) >= 2, article.id
        assert article.owner
        assert article.review < article.expires


def test_every_wording_leads_to_its_article(
    own_articles: list[Article], own_searcher: Searcher
) -> None:
    for article in own_articles:
        for wording in article.wordings:
            result = own_searcher.search(wording, audience="internal")
            assert (result.decision, result.hits[0].article_id) == ("answer", article.id)


def test_the_held_out_questions_are_new(own_articles: list[Article], asked: Asked) -> None:
    ids = {article.id for article in own_articles}
    assert sum(kind == "known" for kind, _, _ in asked) >= 150
    assert sum(kind != "known" for kind, _, _ in asked) >= 60
    assert {query.article_id for _, query, _ in asked} - {None} <= ids
    exact = [query.text for _, query, result in asked if result.probability == 1.0]
    assert len(exact) <= 5


def test_held_out_questions_find_their_article(asked: Asked) -> None:
    found = measures(asked, "known")
    assert found["recall_at_1"] >= 0.94
    assert found["recall_at_5"] >= 0.98
    assert found["answered"] >= 0.65
    assert found["wrongly_refused"] <= 0.02


def test_outright_answers_are_right(asked: Asked) -> None:
    assert measures(asked, "known", "near", "far")["answered_precision"] >= 0.95


def test_what_no_article_answers_is_not_answered(asked: Asked) -> None:
    assert measures(asked, "near")["not_answered"] >= 0.9
    assert measures(asked, "known", "near")["refusal_auroc"] >= 0.95


def test_what_is_not_for_a_bank_is_refused(asked: Asked) -> None:
    assert measures(asked, "far")["not_answered"] == 1.0
    assert measures(asked, "far")["refused_correctly"] >= 0.85
    assert measures(asked, "known", "far")["refusal_auroc"] >= 0.99


def test_asking_back_offers_the_right_article(asked: Asked) -> None:
    for kind, query, result in asked:
        if result.decision == "clarify":
            assert 2 <= len(result.options) <= 3
            if kind == "known":
                assert query.article_id in {hit.article_id for hit in result.hits[:5]}


def test_taking_articles_away_turns_answers_into_questions(
    tmp_path: Path, own_articles: list[Article], asked: Asked, encoder: Encoder, vector_cache: Path
) -> None:
    """Every third article is gone: the questions about it must rarely be answered by a sibling."""
    gone = {article.id for article in own_articles[::3]}
    left = [article for article in own_articles if article.id not in gone]
    publish(left, tmp_path, Builder(encoder, cache=vector_cache))
    searcher = Searcher.open(tmp_path, encoder)
    queries = [
        query if query.article_id not in gone else Query(text=query.text)
        for kind, query, _ in asked
        if kind == "known"
    ]
    found = score(queries, [searcher.search(query.text, depth=DEPTH) for query in queries])
    assert isinstance(found["refusal_auroc"], float)
    assert found["refusal_auroc"] >= 0.9
    assert isinstance(found["answered_precision"], float)
    assert found["answered_precision"] >= 0.85
