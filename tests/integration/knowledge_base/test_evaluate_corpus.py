"""`evaluate` end to end on a foreign corpus, as `yinqiao kb evaluate` runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.errors import BuildFailed, ContentInvalid
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.evaluate import evaluate
from language.encoder import Encoder

HERE = Path(__file__).parent
SMALL_BANK = HERE / "small_bank.jsonl"
QUERIES = [
    ("我的卡丢了想挂失", "card-loss"),
    ("信用卡年费能不能免", "credit-fee"),
    ("转账一般多长时间到", "transfer-time"),
    ("理财会不会亏本", "wealth-risk"),
    ("网点周六开不开门", "branch-hours"),
    ("今天天气怎么样啊", None),
    ("帮我推荐一部电影", None),
]


def write_queries(path: Path) -> Path:
    lines = [json.dumps({"text": t, "article_id": a}, ensure_ascii=False) for t, a in QUERIES]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_all_measures_of_a_foreign_corpus(tmp_path: Path, encoder: Encoder) -> None:
    said: list[str] = []
    queries = write_queries(tmp_path / "q.jsonl")
    measures = evaluate(SMALL_BANK, queries, Builder(encoder), said.append)
    assert set(measures) >= {
        "recall_at_1",
        "recall_at_5",
        "mrr_at_10",
        "refusal_auroc",
        "answered",
        "answered_precision",
        "refused_correctly",
        "latency_ms",
        "build_s",
    }
    assert measures["recall_at_1"] == 1.0
    assert measures["refusal_auroc"] == 1.0
    assert measures["refused_correctly"] == 1.0
    assert json.loads(json.dumps(measures)) == measures
    assert any("published" in message for message in said)


def test_bad_files_and_no_articles_say_so(tmp_path: Path, encoder: Encoder) -> None:
    queries = write_queries(tmp_path / "q.jsonl")
    with pytest.raises(ContentInvalid, match=r"q\.jsonl:1"):
        evaluate(queries, queries, Builder(encoder))
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n", encoding="utf-8")
    with pytest.raises(BuildFailed, match="no published article"):
        evaluate(empty, queries, Builder(encoder))


def small_bank_but(tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
    """Write the small bank with each article changed."""
    path = tmp_path / "odd.jsonl"
    articles = [json.loads(line) for line in SMALL_BANK.read_text("utf-8").splitlines()]
    text = "\n".join(
        json.dumps(article | change(article), ensure_ascii=False) for article in articles
    )
    path.write_text(text, encoding="utf-8")
    return path


ODD: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no answers": lambda _: {"answer": ""},
    "nothing but questions": lambda one: {
        "title": None,
        "answer": None,
        "questions": [one["title"]],
    },
    "questions twice": lambda one: {"questions": one["questions"] * 2},
    "a question in every article": lambda one: {"questions": [*one["questions"], "怎么办"]},
    "very long questions": lambda one: {"questions": [*one["questions"], one["title"] * 300]},
    "questions without words": lambda one: {"questions": [*one["questions"], "？？", "　", "😀"]},
    "markup and braces": lambda one: {"answer": f"<p>{one['answer']}</p> {{{{x}}}} {{{{ 甲 }}}}\0"},
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_corpora_are_searched_all_the_same(
    tmp_path: Path, encoder: Encoder, vector_cache: Path, odd: str
) -> None:
    articles = small_bank_but(tmp_path, ODD[odd])
    builder = Builder(encoder, cache=vector_cache)
    measures = evaluate(articles, write_queries(tmp_path / "q.jsonl"), builder)
    assert measures["recall_at_5"] == 1.0
    assert measures["answered_precision"] == 1.0
    assert measures["not_answered"] == 1.0


def test_a_list_with_one_question_each_is_decided_as_the_shipped_articles(
    tmp_path: Path, encoder: Encoder, vector_cache: Path
) -> None:
    said: list[str] = []
    articles = small_bank_but(tmp_path, lambda _: {"questions": []})
    builder = Builder(encoder, cache=vector_cache)
    measures = evaluate(articles, write_queries(tmp_path / "q.jsonl"), builder, said.append)
    assert any("too few wordings" in line for line in said)
    assert measures["recall_at_5"] == 1.0
    assert isinstance(measures["answered"], float)
    assert measures["answered"] >= 0.4
    assert measures["answered_precision"] == 1.0
    assert measures["refused_correctly"] == 1.0


@pytest.mark.parametrize("kind", ["known", "unknown", "none"])
def test_queries_of_one_kind_or_none(
    tmp_path: Path, encoder: Encoder, vector_cache: Path, kind: str
) -> None:
    queries = tmp_path / "q.jsonl"
    lines = write_queries(queries).read_text("utf-8").splitlines()
    kept = [line for line in lines if ("null" in line) == (kind == "unknown") and kind != "none"]
    queries.write_text("\n".join(kept), encoding="utf-8")
    measures = evaluate(SMALL_BANK, queries, Builder(encoder, cache=vector_cache))
    assert measures["queries"] == len(kept)
    assert (measures["recall_at_1"] is None) == (kind != "known")
    assert (measures["refused_correctly"] is None) == (kind != "unknown")
    assert measures["refusal_auroc"] is None
