"""The report, the picture, the labelled lines and the routes that follow from intents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conversation.turn import Route
from yinqiao import asking
from yinqiao.evaluation.cases import Case, count_examples, load_cases
from yinqiao.evaluation.figures import Figures, Outcome
from yinqiao.evaluation.intents import actions_of_intents, route_by_rule, route_of
from yinqiao.evaluation.picture import draw_confusion
from yinqiao.evaluation.report import Evaluation, render
from yinqiao.evaluation.running import outcomes_of

LOST = Case(text="卡丢了|咋办", route=Route.ANSWER, intent="guide_card")
ANGRY = Case(text="我要投诉", route=Route.COMPLAINT)
FIGURES = Figures(
    [Outcome(LOST, Route.FRAUD, "fraud", 0.7), Outcome(ANGRY, Route.COMPLAINT, "complaint", 0.9)]
)


def evaluation(**more: Any) -> Evaluation:
    return Evaluation(date(2026, 1, 2), "2 cores", 7000, {"routing": FIGURES}, **more)


def test_every_miss_is_told_and_cannot_break_the_table() -> None:
    assert "| 卡丢了\\|咋办 | answer | fraud | fraud | 0.70 |" in render(evaluation())


def test_goals_stand_beside_what_was_measured() -> None:
    text = render(evaluation())
    assert "| complaints recognised | 100.0 % [20.7, 100.0] (1/1) | ≥ 99% | ✓ |" in text
    assert "| consultation wrongly handed over | 100.0 % [20.7, 100.0] (1/1) | ≤ 2% | ✗ |" in text


def test_the_stock_pipeline_stands_beside_ours_when_it_was_asked() -> None:
    assert "stock" not in render(evaluation()).split("## ", 1)[1]
    both = render(evaluation(understood=FIGURES, stock=Figures([])))
    assert "| intent right | 0.0 % [0.0, 79.3] (0/1) | 0.0 % [0.0, 100.0] (0/0) |" in both


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    draw_confusion(FIGURES, "title", tmp_path / "confusion.png")
    assert (tmp_path / "confusion.png").read_bytes().startswith(b"\x89PNG")


def test_cases_come_from_a_folder_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(f"{LOST.model_dump_json()}\n\n{ANGRY.model_dump_json()}\n", "utf-8")
    assert load_cases(tmp_path) == load_cases(file) == {"one": [LOST, ANGRY]}
    file.write_text('{"text": "x", "route": "nowhere"}', "utf-8")
    with pytest.raises(ValueError, match="route"):
        load_cases(file)


def test_routes_follow_from_the_rules() -> None:
    actions = actions_of_intents()
    assert route_by_rule("guide_card", actions) is Route.ANSWER
    assert route_by_rule("out_of_scope", actions) is Route.REFUSE
    assert route_by_rule("fraud", actions) is Route.FRAUD
    assert route_by_rule("human_request", actions) is Route.HUMAN
    assert route_by_rule("greet", actions) is Route.CHITCHAT
    assert route_by_rule("nlu_fallback", actions) is Route.ANSWER
    assert route_of("complaint_followup", "action_escalate") is Route.COMPLAINT


def test_the_training_examples_are_counted() -> None:
    assert count_examples() > 1000


async def test_each_case_is_asked_in_a_conversation_of_its_own() -> None:
    class Asker:
        async def each(
            self, texts: Sequence[str], *, one_conversation: bool
        ) -> AsyncIterator[asking.Outcome]:
            assert not one_conversation
            for text in texts:
                turn = {"route": "complaint", "intent": "complaint", "confidence": 0.9}
                yield asking.Outcome(text, turn=turn, seconds=0.05)

    told = [outcome async for outcome in outcomes_of(Asker(), [LOST, ANGRY])]
    assert told == [
        Outcome(case, Route.COMPLAINT, "complaint", 0.9, 0.05) for case in (LOST, ANGRY)
    ]
