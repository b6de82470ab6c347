"""What can happen to a ticket. Events are never changed; a ticket is what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

SYSTEM = "system"
"""Who acts when nobody does: the sweep, and the handoff that opens a ticket."""


class Kind(StrEnum):
    """Each with the keys of its `data`."""

    OPENED = "opened"
    """An intake's fields."""
    DESCRIBED = "described"
    """Those of an intake's fields that changed."""
    ASSIGNED = "assigned"
    """handler: a login."""
    COMPLEX = "complex"
    """why."""
    EXTENSION_ASKED = "extension_asked"
    """why."""
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    """why."""
    EXTENSION_TOLD = "extension_told"
    """how: the customer was told, and by which way."""
    PAUSED = "paused"
    """why: which appraisal is waited for."""
    RESUMED = "resumed"
    REPEATED = "repeated"
    """conversation, and number when a ticket was merged into this one."""
    NEW_FACTS = "new_facts"
    """facts."""
    WITHDRAWN = "withdrawn"
    """why."""
    MERGED = "merged"
    """into: the number of the ticket that goes on."""
    REPLIED = "replied"
    """parts: part id → text."""
    REMINDED = "reminded"
    """days: before the deadline; due: ISO 8601; to: handler or supervisor."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, when (aware), and who (a login, or `SYSTEM`) did it."""

    kind: Kind
    at: datetime
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)
