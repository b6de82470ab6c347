"""A blocked sentence is released by another person, with a reason, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversation.errors import Blocked, OwnerChanged
from handoff.accounts import Role
from handoff.errors import NotAllowed, NothingToRelease
from handoff.memory_requests import MemoryRequests
from handoff.releases import Releases
from tests.unit.handoff.room import GU, LIN, ZHOU, Room, TinyGate

SAID = "您的卡6222020200112230不保本"


class Case:
    """A conversation of 周晓, with a sentence that was blocked."""

    def __init__(self) -> None:
        """Start with an empty room."""
        self.room = Room()
        self.releases = Releases(self.room.desk, TinyGate(self.room.seal), MemoryRequests())
        self.id = ""

    async def asked(self, said: str = SAID) -> None:
        """Let 周晓 ask for the sentence."""
        await self.room.waits("a")
        self.id = (await self.room.desk.claim(ZHOU)).id
        await self.releases.ask(ZHOU, self.id, said, ["保本"])


@pytest.fixture
def case() -> Case:
    """Return a case."""
    return Case()


async def test_a_released_sentence_is_the_agents_and_masked(case: Case) -> None:
    await case.asked()
    (said,) = await case.releases.release(GU, case.id, "否定句，未作承诺")
    assert (said.sender_name, said.text) == ("周晓", "您的卡6222****2230不保本")
    assert await case.releases.waiting() == []
    kind, actor, subject, data = case.room.book.rows[-1]
    assert (kind, actor, subject) == ("board.release", "gu", case.id)
    assert (data["reason"], data["agent"]) == ("否定句，未作承诺", "zhou")


async def test_a_refusal_tells_the_agent_alone(case: Case) -> None:
    await case.asked()
    said = await case.room.texts(case.id)
    await case.releases.refuse(GU, case.id, "请换一种说法")
    assert await case.room.texts(case.id) == said
    noted = (await case.room.desk.read(case.id))[-1]
    assert (noted.data["for"], noted.data["text"]) == ("zhou", "未放行：请换一种说法")
    assert case.room.book.kinds[-1] == "board.refuse"


async def test_what_may_never_be_released_cannot_even_be_asked_for(case: Case) -> None:
    with pytest.raises(Blocked):
        await case.asked("我们保本保息")
    assert await case.releases.waiting() == []


async def test_nobody_releases_their_own_words_nor_without_the_role(case: Case) -> None:
    await case.asked()
    both = replace(ZHOU, roles=frozenset({Role.AGENT, Role.SUPERVISOR}))
    for account in (both, LIN):
        with pytest.raises(NotAllowed):
            await case.releases.release(account, case.id, "理由")
    with pytest.raises(ValueError, match="reason"):
        await case.releases.release(GU, case.id, "  ")
    assert len(await case.releases.waiting()) == 1


async def test_only_the_own_conversation_is_asked_for(case: Case) -> None:
    await case.asked()
    with pytest.raises(OwnerChanged):
        await case.releases.ask(LIN, case.id, SAID, ["保本"])


async def test_a_conversation_that_left_the_agent_is_said_nothing_in(case: Case) -> None:
    await case.asked()
    await case.room.desk.hand_back(ZHOU, case.id)
    said = await case.room.texts(case.id)
    with pytest.raises(NothingToRelease):
        await case.releases.release(GU, case.id, "理由")
    with pytest.raises(NothingToRelease):
        await case.releases.release(GU, case.id, "理由")
    assert await case.room.texts(case.id) == said
