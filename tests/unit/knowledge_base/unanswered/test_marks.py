"""A decision about a cluster survives that the cluster grows, moves or falls apart."""

from __future__ import annotations

from datetime import timedelta

from knowledge_base.unanswered.asked import Asked
from knowledge_base.unanswered.clusters import Cluster, wordings_of
from knowledge_base.unanswered.marks import Mark, Marked, Status, with_marks
from knowledge_base.unanswered.memory_store import MemoryUnanswered
from knowledge_base.unanswered.service import Unanswered
from tests.unit.knowledge_base.unanswered.questions import START, asked, clusterer

TEN = START + timedelta(minutes=10)


def cluster(*ones: Asked) -> Cluster:
    wordings = wordings_of(ones)
    return Cluster(wordings[0].key, wordings[0].text, tuple(wordings))


def mark(of: Cluster, status: Status = Status.DISMISSED) -> Mark:
    return Mark(of.id, status, "lin", TEN, of.keys)


OLD = [asked(text, minute) for minute, text in enumerate(["甲", "乙", "丙", "丁"])]


def test_without_a_mark_it_is_open() -> None:
    [one] = with_marks([cluster(*OLD)], [])
    assert (one.status, one.again, one.needs_attention) == (Status.OPEN, 0, True)


def test_a_cluster_that_grew_keeps_its_mark_and_id() -> None:
    before = cluster(*OLD)
    # The first wording is no longer among those looked at, many new ones are.
    new = [asked(f"新{number}", 20 + number) for number in range(9)]
    [one] = with_marks([cluster(*OLD[1:], *new)], [mark(before)])
    assert one.status is Status.DISMISSED
    assert one.cluster.id == before.id
    assert one.again == 9
    assert not one.needs_attention


def test_done_and_asked_again_needs_attention() -> None:
    done = mark(cluster(*OLD), Status.DONE)
    [quiet] = with_marks([cluster(*OLD)], [done])
    assert (quiet.again, quiet.needs_attention) == (0, False)
    [again] = with_marks([cluster(*OLD, asked("甲", 30, "later"))], [done])
    assert (again.status, again.again, again.needs_attention) == (Status.DONE, 1, True)


def test_one_marked_wording_decides_about_no_others() -> None:
    single = cluster(OLD[0])
    [one] = with_marks([cluster(*OLD)], [mark(single)])
    assert one.status is Status.OPEN


def test_a_cluster_that_fell_apart_is_marked_in_each_part() -> None:
    whole = cluster(*OLD)
    small, large = with_marks([cluster(OLD[0]), cluster(*OLD[1:])], [mark(whole)])
    assert small.status is large.status is Status.DISMISSED
    assert large.cluster.id == whole.id
    # Its first wording is the whole's: two clusters must not have one id.
    assert small.cluster.id != whole.id


def test_of_two_marks_the_one_that_shares_more_holds() -> None:
    few, most = cluster(OLD[0]), cluster(*OLD[1:])
    [one] = with_marks([cluster(*OLD)], [mark(few), mark(most, Status.DONE)])
    assert (one.status, one.cluster.id) == (Status.DONE, most.id)


class Questions:
    """A source that can be added to."""

    def __init__(self, *ones: Asked) -> None:
        self.ones = list(ones)

    def since(self, at: object, limit: int) -> list[Asked]:
        return self.ones[:limit]


def test_decisions_are_kept_by_the_service() -> None:
    source, store = Questions(asked("能买彩票吗", 1), asked("彩票在哪买", 2)), MemoryUnanswered()
    service = Unanswered(source, clusterer(), store, lambda: TEN)

    def only() -> Marked:
        [one] = service.clusters()
        return one

    service.decide(only().cluster, Status.DONE, "lin", note="已写", article="lottery")
    assert only().mark == Mark(
        only().cluster.id, Status.DONE, "lin", TEN, only().cluster.keys, "已写", "lottery"
    )
    source.ones.append(asked("福利彩票", 20))
    assert only().needs_attention
    service.decide(only().cluster, Status.DISMISSED, "wu")
    assert only().status is Status.DISMISSED
    service.decide(only().cluster, Status.OPEN, "wu")
    assert only().status is Status.OPEN
    assert store.marks() == []
