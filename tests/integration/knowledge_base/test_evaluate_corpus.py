"""`evaluate` end to end on a foreign corpus, as `yinqiao kb evaluate` runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base.errors import BuildFailed, ContentInvalid
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.evaluate import evaluate
from language.encoder import Encoder

HERE = Path(__file__).parent
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
    measures = evaluate(HERE / "small_bank.jsonl", queries, Builder(encoder), said.append)
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


def test_bad_files_and_too_small_corpora_say_so(tmp_path: Path, encoder: Encoder) -> None:
    queries = write_queries(tmp_path / "q.jsonl")
    with pytest.raises(ContentInvalid, match=r"q\.jsonl:1"):
        evaluate(queries, queries, Builder(encoder))
    tiny = tmp_path / "tiny.jsonl"
    tiny.write_text('{"id": "1", "title": "一"}\n', encoding="utf-8")
    with pytest.raises(BuildFailed, match="too few"):
        evaluate(tiny, queries, Builder(encoder))
