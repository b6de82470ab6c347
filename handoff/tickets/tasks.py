"""What has to be done afterwards: call-backs, follow-up, improvements, findings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handoff.tickets.errors import NotAllowed, SamePerson


class TaskKind(StrEnum):
    """Improvements and findings are verified by another person; the others end when done."""

    CALLBACK = "callback"
    FOLLOW_UP = "follow_up"
    IMPROVEMENT = "improvement"
    FINDING = "finding"


class TaskState(StrEnum):
    """`open → done`, and on to verified where that is asked; back to open when it fails."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"


_VERIFIED = frozenset({TaskKind.IMPROVEMENT, TaskKind.FINDING})


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, until `due`.

    `origin` names what asked for it: the same origin asks once. `subject` is a ticket's number
    or a conversation; `customer_key` is empty when no customer is concerned. `owner` is a login,
    empty while nobody has it. Texts are redacted.
    """

    id: str
    kind: TaskKind
    origin: str
    subject: str
    what: str
    due: datetime
    by: str
    at: datetime
    customer_key: str = ""
    owner: str = ""
    state: TaskState = TaskState.OPEN
    done_by: str = ""
    result: str = ""
    verified_by: str = ""
    version: int = 1

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        verified = self.kind in _VERIFIED
        return self.state is (TaskState.VERIFIED if verified else TaskState.DONE)

    def late(self, now: datetime) -> bool:
        """Return whether it should have been done."""
        return self.state is TaskState.OPEN and now >= self.due

    def described(self, what: str) -> Task:
        """Return it with other words; raises `NotAllowed` unless it is open."""
        self._must_be(TaskState.OPEN)
        return self._next(what=what)

    def given(self, owner: str) -> Task:
        """Return it with an owner; raises `NotAllowed` unless it is open."""
        self._must_be(TaskState.OPEN)
        return self._next(owner=owner)

    def done(self, by: str, result: str) -> Task:
        """Return it done; raises `NotAllowed`, ValueError without a result."""
        self._must_be(TaskState.OPEN)
        if not result.strip():
            raise ValueError("what came of it is needed")
        return self._next(state=TaskState.DONE, done_by=by, result=result.strip())

    def verified(self, by: str, *, holds: bool) -> Task:
        """Return it verified, or open again; raises `SamePerson` for who did it."""
        self._must_be(TaskState.DONE)
        if self.kind not in _VERIFIED:
            raise NotAllowed
        if by == self.done_by:
            raise SamePerson
        if holds:
            return self._next(state=TaskState.VERIFIED, verified_by=by)
        return self._next(state=TaskState.OPEN, done_by="")

    def _must_be(self, state: TaskState) -> None:
        if self.state is not state:
            raise NotAllowed

    def _next(self, **changes: str) -> Task:
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]


class TaskStore(Protocol):
    """Blocking; every method is one transaction. Raises `TicketsUnavailable`."""

    def add(self, task: Task) -> Task:
        """Keep a task; returns the one of the same origin when there is one."""

    def put(self, task: Task) -> None:
        """Keep a task's next version; raises `TicketChanged` when it is not the next."""

    def get(self, identifier: str) -> Task | None:
        """Return a task."""

    def find(
        self,
        states: Collection[TaskState] = (),
        *,
        owner: str | None = None,
        customer_key: str | None = None,
    ) -> list[Task]:
        """Return tasks, the soonest due first; of all states when none is given."""

    def remove(self, identifiers: Collection[str]) -> int:
        """Delete tasks; returns how many there were."""
