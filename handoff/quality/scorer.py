"""Holds a conversation against the standard. Pure: the same archive gives the same verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.archive import Archived
from conversation.errors import Finding
from conversation.message import Message
from handoff.figures.measure import Due, coverage, measured
from handoff.quality.inspection import Inspection, Line, Verdict
from handoff.quality.scene import Scene
from handoff.quality.standard import (
    Avoids,
    CleanWording,
    FirstResponse,
    Item,
    NoticesFirst,
    Responses,
    Says,
    Standard,
    When,
)

_Found = tuple[bool, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Scorer:
    """`due` tells which notices a text needs, `wording` what is prohibited in it."""

    standard: Standard
    due: Due
    wording: Callable[[str], Sequence[Finding]]

    def inspect(self, archived: Archived, at: datetime) -> Inspection:
        """Return what the standard says of a conversation; items that do not apply are left out."""
        scene = Scene.of(archived)
        verdicts = [
            Verdict(item.id, item.points, *self._found(item, scene))
            for item in self.standard.items
            if _applies(item.when, scene)
        ]
        return Inspection(
            archived.id,
            archived.customer.key,
            scene.agent,
            archived.closed_at,
            at,
            self.standard.version,
            tuple(verdicts),
            measured(archived, self.due),
        )

    def _found(self, item: Item, scene: Scene) -> _Found:
        match item:
            case Says():
                return _says(item, scene)
            case Avoids():
                return _avoids(item, scene)
            case FirstResponse():
                return _first_response(item, scene)
            case Responses():
                return _responses(item, scene)
            case NoticesFirst():
                return self._notices(scene)
            case CleanWording():
                return self._wording(scene)

    def _notices(self, scene: Scene) -> _Found:
        lacking = coverage(scene.archived, self.due).lacking
        lines = tuple(
            Line(one.message.id, "lacking", "、".join(sorted(one.categories))) for one in lacking
        )
        return not lines, lines

    def _wording(self, scene: Scene) -> _Found:
        lines = tuple(
            Line(entry.id, "said", finding.rule)
            for entry in scene.house
            if not entry.notice
            for finding in self.wording(entry.text)
            if finding.rule not in entry.released
        )
        return not lines, lines


def _applies(when: When, scene: Scene) -> bool:
    return (
        (not when.agent or bool(scene.agent))
        and (not when.ended_by_agent or scene.ended_by_agent)
        and (not when.reasons or scene.calls_for(when.reasons))
    )


def _says(item: Says, scene: Scene) -> _Found:
    spoken = scene.said if item.who == "agent" else scene.house
    if item.place == "first":
        spoken = spoken[: item.within]
    elif item.place == "last":
        spoken = spoken[-item.within :]
    for entry in spoken:
        if word := _word(item.any, entry):
            return True, (Line(entry.id, "", word),)
    if not spoken:
        return False, (Line("", "silent"),)
    return False, tuple(Line(entry.id, "missing") for entry in spoken[:3])


def _avoids(item: Avoids, scene: Scene) -> _Found:
    found = ((entry, _word(item.any, entry)) for entry in scene.said)
    lines = tuple(Line(entry.id, "said", word) for entry, word in found if word)
    return not lines, lines


def _first_response(item: FirstResponse, scene: Scene) -> _Found:
    lines = tuple(
        Line(first.id if first else "", "slow" if first else "silent", _seconds(span))
        for _, first, span in scene.first_waits()
        if span > timedelta(seconds=item.seconds)
    )
    return not lines, lines


def _responses(item: Responses, scene: Scene) -> _Found:
    waits = list(scene.waits())
    slow = [wait for wait in waits if wait.span > timedelta(seconds=item.seconds)]
    lines = tuple(Line(wait.message.id, "slow", _seconds(wait.span)) for wait in slow)
    in_time = len(waits) - len(slow)
    return not waits or in_time / len(waits) >= item.share, lines


def _word(words: Sequence[str], entry: Message) -> str:
    """Return the first of the words that stands in a message or on one of its buttons."""
    shown = " ".join((entry.text, *(option.label for option in entry.options)))
    return next((word for word in words if word in shown), "")


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.0f} 秒"
