"""Reason → priority and group, from `data/routing.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.aging import Aging
from handoff.errors import BadContent
from handoff.opening_hours import OpeningHours
from handoff.queue import PRIORITIES

DEFAULT_PATH = Path(__file__).parent / "data" / "routing.yml"


class Target(BaseModel):
    """Where a conversation waits: priority 1 is the most urgent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priority: int = Field(ge=1, le=PRIORITIES)
    group: str


class Group(BaseModel):
    """A group of agents: they pull customers, or are pushed one and accept within some time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    assignment: Literal["pull", "push"] = "pull"
    accept_seconds: int = Field(20, gt=0)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    groups: list[Group] = Field(min_length=1)
    aging: Aging
    fallback: Target
    reasons: dict[str, Target]


@dataclass(frozen=True, slots=True)
class Routing:
    """The routing table; total: every reason has a target, whatever the file forgot."""

    groups: dict[str, str]
    fallback: Target
    reasons: dict[str, Target]
    aging: Aging
    hours: OpeningHours
    pushed: dict[str, timedelta] = field(default_factory=dict)
    """Groups whose customers are offered to agents → how long an offer stands."""

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Routing:
        """Read a routing file, and the hours; raises `BadContent` naming file and field."""
        try:
            file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error
        groups = {group.id: group.name for group in file.groups}
        if file.fallback.group not in groups:
            message = f"{path}: fallback.group: there is no group {file.fallback.group!r}"
            raise BadContent(message)
        pushed = {
            group.id: timedelta(seconds=group.accept_seconds)
            for group in file.groups
            if group.assignment == "push"
        }
        return cls(groups, file.fallback, file.reasons, file.aging, OpeningHours.load(), pushed)

    def target(self, reason: str) -> Target:
        """Return where a reason waits.

        A missing group must never lose a handoff: its conversations wait in the fallback
        group, with the priority their reason has.
        """
        target = self.reasons.get(reason, self.fallback)
        if target.group in self.groups:
            return target
        return Target(priority=target.priority, group=self.fallback.group)

    def group_name(self, group: str) -> str:
        """Return the group's name for people, the id when it has none."""
        return self.groups.get(group, group)
