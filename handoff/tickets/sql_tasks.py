"""`TaskStore` and `SurveyStore` in SQL: SQLite (WAL) or PostgreSQL, by SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff.tickets.errors import TicketChanged
from handoff.tickets.sql_store import moment, reachable
from handoff.tickets.sql_tables import surveys, tasks
from handoff.tickets.surveys import Survey
from handoff.tickets.tasks import Task, TaskKind, TaskState


class _Sql:
    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert


class SqlTasks(_Sql):
    """Tasks in the table of `sql_tables`."""

    def add(self, task: Task) -> Task:
        """See `TaskStore.add`."""
        values = _values(task)
        fresh = self._insert(tasks).values(values)
        held = sa.select(tasks).where(tasks.c.origin == task.origin)
        with reachable(), self._engine.begin() as connection:
            connection.execute(fresh.on_conflict_do_nothing(index_elements=[tasks.c.origin]))
            return _task(connection.execute(held).mappings().one())

    def put(self, task: Task) -> None:
        """See `TaskStore.put`."""
        change = (
            sa.update(tasks)
            .where(tasks.c.id == task.id, tasks.c.version == task.version - 1)
            .values(_values(task))
        )
        with reachable(), self._engine.begin() as connection:
            if connection.execute(change).rowcount != 1:
                raise TicketChanged

    def get(self, identifier: str) -> Task | None:
        """See `TaskStore.get`."""
        query = sa.select(tasks).where(tasks.c.id == identifier)
        with reachable(), self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _task(row) if row else None

    def find(
        self,
        states: Collection[TaskState] = (),
        *,
        owner: str | None = None,
        customer_key: str | None = None,
    ) -> list[Task]:
        """See `TaskStore.find`."""
        query = sa.select(tasks).order_by(tasks.c.due, tasks.c.id)
        if states:
            query = query.where(tasks.c.state.in_([state.value for state in states]))
        if owner is not None:
            query = query.where(tasks.c.owner == owner)
        if customer_key is not None:
            query = query.where(tasks.c.customer_key == customer_key)
        with reachable(), self._engine.connect() as connection:
            return [_task(row) for row in connection.execute(query).mappings()]

    def remove(self, identifiers: Collection[str]) -> int:
        """See `TaskStore.remove`."""
        gone = sa.delete(tasks).where(tasks.c.id.in_(identifiers))
        with reachable(), self._engine.begin() as connection:
            return connection.execute(gone).rowcount


class SqlSurveys(_Sql):
    """Answers in the table of `sql_tables`."""

    def put(self, survey: Survey) -> Survey:
        """See `SurveyStore.put`."""
        values = asdict(survey) | {"at": moment(survey.at)}
        fresh = self._insert(surveys).values(values)
        held = sa.select(surveys).where(surveys.c.conversation == survey.conversation)
        with reachable(), self._engine.begin() as connection:
            connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[surveys.c.conversation],
                    set_={"comment": fresh.excluded.comment},
                    where=surveys.c.comment == "",
                )
            )
            return _survey(connection.execute(held).mappings().one())

    def since(self, at: datetime) -> list[Survey]:
        """See `SurveyStore.since`."""
        return self._find(surveys.c.at >= moment(at))

    def of_customer(self, customer_key: str) -> list[Survey]:
        """See `SurveyStore.of_customer`."""
        return self._find(surveys.c.customer_key == customer_key)

    def _find(self, which: sa.ColumnElement[bool]) -> list[Survey]:
        query = sa.select(surveys).where(which).order_by(surveys.c.at, surveys.c.conversation)
        with reachable(), self._engine.connect() as connection:
            return [_survey(row) for row in connection.execute(query).mappings()]

    def remove(self, conversations: Collection[str]) -> int:
        """See `SurveyStore.remove`."""
        gone = sa.delete(surveys).where(surveys.c.conversation.in_(conversations))
        with reachable(), self._engine.begin() as connection:
            return connection.execute(gone).rowcount


def _values(task: Task) -> dict[str, Any]:
    plain = asdict(task)
    codes = {"kind": task.kind.value, "state": task.state.value}
    return plain | codes | {"due": moment(task.due), "at": moment(task.at)}


def _task(row: sa.RowMapping) -> Task:
    values = dict(row)
    for name in ("due", "at"):
        values[name] = datetime.fromisoformat(values[name])
    return Task(**values | {"kind": TaskKind(row["kind"]), "state": TaskState(row["state"])})


def _survey(row: sa.RowMapping) -> Survey:
    return Survey(**dict(row) | {"at": datetime.fromisoformat(row["at"])})
