"""What a supervisor may do, and that it is written down."""

from __future__ import annotations

import pytest

from conversation.conversation import Owner
from conversation.errors import OwnerChanged
from handoff.accounts import Accounts
from handoff.errors import AgentAway, AtLimit, NotAllowed, NothingToClaim
from handoff.memory_accounts import MemoryAccounts
from handoff.supervision import Supervision
from tests.unit.handoff.room import GU, LIN, ZHOU, Room


class Watch:
    """A room with a supervisor in it."""

    def __init__(self) -> None:
        """Give 周晓 and 林一 accounts; nobody is at the desk yet."""
        self.room = Room()
        self.accounts = Accounts(MemoryAccounts())
        for one in (ZHOU, LIN, GU):
            self.accounts.create(
                *(one.login, one.name, "bridge-river-42", one.roles),
                groups=one.groups,
                load_limit=one.load_limit,
            )
        self.board = Supervision(self.room.desk, self.accounts)

    async def served(self) -> str:
        """Let 周晓 serve a customer, with 林一 at the desk."""
        await self.room.desk.at_desk(ZHOU)
        await self.room.desk.at_desk(LIN)
        await self.room.waits("a")
        return (await self.room.desk.claim(ZHOU)).id


@pytest.fixture
def watch() -> Watch:
    """Return a watch."""
    return Watch()


async def test_looking_in_is_recorded(watch: Watch) -> None:
    identifier = await watch.served()
    context = await watch.board.look_into(GU, identifier)
    assert context.facts.asked == ["我要找人工"]
    assert watch.room.book.rows[-1] == ("board.look", "gu", identifier, {})


async def test_taking_over_ends_the_agents_word(watch: Watch) -> None:
    identifier = await watch.served()
    await watch.board.take_over(GU, identifier)
    assert (await watch.room.desk.get(identifier)).agent == "gu"
    with pytest.raises(OwnerChanged):
        await watch.room.desk.send(ZHOU, identifier, "您好")
    row = ("board.reassign", "gu", identifier, {"from": "zhou", "to": "gu"})
    assert watch.room.book.rows[-1] == row


async def test_who_waits_is_taken_over_too(watch: Watch) -> None:
    identifier = await watch.room.waits("a")
    await watch.board.take_over(GU, identifier)
    assert (await watch.room.desk.get(identifier)).agent == "gu"


async def test_reassigning_respects_presence_and_limit(watch: Watch) -> None:
    identifier = await watch.served()
    with pytest.raises(AgentAway):
        await watch.board.reassign(GU, identifier, "gu2")
    await watch.board.change_limit(GU, "lin", 0)
    with pytest.raises(AtLimit):
        await watch.board.reassign(GU, identifier, "lin")
    await watch.board.change_limit(GU, "lin", 1)
    await watch.board.reassign(GU, identifier, "lin", "VIP客户")
    assert (await watch.room.desk.get(identifier)).agent == "lin"


async def test_what_is_in_nobodys_hands_cannot_be_reassigned(watch: Watch) -> None:
    identifier = await watch.served()
    await watch.room.desk.hand_back(ZHOU, identifier)
    with pytest.raises(NothingToClaim):
        await watch.board.take_over(GU, identifier)
    with pytest.raises(NothingToClaim):
        await watch.board.whisper(GU, identifier, "注意")
    assert (await watch.room.desk.get(identifier)).owner is Owner.BOT


async def test_a_whisper_is_for_the_agent_alone(watch: Watch) -> None:
    identifier = await watch.served()
    said = await watch.room.texts(identifier)
    noted = await watch.board.whisper(GU, identifier, "先安抚客户")
    assert noted is not None
    assert (noted.data["for"], noted.for_customer) == ("zhou", False)
    assert await watch.room.texts(identifier) == said
    assert watch.room.book.rows[-1] == ("board.whisper", "gu", identifier, {"to": "zhou"})


async def test_a_limit_is_changed_at_once_and_kept(watch: Watch) -> None:
    await watch.served()
    await watch.board.change_limit(GU, "zhou", 7)
    assert watch.accounts.get("zhou").load_limit == 7
    assert {one.login: one.load_limit for one in await watch.room.queue.roster()}["zhou"] == 7
    assert watch.room.book.rows[-1] == ("board.limit", "gu", "zhou", {"from": 2, "to": 7})
    for wrong in (-1, 51):
        with pytest.raises(ValueError, match="limit"):
            await watch.board.change_limit(GU, "zhou", wrong)


async def test_an_agent_is_no_supervisor(watch: Watch) -> None:
    identifier = await watch.served()
    before = watch.room.book.kinds
    for deed in (
        watch.board.look_into(ZHOU, identifier),
        watch.board.take_over(LIN, identifier),
        watch.board.reassign(LIN, identifier, "lin"),
        watch.board.whisper(LIN, identifier, "嘘"),
        watch.board.change_limit(ZHOU, "zhou", 9),
    ):
        with pytest.raises(NotAllowed):
            await deed
    assert watch.room.book.kinds == before
    assert (await watch.room.desk.get(identifier)).agent == "zhou"
