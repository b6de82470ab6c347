"""Preparing, releasing, rolling back; the net of checks; deeds that a crash cut off."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from knowledge_base.catalogue.errors import EditConflict, NotAllowed, ReasonNeeded
from knowledge_base.catalogue.revision import Kind, State
from knowledge_base.errors import BuildFailed, NothingToRollBack, SnapshotDamaged
from knowledge_base.publication.errors import CandidateStale, GotWorse
from knowledge_base.publication.regression import Check, Must
from knowledge_base.publication.schedule import Waiting
from knowledge_base.retrieval.snapshot import read_pointer
from tests.integration.knowledge_base.publication.bench import TODAY, WU, ZHOU, Bench

MARS = Check(Must.REFUSE, "银行卡丢了怎么办")
"""Can never be met: it is an article's own wording."""


def body(bench: Bench, article: str = "card-loss") -> str:
    return bench.searcher().article(article, at=TODAY).body


def test_a_publication_serves_marks_announces_and_is_recorded(bench: Bench) -> None:
    first = bench.first()
    bench.approved("card-loss", body="新办法。")
    candidate = bench.publisher.prepare(TODAY)
    assert read_pointer(bench.root).snapshot == first == candidate.base
    assert candidate.changed == ("card-loss",)
    publication = bench.publisher.release(candidate, WU)
    assert (publication.number, publication.by, publication.changed) == (2, "wu", ("card-loss",))
    assert body(bench) == "新办法。"
    assert bench.catalogue.item(Kind.ARTICLE, "card-loss").latest.state is State.PUBLISHED
    assert bench.announcer.announced == [first, candidate.snapshot]
    assert len(bench.trail.details("catalogue.published")) == 2


def test_only_a_reviewer_publishes_and_rolls_back(bench: Bench) -> None:
    candidate = bench.publisher.prepare(TODAY)
    with pytest.raises(NotAllowed):
        bench.publisher.release(candidate, ZHOU)
    with pytest.raises(NotAllowed):
        bench.publisher.roll_back(ZHOU, why="x")
    assert bench.catalogue.publications() == []


def test_what_got_worse_stops_it_until_a_reviewer_gives_a_reason(bench: Bench) -> None:
    first = bench.first()
    bench.approved("card-loss", body="新办法。")
    publisher = bench.publish_with([MARS])
    candidate = publisher.prepare(TODAY)
    with pytest.raises(GotWorse) as caught:
        publisher.release(candidate, WU, "  ")
    assert [one.check for one in caught.value.report.worse] == [MARS]
    assert "银行卡丢了怎么办" in str(caught.value)
    assert read_pointer(bench.root).snapshot == first
    publication = publisher.release(candidate, WU, "已核对")
    assert publication.override == "已核对"
    assert publication.worse == candidate.report.worse_in_words
    assert bench.trail.details("publication.overridden")[0]["why"] == "已核对"


def test_a_held_out_question_that_is_lost_is_worse(bench: Bench) -> None:
    bench.approved("card-loss", checks=["钱包和卡一起被偷走了"], questions=["钱包和卡被偷走了"])
    bench.again()
    bench.approved("card-loss", title="怎么看黄金行情？", questions=["金价走势在哪看"])
    candidate = bench.publisher.prepare(TODAY)
    assert [one.check.text for one in candidate.report.worse] == ["钱包和卡一起被偷走了"]


def test_a_failed_build_leaves_the_old_one_serving(bench: Bench) -> None:
    first = bench.first()
    for item in bench.catalogue.items():
        bench.catalogue.archive(WU, Kind.ARTICLE, item.id, "停用")
    with pytest.raises(BuildFailed):
        bench.publisher.prepare(TODAY)
    assert read_pointer(bench.root).snapshot == first
    assert bench.searcher().snapshot.name == first


def test_a_damaged_candidate_leaves_everything_as_it_is(bench: Bench) -> None:
    first = bench.first()
    bench.approved("card-loss", body="新办法。")
    candidate = bench.publisher.prepare(TODAY)
    (bench.root / "snapshots" / candidate.snapshot / "articles.json").write_text("[]")
    with pytest.raises(SnapshotDamaged):
        bench.publisher.release(candidate, WU)
    assert read_pointer(bench.root).snapshot == first
    assert len(bench.catalogue.publications()) == 1


def test_an_approval_taken_back_is_not_published(bench: Bench) -> None:
    first = bench.first()
    approved = bench.approved("card-loss", body="新办法。")
    candidate = bench.publisher.prepare(TODAY)
    bench.catalogue.withdraw(ZHOU, approved)
    with pytest.raises(EditConflict):
        bench.publisher.release(candidate, WU)
    assert read_pointer(bench.root).snapshot == first


