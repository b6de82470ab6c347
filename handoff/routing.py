"""Reason and subject → priority and group, from `data/routing.yml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from handoff.aging import Aging
from handoff.errors import BadContent
from handoff.opening_hours import DEFAULT_PATH as HOURS_PATH
from handoff.opening_hours import OpeningHours
from handoff.queue import PRIORITIES
from handoff.subjects import subjects_of

if TYPE_CHECKING:
    from conversation.conversation import Conversation
    from handoff.accounts import Account
    from handoff.agents import Agent

DEFAULT_PATH = Path(__file__).parent / "data" / "routing.yml"


class Target(BaseModel):
    """Where a conversation waits: priority 1 is the most urgent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priority: int = Field(ge=1, le=PRIORITIES)
    group: str
    by_subject: bool = False
    """Whether a group that is skilled in what the conversation is about comes first."""


class Group(BaseModel):
    """A group of agents: they pull customers, or are pushed one and accept within some time.

    `skills` are the product categories it is there for. Who serves it needs the qualification
    it `requires`. Its customers go to the fallback group when nobody who may serve them has
    been at the desk for `unmanned_seconds` of its opening hours; without that they wait.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    assignment: Literal["pull", "push"] = "pull"
    accept_seconds: int = Field(20, gt=0)
    skills: frozenset[str] = frozenset()
    requires: str = ""
    unmanned_seconds: int | None = Field(None, ge=0)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    qualifications: dict[str, str]
    groups: list[Group] = Field(min_length=1)
    aging: Aging
    fallback: Target
    unmanned_note: str
    reasons: dict[str, Target]

    @model_validator(mode="after")
    def _known(self) -> Self:
        groups = {group.id: group for group in self.groups}
        if self.fallback.group not in groups:
            message = f"fallback.group: there is no group {self.fallback.group!r}"
            raise ValueError(message)
        if groups[self.fallback.group].requires:
            message = "fallback.group: the group that takes everybody requires no qualification"
            raise ValueError(message)
        needed = {group.requires for group in self.groups if group.requires}
        if unknown := sorted(needed - self.qualifications.keys()):
            message = f"groups.requires: there are no qualifications {unknown}"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class Routing:
    """The routing table; total: every reason has a target, whatever the file forgot."""

    groups: dict[str, Group]
    fallback: Target
    reasons: dict[str, Target]
    aging: Aging
    hours: OpeningHours
    qualifications: dict[str, str]
    """Kind → name for people."""
    unmanned_note: str
    """What staff read in a conversation that its own group could not serve; `{group}`."""
    pushed: dict[str, timedelta] = field(default_factory=dict)
    """Groups whose customers are offered to agents → how long an offer stands."""

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH, hours: Path | None = None) -> Routing:
        """Read a routing file, and one of hours; raises `BadContent` naming file and field."""
        try:
            file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error
        return cls(
            {group.id: group for group in file.groups},
            file.fallback,
            file.reasons,
            file.aging,
            OpeningHours.load(hours or HOURS_PATH),
            file.qualifications,
            file.unmanned_note,
            _pushed(file.groups),
        )

    def of(self, conversation: Conversation) -> Target:
        """Return where a conversation waits that asks for a person."""
        handoff = conversation.handoff
        reason = handoff.reason.value if handoff else ""
        return self.target(reason, subjects_of(conversation))

    def target(self, reason: str, subjects: Collection[str] = ()) -> Target:
        """Return where a reason waits, about these product categories.

        A missing group must never lose a handoff: its conversations wait in the fallback
        group, with the priority their reason has.
        """
        target = self.reasons.get(reason, self.fallback)
        group = self._skilled(subjects) if target.by_subject and subjects else None
        group = group or target.group
        if group not in self.groups:
            group = self.fallback.group
        if group == target.group:
            return target
        return Target(priority=target.priority, group=group)

    def _skilled(self, subjects: Collection[str]) -> str | None:
        skilled = (one.id for one in self.groups.values() if not one.skills.isdisjoint(subjects))
        return next(skilled, None)

    def barred(self, account: Account, moment: datetime) -> frozenset[str]:
        """Return the groups that an account may not serve, for want of a valid qualification."""
        day = moment.astimezone(ZoneInfo(self.hours.zone)).date()
        return frozenset(
            group.id
            for group in self.groups.values()
            if group.requires and not account.qualified(group.requires, day)
        )

    def serves(self, agent: Agent, group: str) -> bool:
        """Return whether an agent at the desk belongs to a group and may serve it."""
        return group in (agent.groups or {self.fallback.group}) and group not in agent.barred

    @property
    def falling(self) -> Mapping[str, timedelta]:
        """Groups whose customers go to the fallback group → after how long without anybody."""
        return {
            group.id: timedelta(seconds=group.unmanned_seconds)
            for group in self.groups.values()
            if group.unmanned_seconds is not None
        }

    def group_name(self, group: str) -> str:
        """Return the group's name for people, the id when it has none."""
        return self.groups[group].name if group in self.groups else group


def _pushed(groups: list[Group]) -> dict[str, timedelta]:
    return {
        group.id: timedelta(seconds=group.accept_seconds)
        for group in groups
        if group.assignment == "push"
    }
