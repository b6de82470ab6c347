"""Long work: one job of a name, what it says, what becomes of it when its tab is closed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from knowledge_base.studio.jobs import Job, Jobs, Progress


async def ended(job: Job) -> None:
    """Wait until a job is over: its task is the only other one of the loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    async with asyncio.timeout(10):
        await asyncio.gather(*others)
    assert job.over


async def test_a_job_says_how_far_it_is_and_never_goes_back() -> None:
    parts: list[float] = []

    def work(progress: Progress) -> str:
        for part in (0.5, 0.2, 3.0):
            progress(part, f"step {part}")
            parts.append(job.part)
        return "done"

    jobs = Jobs()
    job = jobs.start("publish", "zhao", work)
    await ended(job)
    assert parts == [0.5, 0.5, 1.0]
    assert (job.result, job.error, job.doing) == ("done", None, "step 3.0")


async def test_a_second_start_joins_the_first() -> None:
    jobs, go = Jobs(), threading.Event()
    first = jobs.start("publish", "zhao", lambda _: go.wait(10))
    assert jobs.start("publish", "chen", lambda _: pytest.fail("it ran twice")) is first
    jobs.forget("publish")
    assert jobs.get("publish") is first
    go.set()
    await ended(first)
    jobs.forget("publish")
    assert jobs.get("publish") is None


async def test_an_error_is_kept_for_who_watches() -> None:
    def work(_: Progress) -> None:
        raise OSError("no space left")

    jobs = Jobs()
    job = jobs.start("import", "li", work)
    await ended(job)
    assert str(job.error) == "no space left"
    assert jobs.start("import", "li", lambda _: None) is not job


async def test_the_result_of_a_closed_tab_is_dropped_when_it_is_over() -> None:
    jobs, go = Jobs(), threading.Event()
    job = jobs.start("import 1", "li", lambda _: go.wait(10))
    jobs.abandon("import 1")
    assert jobs.get("import 1") is job
    go.set()
    await ended(job)
    assert job.result is True
    assert jobs.get("import 1") is None
    again = jobs.start("import 1", "li", lambda _: "kept")
    await ended(again)
    assert jobs.get("import 1") is again
