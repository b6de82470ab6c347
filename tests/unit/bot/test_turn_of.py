"""What an action reads of Rasa's tracker."""

from __future__ import annotations

import pytest
from rasa_sdk.interfaces import Tracker

from bot.actions.sdk import turn_of


def tracker(slots: dict[str, object], metadata: dict[str, object] | None) -> Tracker:
    message = {"text": "怎么转账", "intent": {"name": "guide_transfer"}, "metadata": metadata}
    return Tracker("c-1", slots, message, [], False, None, {}, "action_listen")  # noqa: FBT003


@pytest.mark.parametrize(
    ("slots", "metadata", "alarmed"),
    [
        ({}, None, False),
        ({}, {"channel": "web", "alarmed": False}, False),
        ({}, {"channel": "web", "alarmed": True}, True),
        # Its own memory is not taken back by a conversation that does not know.
        ({"alarmed": True}, {"channel": "web", "alarmed": False}, True),
    ],
)
def test_an_alarm_comes_from_the_slot_or_from_the_conversation(
    slots: dict[str, object], metadata: dict[str, object] | None, *, alarmed: bool
) -> None:
    turn = turn_of(tracker(slots, metadata))
    assert (turn.text, turn.intent, turn.memory.alarmed) == ("怎么转账", "guide_transfer", alarmed)
