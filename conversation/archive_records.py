"""The archive as rights and retention see it: everything that is held, stored-only ones included.

A conversation is *stored only* when the law keeps what its customer wants deleted: it is in no list
and no search any more, no agent reads it, nothing is learnt from it. It can be read here, for
evidence and for the customer's own export, until its time is over.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.archive import Archived


@dataclass(frozen=True, slots=True)
class Kept:
    """An archived conversation as far as keeping it is concerned.

    `complaint` when any of its turns was a complaint; `restricted` when it is stored only.
    """

    id: str
    customer_key: str
    closed_at: datetime
    complaint: bool
    restricted: bool


class ArchiveRecords(Protocol):
    """What is kept, and how it ends; for threads, never for the event loop.

    Raises `ArchiveUnavailable` when what is behind does not answer. Every call is safe to repeat.
    """

    def of_customer(self, customer_key: str) -> list[Kept]:
        """Return all of a customer's conversations, the first closed first."""

    def closed_before(self, at: datetime, *, complaint: bool, restricted: bool) -> list[Kept]:
        """Return what was closed before a moment and is (not) of these, the first closed first."""

    def read(self, conversation_id: str) -> Archived | None:
        """Return a conversation with its log, stored only or not."""

    def restrict(self, conversation_ids: Collection[str], at: datetime) -> None:
        """Make conversations stored only; archiving one again does not undo it."""

    def delete(self, conversation_ids: Collection[str]) -> None:
        """Remove conversations whole."""
