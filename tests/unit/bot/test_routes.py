"""The route is decided before the intent."""

from __future__ import annotations

import pytest
import yaml

from bot.components.routes import Routes
from bot.rasa_process import ROOT

ROUTES = {"complaint": ["complaint", "complaint_followup"], "chitchat": ["greet"]}


def test_many_close_questions_outvote_one_complaint() -> None:
    ranked = Routes(ROUTES, ["complaint"], 1.0).rank(
        ["ask_fund", "ask_wealth", "complaint", "greet"], [0.3, 0.25, 0.4, 0.05]
    )
    assert ranked[0][0] == "ask_fund"
    assert ranked[0][1] == pytest.approx(0.55)
    assert [name for name, _ in ranked] == ["ask_fund", "complaint", "ask_wealth", "greet"]


def test_the_intents_of_an_alarm_add_up() -> None:
    ranked = Routes(ROUTES, ["complaint"], 1.0).rank(
        ["complaint", "complaint_followup", "ask_fund"], [0.25, 0.3, 0.45]
    )
    assert ranked[0][0] == "complaint_followup"
    assert ranked[0][1] == pytest.approx(0.55)


@pytest.mark.parametrize(("weight", "first"), [(1.0, "ask_fund"), (1.25, "complaint")])
def test_a_weighted_alarm_wins_a_close_call(weight: float, first: str) -> None:
    routes = Routes(ROUTES, ["complaint"], weight)
    name, confidence = routes.rank(["ask_fund", "complaint"], [0.53, 0.47])[0]
    assert name == first
    assert confidence == pytest.approx(0.53 if first == "ask_fund" else 0.47)


@pytest.mark.parametrize(
    ("routes", "alarms", "weight", "match"),
    [
        (ROUTES, ["fraud"], 1.0, "no routes"),
        ({"a": ["x"], "b": ["x"]}, [], 1.0, "two routes"),
        (ROUTES, [], 0.0, "positive"),
    ],
)
def test_broken_settings_are_refused(
    routes: dict[str, list[str]], alarms: list[str], weight: float, match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        Routes(routes, alarms, weight)


def test_the_configuration_names_every_intent_that_is_no_question() -> None:
    config = yaml.safe_load((ROOT / "bot" / "config.yml").read_text("utf-8"))
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "intents.yml").read_text("utf-8"))
    settings = next(part for part in config["pipeline"] if "routes" in part)
    named = {intent for intents in settings["routes"].values() for intent in intents}
    assert named == {i for i in domain["intents"] if not i.startswith(("ask_", "guide_"))}
