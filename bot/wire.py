"""How a reply travels from the actions through Rasa to the client.

An action utters custom payloads: {"draft": {kind, text, categories, sources, options}} for each
draft, and one {"result": {"route", "handoff", "stage"}}. A plain response of the domain has text
and buttons ({title, payload}) and no result: it is chit-chat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from bot.stages import stage_of
from conversation.conversation import Handoff, Stage
from conversation.message import Draft, Kind, Option
from conversation.turn import BotReply, Route, Understanding

_DRAFT = TypeAdapter(Draft)


@dataclass(frozen=True, slots=True)
class Result:
    """What an action decided, apart from what it says."""

    route: Route
    handoff: Handoff | None = None
    stage: Stage | None = None


_RESULT = TypeAdapter(Result)


def payloads(drafts: Sequence[Draft], result: Result) -> list[dict[str, Any]]:
    """Return the custom payloads of one action, plain JSON."""
    said = [{"draft": _DRAFT.dump_python(draft, mode="json")} for draft in drafts]
    return [*said, {"result": _RESULT.dump_python(result, mode="json")}]


def reply_of(answer: Mapping[str, Any], fill: Callable[[str], str]) -> BotReply:
    """Read the channel's answer; raises ValueError or KeyError when it is not one.

    `fill` puts the named values into every text.
    """
    understanding = _understanding(answer["parse"])
    messages = answer["messages"]
    drafts = tuple(_filled(d, fill) for m in messages if (d := _draft(m)) is not None)
    if not drafts:
        message = "the bot said nothing"
        raise ValueError(message)
    result = _result(messages, understanding)
    return BotReply(understanding, result.route, drafts, result.handoff, result.stage)


def _understanding(parse: Mapping[str, Any]) -> Understanding:
    intent = parse["intent"]
    return Understanding(intent["name"], float(intent["confidence"]), tuple(parse["entities"]))


def _draft(message: Mapping[str, Any]) -> Draft | None:
    custom = message.get("custom", {})
    if "draft" in custom:
        return _DRAFT.validate_python(custom["draft"])
    if "text" not in message:
        return None
    options = tuple(Option(b["title"], b["payload"]) for b in message.get("buttons", ()))
    return Draft(message["text"], kind=Kind.MENU if options else Kind.TEXT, options=options)


def _filled(draft: Draft, fill: Callable[[str], str]) -> Draft:
    options = tuple(Option(fill(o.label), fill(o.text)) for o in draft.options)
    return replace(draft, text=fill(draft.text), options=options)


def _result(messages: Sequence[Mapping[str, Any]], understanding: Understanding) -> Result:
    for message in messages:
        custom = message.get("custom", {})
        if "result" in custom:
            return _RESULT.validate_python(custom["result"])
    return Result(Route.CHITCHAT, stage=stage_of(understanding.intent, Route.CHITCHAT))
