"""The measures of an evaluation, on results written by hand."""

from __future__ import annotations

from knowledge_base.retrieval.calibration import Thresholds
from knowledge_base.retrieval.corpus import Query
from knowledge_base.retrieval.decision import Decision, decide, sharing
from knowledge_base.retrieval.evaluate import precision_at_half, score
from knowledge_base.retrieval.service import Hit, Result


def result(decision: Decision, probability: float, *ids: str, ms: float = 1.0) -> Result:
    hits = tuple(Hit(name, name, 0.5, probability) for name in ids)
    return Result(decision, probability, hits, (), ms, "snapshot")


def test_every_measure_by_hand() -> None:
    asked = [Query(text="t", article_id=name) for name in ("a", "b", "c", "d", None, None)]
    results = [
        result("answer", 0.9, "a", "b", ms=1.0),
        result("answer", 0.8, "x", "b", ms=2.0),
        result("clarify", 0.5, "x", "y", "c", ms=3.0),
        result("refuse", 0.1, "x", ms=4.0),
        result("refuse", 0.05, "x", ms=5.0),
        result("clarify", 0.5, "x", ms=6.0),
    ]
    assert score(asked, results) == {
        "queries": 6,
        "recall_at_1": 0.25,
        "recall_at_5": 0.75,
        "mrr_at_10": round((1 + 1 / 2 + 1 / 3) / 4, 4),
        "refusal_auroc": round((4 + 2.5) / 8, 4),
        "answered": 0.5,
        "answered_precision": 0.5,
        "precision_at_half": 0.5,
        "clarified": 0.25,
        "clarified_with_right": 1.0,
        "wrongly_refused": 0.25,
        "refused_correctly": 0.5,
        "not_answered": 1.0,
        "latency_ms": {"p50": 3.5, "p95": 5.75},
    }


def test_what_cannot_be_measured_is_none() -> None:
    measures = score([Query(text="t", article_id="a")], [result("refuse", 0.1)])
    assert measures["refusal_auroc"] is None
    assert measures["answered_precision"] is None
    assert measures["refused_correctly"] is None


def test_precision_where_half_is_answered_counts_wrong_answers_of_both_kinds() -> None:
    sure, right = [0.9, 0.8, 0.7, 0.2], [True, True, True, False]
    assert precision_at_half(sure, right, []) == 1.0
    assert precision_at_half(sure, right, [0.85, 0.8, 0.3]) == 0.5
    assert precision_at_half(sure, [True, False, True, True], []) == 0.5
    assert precision_at_half([0.4], [True], [0.3]) == 1.0
    assert precision_at_half([], [], [0.3]) is None


def test_decisions_follow_the_thresholds() -> None:
    thresholds = Thresholds(answer=0.8, clarify=0.2)
    decided = [decide(p, thresholds) for p in (0.8, 0.79, 0.2, 0.19)]
    assert decided == ["answer", "clarify", "clarify", "refuse"]


def test_articles_sharing_a_bare_term_keep_their_order() -> None:
    keys = [["存款利息怎么算"], ["年费多少"], ["分期利息"]]
    assert sharing("利息", [2, 1, 0], keys) == [2, 0]
