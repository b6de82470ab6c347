"""How many messages WeChat still lets us send to a customer.

A customer's message allows 5 within 48 hours, a click on a menu, a follow or a scan 3 within a
minute (WeChat's rules for customer-service messages, 2024). Each deed renews its own allowance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What the customer did that allows messages."""

    MESSAGE = "message"
    CLICK = "click"


@dataclass(frozen=True, slots=True)
class Allowance:
    """`left` messages until `until`, in seconds since 1970."""

    left: int = 0
    until: float = 0.0

    def at(self, now: float) -> int:
        """Return what is left at `now`."""
        return self.left if now < self.until else 0


Rules = Mapping[Deed, tuple[int, float]]
"""Messages and seconds that each deed allows."""

RULES: Rules = {Deed.MESSAGE: (5, 48 * 3600.0), Deed.CLICK: (3, 60.0)}


def allowance(deed: Deed, at: float, rules: Rules = RULES) -> Allowance:
    """Return what a deed at `at` allows."""
    left, seconds = rules[deed]
    return Allowance(left, at + seconds)


@dataclass(frozen=True, slots=True)
class Quota:
    """Both allowances of one customer."""

    message: Allowance = Allowance()
    click: Allowance = Allowance()

    def left(self, now: float) -> int:
        """Return how many messages may be sent now."""
        return self.message.at(now) + self.click.at(now)

    def until(self, now: float) -> float | None:
        """Return when the last of them is lost, None when there are none."""
        alive = [a.until for a in (self.message, self.click) if a.at(now)]
        return max(alive, default=None)

    def next(self, now: float) -> Deed | None:
        """Return what the next message is counted against: the allowance that ends first."""
        alive = {deed: a for deed in Deed if (a := self._of(deed)).at(now)}
        return min(alive, key=lambda deed: alive[deed].until, default=None)

    def _of(self, deed: Deed) -> Allowance:
        return self.click if deed is Deed.CLICK else self.message
