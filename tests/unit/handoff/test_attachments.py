"""Files at the desk: sent by who holds the conversation, seen by who may see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conversation.conversation import Customer, Handoff, Reason
from conversation.disk_files import DiskFiles
from conversation.errors import BadFile, Blocked, OwnerChanged
from conversation.ports import Incoming
from handoff.attachments import Attachments
from handoff.errors import NoFiles
from tests.unit.conversation.samples import HTML, PDF, PNG
from tests.unit.handoff.room import GU, LIN, ZHOU, Room


@pytest.fixture
def room() -> Room:
    """Return an empty room."""
    return Room()


@pytest.fixture
def attachments(room: Room, tmp_path: Path) -> Attachments:
    """Return the deeds on it."""
    return Attachments(room.desk, DiskFiles(tmp_path))


async def test_a_file_reaches_the_log_under_its_name(room: Room, attachments: Attachments) -> None:
    identifier = await room.waits("a")
    await room.desk.claim(ZHOU)
    (said,) = await attachments.send(ZHOU, identifier, "6222020200112230回单.pdf", PDF)
    (file,) = said.files
    assert (said.text, file.name) == ("6222****2230回单.pdf", "6222****2230回单.pdf")
    assert (said.sender_name, file.type) == ("周晓", "application/pdf")


async def test_only_who_holds_it_sends_and_only_staff_of_it_see(
    room: Room, attachments: Attachments
) -> None:
    identifier = await room.waits("a")
    await room.desk.claim(ZHOU)
    with pytest.raises(OwnerChanged):
        await attachments.send(LIN, identifier, "a.png", PNG)
    (said,) = await attachments.send(ZHOU, identifier, "a.png", PNG)
    (file,) = said.files
    for account in (ZHOU, GU):
        stored = await attachments.read(account, identifier, file.id)
        assert stored is not None
        assert stored.content == PNG
    assert await attachments.read(LIN, identifier, file.id) is None
    other = await room.waits("b")
    assert await attachments.read(GU, other, file.id) is None
    assert await attachments.read(GU, "nobody", file.id) is None
    await room.desk.hand_back(ZHOU, identifier)
    assert await attachments.read(ZHOU, identifier, file.id) is None


async def test_what_is_refused_leaves_no_file(room: Room, attachments: Attachments) -> None:
    identifier = await room.waits("a")
    await room.desk.claim(ZHOU)
    with pytest.raises(BadFile):
        await attachments.send(ZHOU, identifier, "a.png", HTML)
    with pytest.raises(Blocked):
        await attachments.send(ZHOU, identifier, "保本.png", PNG)
    assert await attachments.files.of(identifier) == []


@pytest.mark.parametrize(
    ("channel", "content"), [("rest", PNG), ("rest", PDF), ("wechat", PDF), ("unheard_of", PNG)]
)
async def test_a_channel_without_such_files_is_told_so(
    room: Room, attachments: Attachments, channel: str, content: bytes
) -> None:
    customer = Customer(channel, "w")
    accepted = await room.conversations.accept(customer, Incoming("w-1", "转人工"))
    await room.conversations.request_handoff(
        accepted.conversation_id, 1, Handoff(Reason.HUMAN, trigger="转人工")
    )
    await room.queue.enqueue(await room.conversations.get(accepted.conversation_id))
    await room.desk.claim(replace(ZHOU, load_limit=5))
    with pytest.raises(NoFiles):
        await attachments.send(ZHOU, accepted.conversation_id, "a.png", content)
    assert await attachments.files.of(accepted.conversation_id) == []
