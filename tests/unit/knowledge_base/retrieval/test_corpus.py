"""Foreign corpora as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base.answer import answer_text
from knowledge_base.errors import ContentInvalid
from knowledge_base.retrieval.corpus import Query, read_articles, read_queries


def lines(path: Path, *records: object) -> Path:
    text = "\n".join(
        r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_articles_with_what_there_is(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        {"id": 7, "title": "标题", "questions": ["问一", "标题", ""], "answer": "答 {{x}}", "n": 1},
        "",
        {"id": "8", "questions": ["只有问法"]},
    )
    first, second = read_articles(path)
    assert (first.id, first.wordings) == ("7", ("标题", "问一"))
    assert answer_text(first) == "答 {{x}}"
    assert (second.title, second.body) == ("只有问法", "只有问法")


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        {"id": "1", "title": "一"},
        "{",
        {"title": "没有编号"},
        {"id": "3"},
        {"id": "1", "title": "又一个"},
    )
    with pytest.raises(ContentInvalid) as caught:
        read_articles(path)
    assert {problem.line for problem in caught.value.problems} == {2, 3, 4, 5}


def test_reads_queries_and_null_means_refuse(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "q.jsonl", {"text": "问", "article_id": 7}, {"text": "天气", "article_id": None}
    )
    assert read_queries(path) == [Query(text="问", article_id="7"), Query(text="天气")]
    with pytest.raises(ContentInvalid, match="text"):
        read_queries(lines(tmp_path / "bad.jsonl", {"article_id": "7"}))
