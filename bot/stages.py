"""Where a turn leaves the conversation in the service flow (service standard §1.2)."""

from __future__ import annotations

from conversation.conversation import Stage
from conversation.turn import Route

_BY_INTENT = {
    "greet": Stage.NEED,
    "bot_identity": Stage.NEED,
    "help_menu": Stage.NEED,
    "thanks": Stage.FOLLOW_UP,
    "goodbye": Stage.FOLLOW_UP,
    "resolved": Stage.FOLLOW_UP,
    "not_resolved": Stage.FOLLOW_UP,
}
_BY_ROUTE = {
    Route.CLARIFY: Stage.NEED,
    Route.COMPLAINT: Stage.SERVICE,
    Route.TRANSACTION: Stage.SERVICE,
    Route.FRAUD: Stage.SERVICE,
    Route.HUMAN: Stage.SERVICE,
}


def stage_of(intent: str, route: Route) -> Stage | None:
    """Return the stage after the turn; None where it stays as it was.

    Product consultation (`ask_…`) matches a product to a need, guidance (`guide_…`) serves.
    The notice stage is the gate's: only the gate knows whether a notice was given.
    """
    if route in _BY_ROUTE:
        return _BY_ROUTE[route]
    if route is Route.ANSWER:
        return Stage.MATCH if intent.startswith("ask_") else Stage.SERVICE
    return _BY_INTENT.get(intent)
