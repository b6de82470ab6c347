"""The route that follows from an intent alone, as the rules have it."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from bot.actions.escalations import escalation_of
from conversation.turn import Route
from yinqiao.settings import ROOT

_RULES = ROOT / "nlu_data" / "rules"


def actions_of_intents() -> dict[str, str]:
    """Return the action that a rule gives to each intent."""
    actions: dict[str, str] = {}
    for file in sorted(_RULES.glob("*.yml")):
        for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]:
            steps = rule["steps"]
            actions[steps[0]["intent"]] = steps[1]["action"]
    return actions


def route_by_rule(intent: str, actions: Mapping[str, str]) -> Route:
    """Return the route of a first message with this intent; what has no rule is looked up."""
    return route_of(intent, actions.get(intent, "action_answer"))


def route_of(intent: str, action: str) -> Route:
    """Return the route of a first message for which Rasa chose this action.

    `action_answer` asks the knowledge base, whose refusals are not the intent's doing: only what
    is recognised as off-topic counts as refused.
    """
    if action == "action_answer":
        return Route.REFUSE if intent == "out_of_scope" else Route.ANSWER
    if action == "action_escalate":
        return escalation_of(intent).route
    return Route.CHITCHAT
