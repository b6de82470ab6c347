"""The desk without a browser: what is written, what is marked, what a page has open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from conversation.conversation import Customer, Owner, Reason, Stage
from conversation.errors import Finding, StoreUnavailable
from conversation.message import Sender
from conversation.ports import Incoming
from conversation.turn import Route
from handoff.accounts import Role
from handoff.desk.blocked_view import marked
from handoff.desk.board import Board
from handoff.desk.metrics import Metrics
from handoff.desk.opened import Opened
from handoff.desk.wording import clock, customer_name, day, duration, stamp
from handoff.errors import BadContent
from handoff.labels import DEFAULT_PATH, Labels
from handoff.queue import Waiting
from tests.unit.handoff.people import NOON
from tests.unit.handoff.room import GU, LEASE, LIN, ZHOU, Room

BEIJING = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-3, "0 秒"),
        (0, "0 秒"),
        (59, "59 秒"),
        (60, "1 分钟"),
        (3599, "59 分钟"),
        (3600, "1 小时 0 分"),
        (7384, "2 小时 3 分"),
    ],
)
def test_waiting_times(seconds: int, written: str) -> None:
    assert duration(timedelta(seconds=seconds)) == written


def test_moments_are_told_in_the_banks_time() -> None:
    late = datetime(2026, 6, 1, 17, 5, 9, tzinfo=UTC)
    assert clock(late, BEIJING) == "01:05"
    assert stamp(late, BEIJING) == "6月2日 01:05:09"
    assert day(late, NOON, BEIJING) == "6月2日 星期二"
    assert day(late, late, BEIJING) == "今天 · 6月2日 星期二"
    assert day(NOON, late, BEIJING) == "昨天 · 6月1日 星期一"
    assert day(NOON.replace(year=2025), NOON, BEIJING) == "2025年6月1日 星期日"


def test_a_customer_without_a_name_has_a_channel_and_a_number() -> None:
    labels = Labels.load()
    assert customer_name(Customer("web", "a", {"name": "周*生"}), labels) == "周*生"
    nameless = Customer("wechat", "a")
    assert customer_name(nameless, labels) == f"微信访客 {nameless.key[:4].upper()}"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("reasons", Reason), ("stages", Stage), ("senders", Sender), ("routes", Route)],
)
def test_every_code_has_a_name(kind: str, codes: type[Reason]) -> None:
    labels = Labels.load()
    assert [code for code in codes if labels.of(kind, code) == code.value] == []


def test_roles_and_owners_have_names() -> None:
    labels = Labels.load()
    assert set(labels.roles) == set(Role)
    assert set(labels.owners) == set(Owner)
    assert set(labels.banners) == set(Owner)
    assert labels.of("intents", "something_new") == "something_new"


def test_a_bad_labels_file_is_refused_by_name(tmp_path: Path) -> None:
    data = yaml.safe_load(DEFAULT_PATH.read_text("utf-8"))
    path = tmp_path / "labels.yml"
    path.write_text(yaml.safe_dump(data | {"surprise": 1}), "utf-8")
    with pytest.raises(BadContent, match=str(path)):
        Labels.load(path)


def finding(start: int, end: int) -> Finding:
    """Return a finding at a place."""
    return Finding("rule", (start, end), "", "", "")


@pytest.mark.parametrize(
    ("said", "spans", "html"),
    [
        ("这款保本", [(2, 4)], "这款<mark>保本</mark>"),
        ("保本保息", [(2, 4), (0, 2)], "<mark>保本</mark><mark>保息</mark>"),
        ("绝对保本", [(0, 4), (2, 4)], "<mark>绝对保本</mark>"),
        ("绝对保本", [(0, 3), (2, 4)], "<mark>绝对保</mark><mark>本</mark>"),
        ("保本", [(0, 9)], "<mark>保本</mark>"),
        ("<b>保本", [(3, 5)], "&lt;b&gt;<mark>保本</mark>"),
        ("<img>", [(0, 5)], "<mark>&lt;img&gt;</mark>"),
    ],
)
def test_marked_words(said: str, spans: list[tuple[int, int]], html: str) -> None:
    assert marked(said, tuple(finding(*span) for span in spans)) == html


async def test_what_a_page_has_open_is_rebuilt_from_the_log() -> None:
    room = Room()
    identifier = await room.waits("a")
    conversation = await room.desk.claim(ZHOU)
    opened = Opened(conversation)
    assert len(await opened.catch_up(room.desk)) == len(opened.entries) > 0
    assert await opened.catch_up(room.desk) == []
    assert (opened.unanswered, opened.last and opened.last.text) == (1, "我要找人工")
    await room.desk.send(ZHOU, identifier, "您好")
    await room.conversations.accept(Customer("web", "a"), Incoming("a-2", "请问"))
    assert [entry.text for entry in await opened.catch_up(room.desk)] == ["您好", "请问"]
    assert (opened.unanswered, opened.is_of(ZHOU), opened.is_of(LIN)) == (1, True, False)
    again = Opened(conversation)
    await again.catch_up(room.desk)
    assert (again.entries, again.facts) == (opened.entries, opened.facts)


async def test_the_board_shows_each_account_its_line_and_claims() -> None:
    room = Room()
    human, fraud = await room.waits("a"), await room.waits("b", Reason.FRAUD)
    board = Board(room.desk)
    await board.look()
    assert [w.conversation_id for w in board.line(GU)] == [fraud, human]
    assert [w.conversation_id for w in board.line(ZHOU)] == [human]
    await room.desk.claim(ZHOU)
    await board.look()
    assert board.claims(ZHOU) == {human}
    assert board.claims(GU) == frozenset()


async def test_a_queue_that_is_down_leaves_the_last_look_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Room()
    await room.waits("a")
    board = Board(room.desk)
    await board.look()

    async def down(group: str | None = None, limit: int = 100) -> list[Waiting]:
        raise StoreUnavailable(f"{group} {limit}")

    monkeypatch.setattr(room.queue, "waiting", down)
    await board.look()
    assert (board.down, len(board.waiting)) == (True, 1)
    monkeypatch.undo()
    await board.look()
    assert not board.down


async def test_metrics_tell_how_many_wait_and_are_served() -> None:
    room = Room()
    await room.waits("a", Reason.FRAUD)
    await room.waits("b")
    await room.desk.claim(ZHOU)
    await room.desk.at_desk(ZHOU)
    metrics = Metrics()
    metrics.blocked.inc()
    text = (await metrics.text(room.desk)).decode()
    for line in (
        'yinqiao_queue_waiting{priority="1"} 1.0',
        'yinqiao_queue_waiting{priority="4"} 0.0',
        "yinqiao_queue_held 1.0",
        "yinqiao_desk_agents 1.0",
        "yinqiao_desk_blocked_total 1.0",
        "yinqiao_queue_up 1.0",
    ):
        assert line in text.splitlines()
    room.now += 2 * LEASE
    assert "yinqiao_desk_agents 0.0" in (await metrics.text(room.desk)).decode()
