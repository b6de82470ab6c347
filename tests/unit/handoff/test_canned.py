"""Approved replies and quoted articles."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.message import SourceRef
from handoff.assist import Suggestion
from handoff.canned import CannedReplies, Reply
from handoff.errors import BadContent
from tests.unit.handoff.room import ZHOU, Room

TODAY = date(2026, 6, 1)
REPLIES = CannedReplies.load()
ARTICLE = Suggestion(SourceRef("hours", "服务时间", "公告"), "每日八点至二十二点。", 0.9)


@pytest.mark.parametrize("reply", REPLIES.replies, ids=lambda reply: reply.id)
def test_every_reply_passes_the_gate_as_it_stands(reply: Reply) -> None:
    assert not Wording.load().check(reply.text)
    assert Redactor.load().redact(reply.text).text == reply.text
    assert reply.text == reply.text.strip()


def test_all_words_are_found_and_titles_come_first() -> None:
    found = REPLIES.search("请稍候", TODAY)
    assert found[0].id == "checking"
    assert all("请稍候" in f"{reply.title} {reply.text}" for reply in found)
    assert [one.id for one in REPLIES.search("投诉 登记", TODAY)] == ["complaint_taken"]
    assert not REPLIES.search("这里没有这样的话", TODAY)
    assert len(REPLIES.search("", TODAY, limit=4)) == 4


def test_what_was_not_reviewed_in_time_is_not_offered() -> None:
    assert REPLIES.search("", REPLIES.review)
    assert not REPLIES.search("", REPLIES.review + timedelta(days=1))
    old = Reply(id="old", title="旧", text="旧话术", review=TODAY - timedelta(days=1))
    assert not CannedReplies((old,), date(2099, 1, 1)).search("旧", TODAY)


def test_a_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "replies.yml"
    row = "{id: a, title: 甲, text: 乙}"
    path.write_text(f"source: x\nreview: 2027-01-01\nreplies: [{row}, {row}]\n", "utf-8")
    with pytest.raises(BadContent, match="twice"):
        CannedReplies.load(path)
    path.write_text("source: x\nreview: 2027-01-01\n", "utf-8")
    with pytest.raises(BadContent, match="replies"):
        CannedReplies.load(path)


@pytest.mark.parametrize(
    ("said", "article", "named"),
    [
        ("您好。每日八点至二十二点。", ARTICLE, True),
        ("每日八点到二十二点。", ARTICLE, False),
        ("每日八点至二十二点。", None, False),
        (
            "每日八点至二十二点。",
            Suggestion(ARTICLE.source, ARTICLE.text, 0.9, internal=True),
            False,
        ),
    ],
)
async def test_a_source_is_named_only_for_what_is_said_word_for_word(
    said: str, article: Suggestion | None, *, named: bool
) -> None:
    room = Room()
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    (message,) = await room.desk.send(ZHOU, identifier, said, article)
    assert message.sources == ((ARTICLE.source,) if named else ())
