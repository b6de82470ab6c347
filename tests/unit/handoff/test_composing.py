"""What happens before anything is said, and what is left for who serves next."""

from __future__ import annotations

from conversation.message import Kind
from conversation.signals import Side, Signs
from handoff.composing import Composing
from tests.unit.handoff.room import LIN, ZHOU, Room


async def test_a_sentence_is_read_while_it_is_written_and_nothing_is_recorded() -> None:
    room = Room()
    await room.waits("a")
    conversation = await room.desk.claim(ZHOU)
    before = list(room.book.rows)
    composing = Composing(room.desk)
    (finding,) = composing.findings(ZHOU, conversation, "这款保本")
    assert (finding.words, finding.span) == ("保本", (2, 4))
    assert composing.findings(ZHOU, conversation, "您好") == ()
    assert room.book.rows == before
    assert "这款保本" not in await room.texts(conversation.id)


async def test_only_who_serves_leaves_signs() -> None:
    room = Room()
    identifier = await room.waits("a")
    conversation = await room.desk.claim(ZHOU)
    composing = Composing(room.desk)
    await composing.typing(LIN, conversation)
    await composing.seen(LIN, conversation, "9-0")
    assert await room.signals.of(identifier) == Signs()
    await composing.typing(ZHOU, conversation)
    await composing.seen(ZHOU, conversation, "9-0")
    assert await room.signals.of(identifier) == Signs(frozenset({Side.STAFF}), read_by_staff="9-0")


async def test_whoever_serves_next_finds_a_summary_of_the_facts() -> None:
    room = Room()
    identifier = await room.waits("a")
    await room.desk.claim(ZHOU)
    await room.desk.send(ZHOU, identifier, "基金可以定投")
    await room.desk.hand_back(ZHOU, identifier)
    log = await room.desk.read(identifier)
    (noted,) = (entry for entry in log if entry.data.get("event") == "note")
    assert (noted.kind, noted.data["by"]) == (Kind.EVENT, "zhou")
    assert str(noted.data["text"]).splitlines() == [
        "客户需求：我要找人工",
        "已解答：无",
        "已展示风险提示：基金风险提示",
        "待答复：无",
    ]
