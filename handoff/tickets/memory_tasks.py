"""`TaskStore` and `SurveyStore` in dictionaries: the doubles."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from handoff.tickets.errors import TicketChanged
from handoff.tickets.surveys import Survey
from handoff.tickets.tasks import Task, TaskState


class MemoryTasks:
    """Tasks that are gone with the process."""

    def __init__(self) -> None:
        """Start without any."""
        self._tasks: dict[str, Task] = {}
        self._alone = threading.Lock()

    def add(self, task: Task) -> Task:
        """See `TaskStore.add`."""
        with self._alone:
            same = (held for held in self._tasks.values() if held.origin == task.origin)
            return next(same, None) or self._tasks.setdefault(task.id, task)

    def put(self, task: Task) -> None:
        """See `TaskStore.put`."""
        with self._alone:
            held = self._tasks.get(task.id)
            if held is None or held.version != task.version - 1:
                raise TicketChanged
            self._tasks[task.id] = task

    def get(self, identifier: str) -> Task | None:
        """See `TaskStore.get`."""
        return self._tasks.get(identifier)

    def find(
        self,
        states: Collection[TaskState] = (),
        *,
        owner: str | None = None,
        customer_key: str | None = None,
    ) -> list[Task]:
        """See `TaskStore.find`."""
        found = [
            task
            for task in self._tasks.values()
            if (not states or task.state in states)
            and owner in {None, task.owner}
            and customer_key in {None, task.customer_key}
        ]
        return sorted(found, key=lambda task: (task.due, task.id))

    def remove(self, identifiers: Collection[str]) -> int:
        """See `TaskStore.remove`."""
        return sum(self._tasks.pop(each, None) is not None for each in identifiers)


class MemorySurveys:
    """Answers that are gone with the process."""

    def __init__(self) -> None:
        """Start without any."""
        self._surveys: dict[str, Survey] = {}

    def put(self, survey: Survey) -> Survey:
        """See `SurveyStore.put`."""
        kept = self._surveys.setdefault(survey.conversation, survey)
        if not kept.comment:
            kept = self._surveys[survey.conversation] = replace(kept, comment=survey.comment)
        return kept

    def since(self, at: datetime) -> list[Survey]:
        """See `SurveyStore.since`."""
        return self._sorted(survey for survey in self._surveys.values() if survey.at >= at)

    def of_customer(self, customer_key: str) -> list[Survey]:
        """See `SurveyStore.of_customer`."""
        each = self._surveys.values()
        return self._sorted(survey for survey in each if survey.customer_key == customer_key)

    def remove(self, conversations: Collection[str]) -> int:
        """See `SurveyStore.remove`."""
        return sum(self._surveys.pop(each, None) is not None for each in conversations)

    @staticmethod
    def _sorted(surveys: Iterable[Survey]) -> list[Survey]:
        return sorted(surveys, key=lambda survey: (survey.at, survey.conversation))
