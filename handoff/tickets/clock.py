"""The clock of a complaint: folded from what happened, by the deadlines of the rules.

The day of receipt does not count (民法典 Art 201): a complaint received at any time of day 0 is
due at the end of day `n` in the bank's zone. While an outside appraisal runs the clock stands;
the deadline moves by exactly that long. New facts start a new clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone, tzinfo
from typing import Any

from handoff.tickets.events import Event, Kind
from handoff.tickets.rules import Deadlines

ZONE: tzinfo = timezone(timedelta(hours=8), "北京时间")


@dataclass(frozen=True, slots=True)
class Clock:
    """Since when it runs, what lengthened it, and when it ended.

    An extension counts when it was granted *and* the customer was told.
    """

    started: datetime
    complex: bool = False
    asked_by: str = ""
    granted: bool = False
    told: bool = False
    stood: timedelta = timedelta(0)
    stands_since: datetime | None = None
    ended: datetime | None = None

    @property
    def extended(self) -> bool:
        """Whether the extension counts."""
        return self.granted and self.told

    def after(self, event: Event) -> Clock:
        """Return the clock once this has happened."""
        changes: dict[str, Any] = {}
        match event.kind:
            case Kind.NEW_FACTS:
                return Clock(event.at)
            case Kind.COMPLEX:
                changes = {"complex": True}
            case Kind.EXTENSION_ASKED:
                changes = {"asked_by": event.by}
            case Kind.EXTENSION_GRANTED:
                changes = {"granted": True}
            case Kind.EXTENSION_REFUSED:
                changes = {"asked_by": ""}
            case Kind.EXTENSION_TOLD:
                changes = {"told": True}
            case Kind.PAUSED:
                changes = {"stands_since": self.stands_since or event.at}
            case Kind.RESUMED:
                changes = {"stood": self._stood(event.at), "stands_since": None}
            case Kind.REPLIED | Kind.WITHDRAWN | Kind.MERGED:
                stood = self._stood(event.at)
                changes = {"stood": stood, "stands_since": None, "ended": event.at}
        return replace(self, **changes)

    def due(self, deadlines: Deadlines, now: datetime) -> datetime:
        """Return the deadline as it stands at `now`; exclusive: the first moment too late."""
        days = deadlines.complex_days if self.complex else deadlines.simple_days
        if self.extended:
            days += deadlines.extension_days
        received = self.started.astimezone(ZONE).date()
        midnight = datetime.combine(received + timedelta(days=days + 1), time.min, ZONE)
        return midnight + self._stood(now)

    def late(self, deadlines: Deadlines, now: datetime) -> bool:
        """Return whether the complaint was, or is, not answered in time."""
        at = self.ended or now
        return at >= self.due(deadlines, at)

    def _stood(self, now: datetime) -> timedelta:
        since = self.stands_since
        return self.stood + (max(now - since, timedelta(0)) if since else timedelta(0))
