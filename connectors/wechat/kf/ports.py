"""What 微信客服 asks of the outside. Each port says what happens when it is down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Visit:
    """The right to fetch one service account's news, from `cursor` on; `holder` fences it.

    `bell` is the ring that it answers, `token` what WeCom wants to see with the question.
    """

    kf_id: str
    holder: str
    bell: str
    cursor: str
    token: str


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of the news."""

    entries: tuple[dict[str, Any], ...]
    cursor: str
    more: bool


class Inbox(Protocol):
    """What is to be fetched and how far it was, shared by replicas. Raises `StoreUnavailable`."""

    async def rang(self, kf_id: str, token: str) -> None:
        """Note that there is news; only then the callback may be acknowledged."""

    async def waiting(self) -> list[str]:
        """Return the service accounts with news that nobody has fetched to its end."""

    async def take(self, kf_id: str) -> Visit | None:
        """Take the right to fetch; None when there is no news, or another fetches it."""

    async def advance(self, visit: Visit, cursor: str) -> Visit:
        """Move the cursor behind what was accepted; raises `HoldLost`."""

    async def done(self, visit: Visit) -> None:
        """Everything is fetched, unless it rang again since; raises `HoldLost`."""

    async def let_go(self, visit: Visit) -> None:
        """Let another fetch; what was not fetched still waits."""

    async def welcome(self, customer_id: str, code: str) -> None:
        """Keep the code for a welcome, which lives 20 seconds."""

    async def take_welcome(self, customer_id: str) -> str | None:
        """Return the code, once."""


class News(Protocol):
    """Where news is fetched. Raises `ApiError`, `StoreUnavailable`."""

    async def page(self, visit: Visit) -> Page:
        """Return what comes after the cursor."""
