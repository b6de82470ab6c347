"""The receiver's address: one call is one event."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from connectors.webhooks.event import Event
from connectors.webhooks.signature import Signer

_LATER = frozenset({408, 425, 429})
_SERVER_ERROR = 500


class NotTaken(Exception):
    """The receiver did not take an event; the message says how it answered."""


class Refused(NotTaken):
    """The receiver says that it will not take this event."""


class Later(NotTaken):
    """The receiver does not answer, or has trouble; `after` seconds when it says how long."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        """Keep what the receiver asked for."""
        super().__init__(message)
        self.after = after


@dataclass(frozen=True, slots=True)
class Receiver:
    """Calls `url`; redirects are not followed: a signature is for one address."""

    client: httpx.AsyncClient
    url: str
    signer: Signer
    clock: Callable[[], float] = time.time

    async def call(self, event: Event) -> None:
        """Deliver an event; raises `Refused` or `Later`."""
        body = event.body()
        headers = self.signer.headers(event.id, int(self.clock()), body)
        try:
            response = await self.client.post(
                self.url, content=body, headers={**headers, "content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise Later(type(error).__name__) from error
        if response.is_success:
            return
        answer = f"HTTP {response.status_code}"
        if response.status_code >= _SERVER_ERROR or response.status_code in _LATER:
            raise Later(answer, _seconds(response.headers.get("retry-after", "")))
        raise Refused(answer)


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0
