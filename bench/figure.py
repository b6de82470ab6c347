"""A line of a table of results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, the value with its unit, and what it should be."""

    name: str
    value: str
    goal: str
