"""What an inspection found, what people thought of it, and the agent's appeal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from handoff.figures.measure import Measure
from handoff.quality.errors import AppealTooLate, QualityForbidden, QualityNotAllowed


@dataclass(frozen=True, slots=True)
class Line:
    """Evidence: a log entry's id, a code of the standard's `notes`, and what was found there.

    `found` are words of the bank's own (a phrase, a rule's words) or seconds, never the
    customer's: what was said stands in the archive alone.
    """

    entry: str
    note: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a conversation stands to one item that applies to it."""

    item: str
    points: int
    passed: bool
    lines: tuple[Line, ...] = ()


class State(StrEnum):
    """`inspected → reviewed`, and from either `→ appealed → upheld | rejected`."""

    INSPECTED = "inspected"
    REVIEWED = "reviewed"
    APPEALED = "appealed"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Review:
    """A person's second look; `overruled` are items found otherwise than by the machine."""

    by: str
    at: datetime
    note: str
    overruled: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appeal:
    """What the agent holds against it; `items` count as passed once it is upheld."""

    by: str
    at: datetime
    why: str
    items: tuple[str, ...]
    decided_by: str = ""
    decided_at: datetime | None = None
    upheld: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One conversation's. `agent` (a login) held it last and answers for it; empty: no agent did.

    `standard` is the version that it was inspected by; `version` counts what was done with it.
    Texts of people are redacted.
    """

    conversation: str
    customer_key: str
    agent: str
    closed: datetime
    at: datetime
    standard: str
    verdicts: tuple[Verdict, ...]
    measure: Measure
    review: Review | None = None
    appeal: Appeal | None = None
    version: int = 1

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.appeal:
            if self.appeal.decided_at is None:
                return State.APPEALED
            return State.UPHELD if self.appeal.upheld else State.REJECTED
        return State.REVIEWED if self.review else State.INSPECTED

    @property
    def found(self) -> dict[str, bool]:
        """Item → whether it is passed, people's word counting for more than the machine's."""
        found = {verdict.item: verdict.passed for verdict in self.verdicts}
        found |= self.review.overruled if self.review else {}
        if self.appeal and self.appeal.upheld:
            found |= dict.fromkeys(self.appeal.items, True)
        return found

    @property
    def score(self) -> int:
        """100 × points of the passed items / points of those that apply; 100 when none does."""
        found = self.found
        of = sum(verdict.points for verdict in self.verdicts)
        got = sum(verdict.points for verdict in self.verdicts if found[verdict.item])
        return round(100 * got / of) if of else 100

    def reviewed(self, review: Review) -> Inspection:
        """Return it with a person's look; raises `QualityForbidden` for whoever is inspected."""
        self._not_own(review.by)
        if self.state not in {State.INSPECTED, State.REVIEWED}:
            raise QualityNotAllowed
        self._known(review.overruled)
        return replace(self, review=review, version=self.version + 1)

    def appealed(self, appeal: Appeal, days: int) -> Inspection:
        """Return it with the agent's appeal, the only one; raises `AppealTooLate` after `days`."""
        if not self.agent or appeal.by != self.agent:
            raise QualityForbidden
        if self.appeal:
            raise QualityNotAllowed
        last = self.review.at if self.review else self.at
        if appeal.at >= last + timedelta(days=days):
            raise AppealTooLate
        self._known(appeal.items)
        found = self.found
        if not appeal.items or any(found[item] for item in appeal.items):
            raise QualityNotAllowed
        return replace(self, appeal=appeal, version=self.version + 1)

    def decided(self, by: str, at: datetime, reason: str, *, upheld: bool) -> Inspection:
        """Return it with the appeal decided; never by the agent."""
        self._not_own(by)
        if self.appeal is None or self.state is not State.APPEALED:
            raise QualityNotAllowed
        appeal = replace(self.appeal, decided_by=by, decided_at=at, reason=reason, upheld=upheld)
        return replace(self, appeal=appeal, version=self.version + 1)

    def _not_own(self, by: str) -> None:
        if by == self.agent:
            raise QualityForbidden

    def _known(self, items: Mapping[str, bool] | tuple[str, ...]) -> None:
        if set(items) - {verdict.item for verdict in self.verdicts}:
            raise QualityNotAllowed