def test_a_candidate_compared_with_something_older_is_stale(bench: Bench) -> None:
    bench.first()
    bench.approved("card-loss", body="新办法。")
    older = bench.publisher.prepare(TODAY)
    bench.approved("branch-hours", body="九点。")
    bench.again()
    with pytest.raises(CandidateStale):
        bench.publisher.release(older, WU)


def test_a_snapshot_that_this_code_cannot_read_is_followed_by_one_that_it_can(
    bench: Bench,
) -> None:
    first = bench.first()
    (bench.root / "snapshots" / first / "manifest.json").write_text('{"format": 0}', "utf-8")
    bench.approved("card-loss", body="新办法。")
    candidate = bench.publisher.prepare(TODAY)
    assert candidate.base == first
    bench.publisher.release(candidate, WU)
    assert body(bench) == "新办法。"


def test_rolling_back_serves_and_says_the_older_texts(bench: Bench) -> None:
    first = bench.first()
    old = body(bench)
    bench.approved("card-loss", body="新办法。")
    bench.again()
    with pytest.raises(ReasonNeeded):
        bench.publisher.roll_back(WU)
    publication = bench.publisher.roll_back(WU, why="写错了")
    assert (publication.snapshot, publication.rolled_back) == (first, True)
    assert body(bench) == old
    published = bench.catalogue.item(Kind.ARTICLE, "card-loss").published
    assert published is not None
    assert published.number == 1
    assert bench.announcer.announced[-1] == first
    assert bench.trail.details("publication.rolled_back")[0]["why"] == "写错了"
    with pytest.raises(NothingToRollBack):
        bench.publisher.roll_back(WU, "unknown", "x")


def test_rolling_back_to_a_named_snapshot_goes_further(bench: Bench) -> None:
    first = bench.first()
    for text in ("第二版。", "第三版。"):
        bench.approved("card-loss", body=text)
        bench.again()
    assert bench.publisher.roll_back(WU, first, "两版都错").snapshot == first
    assert bench.searcher().snapshot.name == first


def test_what_a_crash_cut_off_is_finished(bench: Bench) -> None:
    first = bench.first()
    pointer = (bench.root / "current").read_bytes()
    bench.approved("card-loss", body="新办法。")
    second = bench.again()
    (bench.root / "current").write_bytes(pointer)  # as if killed between record and pointer
    assert bench.publisher.mend() == second
    assert body(bench) == "新办法。"
    assert bench.publisher.mend() is None
    pointer = (bench.root / "current").read_bytes()
    bench.publisher.roll_back(WU, why="写错了")
    (bench.root / "current").write_bytes(pointer)
    assert bench.publisher.mend() == first


def test_nothing_is_mended_with_a_snapshot_that_is_gone(bench: Bench) -> None:
    first = bench.first()
    pointer = (bench.root / "current").read_bytes()
    bench.approved("card-loss", body="新办法。")
    second = bench.again()
    (bench.root / "current").write_bytes(pointer)
    shutil.rmtree(bench.root / "snapshots" / second)
    assert bench.publisher.mend() is None
    assert bench.searcher().snapshot.name == first


def test_an_approved_text_is_published_on_its_day_by_itself(bench: Bench) -> None:
    bench.first()
    tomorrow = TODAY + timedelta(days=1)
    bench.approved("card-loss", tomorrow, body="明天起。")
    bench.approved("branch-hours", body="等人发布。")
    schedule = bench.schedule
    assert schedule.due(bench.at(TODAY, 23, 59)) is None
    bench.now = bench.at(tomorrow)
    publication = schedule.due(bench.now)
    assert not isinstance(publication, Waiting | None)
    assert (publication.by, publication.changed) == ("scheduler", ("card-loss",))
    assert body(bench) == "明天起。"
    assert body(bench, "branch-hours") != "等人发布。"
    assert schedule.due(bench.now) is None


def test_a_scheduled_text_that_makes_it_worse_waits_and_says_so(bench: Bench) -> None:
    first = bench.first()
    bench.publisher = bench.publish_with([MARS])
    bench.approved("card-loss", TODAY, body="新办法。")
    schedule = bench.schedule
    waiting = schedule.due(bench.now)
    assert isinstance(waiting, Waiting)
    assert waiting.items == ("card-loss",)
    assert "银行卡丢了怎么办" in waiting.why
    assert schedule.due(bench.now) is waiting
    assert len(bench.trail.details("publication.waits")) == 1
    assert read_pointer(bench.root).snapshot == first
    candidate = bench.publisher.prepare(TODAY)
    bench.publisher.release(candidate, WU, "已核对")
    assert schedule.due(bench.now) is None
    assert schedule.waiting is None
