"""The contracts of `TaskStore` and `SurveyStore`, in memory and in SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handoff.tickets.errors import TicketChanged
from handoff.tickets.memory_tasks import MemorySurveys, MemoryTasks
from handoff.tickets.sql_tasks import SqlSurveys, SqlTasks
from handoff.tickets.surveys import Survey, SurveyStore
from handoff.tickets.tasks import Task, TaskKind, TaskState, TaskStore
from tests.unit.handoff.tickets.people import KEY, NOON

DAY = timedelta(days=1)
TASK = Task("t1", TaskKind.FINDING, "o1", "TS1", "补齐话术", NOON + DAY, "gu", NOON, KEY, "qin")


@pytest.fixture
def tasks(engine: sa.Engine | None) -> TaskStore:
    return SqlTasks(engine) if engine else MemoryTasks()


@pytest.fixture
def surveys(engine: sa.Engine | None) -> SurveyStore:
    return SqlSurveys(engine) if engine else MemorySurveys()


def test_an_origin_asks_once(tasks: TaskStore) -> None:
    assert tasks.add(TASK) == TASK
    assert tasks.add(replace(TASK, id="t2", what="另一件")) == TASK
    assert tasks.get("t1") == TASK
    assert tasks.get("t2") is None


def test_an_origin_that_asks_many_times_at_once_asks_once(tasks: TaskStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        kept = list(threads.map(lambda n: tasks.add(replace(TASK, id=f"t{n}")).id, range(8)))
    assert len(set(kept)) == 1


def test_whoever_is_second_is_told(tasks: TaskStore) -> None:
    tasks.add(TASK)
    done = TASK.done("qin", "已补齐")
    tasks.put(done)
    assert tasks.get("t1") == done
    for stale in (TASK.given("tao"), done, replace(done, id="t9", version=3)):
        with pytest.raises(TicketChanged):
            tasks.put(stale)


def test_they_are_found_the_soonest_due_first(tasks: TaskStore) -> None:
    later = tasks.add(replace(TASK, id="t2", origin="o2", due=NOON + 2 * DAY, owner=""))
    tasks.add(TASK)
    other = tasks.add(replace(TASK, id="t3", origin="o3", due=NOON + 3 * DAY, customer_key=""))
    assert tasks.find() == [TASK, later, other]
    assert tasks.find(owner="") == [later]
    assert tasks.find(customer_key=KEY) == [TASK, later]
    tasks.put(later.done("gu", "好"))
    assert tasks.find([TaskState.OPEN]) == [TASK, other]
    assert [task.id for task in tasks.find([TaskState.OPEN, TaskState.DONE])] == ["t1", "t2", "t3"]


def test_removed_tasks_are_gone(tasks: TaskStore) -> None:
    tasks.add(TASK)
    other = tasks.add(replace(TASK, id="t3", origin="o3", customer_key=""))
    assert tasks.remove([]) == 0
    assert tasks.remove(["t1", "none"]) == 1
    assert tasks.find() == [other]


def test_the_first_answer_about_a_conversation_stays(surveys: SurveyStore) -> None:
    first = Survey(f"{KEY}-1", KEY, 5, "很好", NOON)
    assert surveys.put(first) == first
    assert surveys.put(replace(first, score=1, comment="差")) == first
    later = surveys.put(Survey("b-1", "b", 2, "", NOON + DAY))
    assert surveys.since(NOON) == [first, later]
    assert surveys.since(NOON + DAY) == [later]
    assert surveys.of_customer(KEY) == [first]


def test_a_comment_may_follow_its_score(surveys: SurveyStore) -> None:
    first = surveys.put(Survey(f"{KEY}-1", KEY, 2, "", NOON))
    later = surveys.put(replace(first, score=5, comment="等太久", at=NOON + DAY))
    assert later == replace(first, comment="等太久")
    assert surveys.put(replace(first, comment="还有")) == later
    assert surveys.of_customer(KEY) == [later]


def test_removed_answers_are_gone(surveys: SurveyStore) -> None:
    surveys.put(Survey(f"{KEY}-1", KEY, 5, "很好", NOON))
    assert surveys.remove([]) == 0
    assert surveys.remove([f"{KEY}-1", "none"]) == 1
    assert surveys.of_customer(KEY) == []
