"""The service's figures over a period: measures, answers to the survey and tickets, added up.

Nothing is stored: what the archive has no more, no figure counts. In words: `data/figures.yml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.archive import Period
from handoff.figures.calls import Call, Hold
from handoff.figures.measure import Measure
from handoff.figures.tally import Share, Spread, mean, share, spread
from handoff.tickets.rules import Deadlines
from handoff.tickets.surveys import Survey
from handoff.tickets.ticket import Status, Ticket

CONTENT = 4
"""From this score on a customer counts as content."""


@dataclass(frozen=True, slots=True)
class Load:
    """One agent's work: how many conversations, how long, and how many at once at most."""

    agent: str
    conversations: int
    handling: timedelta
    most: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """Complaints that were answered in the period, in time or not; and what is late now."""

    in_time: Share
    running: int
    late: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page shows; None, or a share of 0, where nothing was counted."""

    conversations: int
    connection: Share
    waiting: Spread
    response: Spread
    handling: Spread
    resolution: Share
    containment: Share
    notices: Share
    reasons: Mapping[str, int]
    satisfaction: float | None
    content: Share
    complaints: Deadline
    loads: Sequence[Load]


def figures(
    measures: Sequence[Measure],
    surveys: Iterable[Survey],
    complaints: Deadline,
) -> Figures:
    """Return the figures of a period's measures, and of the answers given in it."""
    calls = [call for measure in measures for call in measure.calls]
    lined = [call for call in calls if call.reason]
    connected = [call for call in lined if call.connected]
    asked = [measure for measure in measures if measure.asked]
    scores = [survey.score for survey in surveys]
    return Figures(
        conversations=len(measures),
        connection=share(call.connected for call in lined),
        waiting=spread([call.waited for call in connected]),
        response=spread([call.response for call in calls if call.response is not None]),
        handling=spread([call.handling for call in calls if call.connected]),
        resolution=share(measure.settled for measure in asked),
        containment=share(measure.contained for measure in asked),
        notices=Share(sum(one.warned for one in measures), sum(one.about for one in measures)),
        reasons=_reasons(lined),
        satisfaction=mean(scores),
        content=share(score >= CONTENT for score in scores),
        complaints=complaints,
        loads=_loads(measures),
    )


def deadline(
    tickets: Iterable[Ticket], deadlines: Deadlines, period: Period, now: datetime
) -> Deadline:
    """Return how complaints stand to their deadlines."""
    each = list(tickets)
    replied = [
        ticket
        for ticket in each
        if ticket.status is Status.REPLIED
        and ticket.clock.ended
        and period.holds(ticket.clock.ended)
    ]
    running = [ticket for ticket in each if ticket.running]
    return Deadline(
        share(not ticket.clock.late(deadlines, now) for ticket in replied),
        len(running),
        sum(ticket.clock.late(deadlines, now) for ticket in running),
    )


def _reasons(calls: Iterable[Call]) -> dict[str, int]:
    """Return how often each reason called for a person, the most frequent first."""
    counted = Counter(call.reason for call in calls)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _loads(measures: Iterable[Measure]) -> list[Load]:
    """Return each agent's work, by login."""
    holds: dict[str, list[Hold]] = {}
    served: dict[str, set[str]] = {}
    for measure in measures:
        for call in measure.calls:
            for hold in call.holds:
                holds.setdefault(hold.agent, []).append(hold)
                served.setdefault(hold.agent, set()).add(measure.conversation)
    return [
        Load(
            agent,
            len(served[agent]),
            sum((hold.span for hold in held), timedelta(0)),
            _at_once(held),
        )
        for agent, held in sorted(holds.items())
    ]


def _at_once(holds: Iterable[Hold]) -> int:
    """Return how many were held at once at most; one that ends as another begins is over."""
    steps = sorted(
        step
        for hold in holds
        if hold.start < hold.end
        for step in ((hold.start, 1), (hold.end, -1))
    )
    most = now = 0
    for _, change in steps:
        now += change
        most = max(most, now)
    return most
