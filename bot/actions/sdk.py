"""The actions as Rasa knows them: read the tracker, take the turn, utter, set slots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.actions.complaint_talk import ComplaintTalk
from bot.actions.memory import Memory
from bot.actions.turn import Reply, Turn
from bot.stages import stage_of
from bot.wire import Result, payloads

_LISTEN = "action_listen"
_Run = Callable[[CollectingDispatcher, Tracker, Any], Awaitable[list[EventType]]]


def executor(talk: ComplaintTalk) -> ActionExecutor:
    """Return rasa-sdk's executor with the three actions of the domain."""
    made = ActionExecutor()
    made.register_function("action_answer", _run(talk.answer))
    made.register_function("action_feedback", _run(talk.feedback))
    made.register_function("action_escalate", _run(talk.escalate))
    return made


def _run(take: Callable[[Turn], Awaitable[Reply]]) -> _Run:
    async def run(
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: Any,  # noqa: ARG001 - rasa-sdk's signature
    ) -> list[EventType]:
        turn = turn_of(tracker)
        reply = await take(turn)
        result = Result(reply.route, reply.handoff, stage_of(turn.intent, reply.route))
        for payload in payloads(reply.drafts, result):
            dispatcher.utter_message(json_message=payload)
        changes = reply.memory.changes(turn.memory)
        return [SlotSet(name, value) for name, value in changes.items()]

    return run


def turn_of(tracker: Tracker) -> Turn:
    """Read the latest customer message of a tracker."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    memory = Memory.of_slots(tracker.slots)
    if (message.get("metadata") or {}).get("alarmed"):
        # A person heard of the fraud, or Rasa was down.
        memory = replace(memory, alarmed=True)
    return Turn(
        text=message.get("text") or "",
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        entities=tuple(message.get("entities") or ()),
        memory=memory,
        follows=_last_action(tracker.events).startswith("action_"),
        conversation=tracker.sender_id,
        large_text=bool((message.get("metadata") or {}).get("large_text")),
    )


def _last_action(events: Sequence[dict[str, Any]]) -> str:
    """Return the action that took the turn before the latest customer message, or ""."""
    user = next((i for i in reversed(range(len(events))) if events[i]["event"] == "user"), 0)
    for event in reversed(events[:user]):
        if event["event"] == "action" and event["name"] not in {_LISTEN, "action_session_start"}:
            return str(event["name"])
    return ""
