"""An honest estimate of how long a customer still waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

LOOKED_AT = 20
"""How many of a group's last pick-ups are remembered."""
_WINDOW = 1800.0
"""Seconds."""
_FEWEST = 3


def estimate(position: int, ages: Sequence[float]) -> timedelta | None:
    """Return the expected wait of who stands at `position`; `ages`: seconds since each pick-up.

    The pace is the number of pick-ups in the last half hour over the time since the first of
    them; the time since the last one counts, so a line that stands still is said to be slow.
    None when there were too few to tell: nothing is promised then.
    """
    recent = [age for age in ages if age <= _WINDOW]
    if len(recent) < _FEWEST:
        return None
    return timedelta(seconds=max(recent) / len(recent) * position)
