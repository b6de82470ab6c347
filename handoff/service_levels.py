"""How long a customer may wait, from `data/service_levels.yml`."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parent / "data" / "service_levels.yml"


class Wait(StrEnum):
    """How a wait stands to its target."""

    WITHIN = "within"
    PRESSING = "pressing"
    BREACHED = "breached"


class ServiceLevels(BaseModel):
    """Target times; a priority that the file forgot has `otherwise_seconds`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    pickup_seconds: dict[int, int]
    otherwise_seconds: int = Field(gt=0)
    reply_seconds: int = Field(gt=0)
    pressing_share: float = Field(gt=0, le=1)

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> ServiceLevels:
        """Read a file of target times; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error

    def target(self, priority: int) -> timedelta:
        """Return within what time a customer of a priority is to be picked up."""
        return timedelta(seconds=self.pickup_seconds.get(priority, self.otherwise_seconds))

    def of(self, priority: int, waited: timedelta) -> Wait:
        """Return how a wait stands to its target."""
        return self._against(self.target(priority), waited)

    def of_reply(self, waited: timedelta) -> Wait:
        """Return how the wait for an agent's answer stands to its target."""
        return self._against(timedelta(seconds=self.reply_seconds), waited)

    def _against(self, target: timedelta, waited: timedelta) -> Wait:
        if waited > target:
            return Wait.BREACHED
        return Wait.PRESSING if waited > target * self.pressing_share else Wait.WITHIN
