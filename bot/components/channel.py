"""The input channel: what the bot says and what it understood, in one HTTP answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Blueprint, response

from bot.components.action_calls import check_schema_once, wait_briefly

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rasa.core.agent import Agent
    from rasa.core.processor import MessageProcessor
    from rasa.shared.core.trackers import DialogueStateTracker
    from sanic.request import Request
    from sanic.response import HTTPResponse

_LOG = logging.getLogger(__name__)
_RANKING = 5
_BAD_REQUEST, _BAD_GATEWAY, _UNAVAILABLE = 400, 502, 503


class Collector(CollectingOutputChannel):  # type: ignore[misc]
    """Collects messages whole; the parent splits text at blank lines."""

    @classmethod
    def name(cls) -> str:
        """Return the name that responses may be bound to."""
        return YinqiaoChannel.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:  # noqa: ARG002
        """Keep the message as Rasa made it."""
        self.messages.append(said(message))


class YinqiaoChannel(InputChannel):  # type: ignore[misc]
    """POST /webhooks/yinqiao/webhook: {sender, message, message_id?, metadata?}.

    Answers {"messages", "parse": {"text", "intent", "intent_ranking", "entities"}, "slots",
    "failed"}. An action that died leaves no messages: that is HTTP 502 with failed = true, and
    nothing is remembered of the turn, so that the same message can simply be sent again. A
    message id that was answered before is answered again from the tracker, without a new turn.
    """

    def __init__(self, max_length: int = 2000) -> None:
        """Read at most `max_length` characters of a message; the log keeps all of it."""
        self._max_length = max_length

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is its URL prefix as well."""
        return "yinqiao"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> YinqiaoChannel:
        """Take the settings of credentials.yml."""
        check_schema_once()
        wait_briefly()
        return cls(**(credentials or {}))

    def blueprint(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],  # noqa: ARG002 - see `_turn`
    ) -> Blueprint:
        """Return the two routes."""
        blueprint = Blueprint("yinqiao", __name__)

        @blueprint.get("/")  # type: ignore[misc]
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent.is_ready()
            body = {"status": "ok" if ready else "loading"}
            return response.json(body, status=200 if ready else _UNAVAILABLE)

        @blueprint.post("/webhook")  # type: ignore[misc]
        async def receive(request: Request) -> HTTPResponse:
            message = self._message(request.json)
            if message is None:
                return response.json({"error": "sender and message"}, status=_BAD_REQUEST)
            try:
                answer = await _turn(request.app.ctx.agent, message)
            except Exception:  # noqa: BLE001 - a failed turn is an answer, too
                _LOG.exception("the turn failed", extra={"sender": message.sender_id})
                answer = _answer([], {}, {})
            return response.json(answer, status=_BAD_GATEWAY if answer["failed"] else 200)

        return blueprint

    def _message(self, body: Any) -> UserMessage | None:
        if not isinstance(body, dict):
            return None
        sender, text = body.get("sender"), body.get("message")
        if not (isinstance(sender, str) and sender and isinstance(text, str) and text.strip()):
            return None
        return UserMessage(
            plain(text.strip()[: self._max_length]),
            Collector(),
            sender,
            input_channel=self.name(),
            message_id=body.get("message_id"),
            metadata=body.get("metadata"),
        )


def plain(text: str) -> str:
    """Return `text` as words: a leading slash would be a command to Rasa ("/restart")."""
    return f"／{text[1:]}" if text.startswith("/") else text


async def _turn(agent: Agent, message: UserMessage) -> dict[str, Any]:
    """Handle one message as `Agent.handle_message` does, keeping hold of the tracker.

    The public method returns the messages only; parsing again or reading the tracker again
    would double the cost of a turn. Rasa is pinned to 3.6.21, whose steps these are.
    """
    processor: MessageProcessor = agent.processor
    _without_fallback_store(processor)
    async with agent.lock_store.lock(message.sender_id):
        tracker = await processor.fetch_tracker_and_update_session(
            message.sender_id, message.output_channel, message.metadata
        )
        repeated = _replay(tracker, message.message_id)
        if repeated is not None:
            return repeated
        await processor._handle_message_with_tracker(message, tracker)  # noqa: SLF001
        tracker = await processor.run_action_extract_slots(message.output_channel, tracker)
        await processor._run_prediction_loop(message.output_channel, tracker)  # noqa: SLF001
        answer = _answer(
            message.output_channel.messages,
            tracker.latest_message.parse_data,
            tracker.current_slot_values(),
        )
        if not answer["failed"]:
            await processor.save_tracker(tracker)
        return answer


def _without_fallback_store(processor: MessageProcessor) -> None:
    """Take away Rasa's in-memory fallback.

    It would forget a conversation without telling anybody and grow without bound; a turn that
    cannot be stored must fail, and is tried again by the worker.
    """
    if isinstance(processor.tracker_store, FailSafeTrackerStore):
        processor.tracker_store = processor.tracker_store._tracker_store  # noqa: SLF001


def _replay(tracker: DialogueStateTracker, message_id: str) -> dict[str, Any] | None:
    """Return the answer that this message id has had, None when it is new."""
    turn: list[Any] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            if event.message_id != message_id:
                return None
            messages = [said(e.message()) for e in reversed(turn) if isinstance(e, BotUttered)]
            return _answer(messages, event.parse_data, tracker.current_slot_values())
        turn.append(event)
    return None


def said(message: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a bot message that the client reads."""
    return {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}


def _answer(
    messages: list[dict[str, Any]], parse: dict[str, Any], slots: dict[str, Any]
) -> dict[str, Any]:
    return {
        "messages": messages,
        "parse": {
            "text": parse.get("text", ""),
            "intent": _scored(parse.get("intent") or {}),
            "intent_ranking": [_scored(i) for i in parse.get("intent_ranking", [])[:_RANKING]],
            "entities": parse.get("entities", []),
        },
        "slots": slots,
        "failed": not messages,
    }


def _scored(intent: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": intent.get("name") or "",
        "confidence": float(intent.get("confidence") or 0.0),
    }
