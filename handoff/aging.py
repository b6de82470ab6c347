"""How waiting raises a priority, so that nobody starves behind a stream of more urgent customers.

Every `seconds_per_step` of waiting count as one priority. All grow at the same rate, so the
order of two who wait never changes, and a score given at arrival holds: the arrival, later by
one step for each priority. Priorities up to `never_overtaken` come before everybody else,
however long the others have waited.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

_FIRST = 1 << 50
_APART = 1 << 41
"""More milliseconds than any arrival since 1970 in this century: 69 years, exact in a double."""


class Aging(BaseModel):
    """The formula's two numbers, from `data/routing.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds_per_step: int = Field(gt=0)
    never_overtaken: int = Field(ge=0)

    def offset(self, priority: int) -> int:
        """Return what a priority adds to the arrival, in milliseconds; the least goes first."""
        if priority <= self.never_overtaken:
            return priority * _APART - _FIRST
        return priority * self.seconds_per_step * 1000

    def score(self, priority: int, arrival: int) -> int:
        """Return the place in line of who came at `arrival` (milliseconds since 1970)."""
        return arrival + self.offset(priority)
