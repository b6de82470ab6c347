"""What the WeChat channel asks of the outside. Each port says what happens when it is down."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from connectors.outbox import Cursor
from connectors.wechat.quota import Deed, Quota
from connectors.wechat.rendering import Part
from conversation.conversation import Customer
from conversation.files import Stored


class Trouble(StrEnum):
    """Why messages wait: nothing is lost, they go out after the customer's next deed."""

    QUOTA = "quota"
    OUT_OF_REACH = "out_of_reach"
    WECHAT_DOWN = "wechat_down"


@dataclass(frozen=True, slots=True)
class Place:
    """What was delivered: all up to `cursor`, and the first `parts` of the message after it."""

    cursor: Cursor = field(default_factory=lambda: Cursor(1, (0, 0)))
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer can be reached: for the courier, and for the agent at the desk.

    `waiting` messages are kept because of `trouble`; `refused` ones WeChat will never take.
    """

    place: Place = field(default_factory=Place)
    quota: Quota = field(default_factory=Quota)
    waiting: int = 0
    trouble: Trouble | None = None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to deliver to one customer; `token` fences every step.

    A hold that has ended can be kept again as long as nobody else took it; whether somebody had
    it meanwhile shows in the standing's place. `since` marks the customer's deeds known then.
    """

    customer: Customer
    token: str
    since: str


class Account(Protocol):
    """An account's way out. Raises `ApiError`, `StoreUnavailable`."""

    async def send(self, customer_id: str, part: Part, name: str) -> None:
        """Send one message: a text, or a menu when it has items.

        `name` is the message's own and stays the same when it is sent again.
        """

    async def send_file(self, customer_id: str, name: str, shown: str, stored: Stored) -> None:
        """Send a picture or a document that is called `shown`."""

    async def heard(self, customer_id: str) -> None:
        """Say that the customer's words are with us, before they are answered."""

    async def working(self, customer_id: str) -> None:
        """Say that somebody is at work on an answer."""

    async def ended(self, customer_id: str) -> None:
        """Say that the conversation is over."""


class Media(Protocol):
    """Where customers' pictures and documents are. Raises `ApiError`, `StoreUnavailable`."""

    async def download(self, media_id: str) -> bytes:
        """Return the content."""


class Deliveries(Protocol):
    """The durable state of deliveries, shared by replicas. Raises `StoreUnavailable`."""

    async def arrived(self, customer: Customer, deed: Deed, at: int, deed_id: str) -> None:
        """Note a customer's deed: there is somebody to follow, and an allowance.

        A repeated or older deed renews nothing.
        """

    async def followed(self) -> list[Customer]:
        """Return the customers with an open conversation or something undelivered."""

    async def take(self, customer: Customer) -> Hold | None:
        """Take the hold, or return None when another replica has it."""

    async def keep(self, hold: Hold) -> None:
        """Extend the hold; raises `HoldLost` when another has it."""

    async def standing(self, customer: Customer) -> Standing:
        """Return how the customer can be reached."""

    async def delivered(self, hold: Hold, place: Place, spent: Deed | None) -> None:
        """Move the place and count the message, in one step; raises `HoldLost`."""

    async def replied(self, hold: Hold, place: Place, push_id: str, text: str) -> None:
        """Move the place and keep what was said in a push's own connection, in one step.

        Raises `HoldLost`.
        """

    async def reply(self, customer: Customer, push_id: str) -> str | None:
        """Return what was said to this push, while WeChat may push it again."""

    async def note(self, hold: Hold, waiting: int, trouble: Trouble | None) -> None:
        """Say what waits and why; raises `HoldLost`."""

    async def refuse(self, hold: Hold) -> None:
        """Count a message that WeChat will never take; raises `HoldLost`."""

    async def failed(self, customer: Customer) -> None:
        """Count a message that WeChat had taken and then did not deliver."""

    async def let_go(self, hold: Hold, *, settled: bool) -> None:
        """Give the hold back; `settled`: nobody to follow, unless a deed came since."""
