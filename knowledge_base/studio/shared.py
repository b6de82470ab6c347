"""What the tabs of this process share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge_base.studio.jobs import Jobs
from knowledge_base.studio.presence import Presence
from knowledge_base.studio.unsaved import Unsaved


@dataclass(frozen=True, slots=True)
class Shared:
    """One per process."""

    categories: Mapping[str, str]
    """Product category → its Chinese name."""
    presence: Presence = field(default_factory=Presence)
    unsaved: Unsaved = field(default_factory=Unsaved)
    jobs: Jobs = field(default_factory=Jobs)
