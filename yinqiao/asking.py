"""`yinqiao ask`: utterances in, what the running system made of each of them out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.web.tokens import Scope, Tokens
from yinqiao.web_client import GatewayUnreachable, WebClient, open_line

_PATIENCE = 60.0
_SAYERS = {"bot", "system"}


class Refused(Exception):
    """The gateway did not accept the utterance."""


@dataclass(slots=True)
class Outcome:
    """What became of one utterance; `row` is the JSON of the command line."""

    text: str
    replies: list[dict[str, Any]] = field(default_factory=list)
    turn: dict[str, Any] | None = None
    owner: str | None = None
    handoff: dict[str, Any] | None = None
    cursor: str | None = None
    seconds: float = 0.0
    titles: list[str] = field(default_factory=list)
    """Titles of the articles that the replies quote, and the choices that they offer."""

    @property
    def complete(self) -> bool:
        """Whether the turn is over, who owns it then is known, and a queue has what it got."""
        if self.turn is None or self.owner is None:
            return False
        return self.owner != "queue" or self.handoff is not None

    def row(self) -> dict[str, Any]:
        """Return the object that `yinqiao ask --json` prints."""
        turn = self.turn or {}
        return {
            "text": self.text,
            "intent": turn.get("intent", ""),
            "confidence": round(float(turn.get("confidence", 0.0)), 4),
            "route": turn.get("route"),
            "replies": self.replies,
            "owner": self.owner,
            "handoff": self.handoff,
            "ms": round(self.seconds * 1000, 1),
        }


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the gateway at `url`; the diagnosis token is signed with the system's own secret."""

    url: str
    tokens: Tokens

    async def each(self, texts: Iterable[str], *, one_conversation: bool) -> AsyncIterator[Outcome]:
        """Ask one text after the other, each as a new visitor or all as the same one."""
        if not one_conversation:
            for text in texts:
                async with self._line() as client:
                    yield await ask(client, text)
            return
        async with self._line() as client:
            for text in texts:
                yield await ask(client, text)

    def _line(self) -> Any:
        return open_line(self.url, self.tokens.issue(scope=Scope.DIAGNOSE))


async def ask(client: WebClient, text: str) -> Outcome:
    """Send one text and wait for its turn; raises `Refused` or `GatewayUnreachable`."""
    outcome = Outcome(text)
    began = time.perf_counter()
    client_id = await client.send(text)
    try:
        async with asyncio.timeout(_PATIENCE):
            while not outcome.complete:
                frame = await client.frame()
                _take(outcome, frame, client_id)
                if frame["type"] == "turn" and outcome.turn is not None and not outcome.seconds:
                    outcome.seconds = time.perf_counter() - began
    except TimeoutError as error:
        raise GatewayUnreachable("no answer in time") from error
    return outcome


def _take(outcome: Outcome, frame: dict[str, Any], client_id: str) -> None:
    match frame["type"]:
        case "error":
            raise Refused(frame["error"]["message"])
        case "accepted" if frame["client_id"] == client_id:
            outcome.cursor = frame["cursor"]
        case "message":
            message = frame["message"]
            if message["client_id"] == client_id:
                outcome.cursor = message["cursor"]
            elif message["sender"] in _SAYERS and outcome.cursor:
                outcome.replies.append(_reply(message))
                outcome.titles += [source["title"] for source in message["sources"]]
                outcome.titles += [option["label"] for option in message.get("options", ())]
        case "turn" if frame["turn"]["reply_to"] == outcome.cursor:
            outcome.turn = frame["turn"]
        case "handoff" if outcome.turn is not None:
            # The state that follows the turn; one that came before says nothing about it.
            outcome.owner, outcome.handoff = frame["owner"], frame["handoff"]


def _reply(message: dict[str, Any]) -> dict[str, Any]:
    notice = message["notice"]
    return {
        "kind": message["kind"],
        "text": message["text"],
        "notice": notice and {"id": notice["id"], "version": notice["version"]},
        "sources": [source["id"] for source in message["sources"]],
    }
