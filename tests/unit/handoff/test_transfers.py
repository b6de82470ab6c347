"""Handing on to a colleague or a group, and what happens when the world moves meanwhile."""

from __future__ import annotations

import pytest

from conversation.conversation import Owner
from conversation.errors import Closed, OwnerChanged, StoreUnavailable
from conversation.message import Kind, Message
from handoff.agents import AgentState
from handoff.errors import AgentAway, AtLimit, UnknownGroup
from handoff.expiry import Expiry
from handoff.transfers import Transfers
from tests.unit.handoff.room import GU, LEASE, LIN, ZHOU, Room


@pytest.fixture
async def room() -> Room:
    """Return a room with two agents at the desk, 周晓 serving customer a."""
    room = Room()
    await room.desk.at_desk(ZHOU)
    await room.desk.at_desk(LIN)
    return room


async def served(room: Room, name: str = "a") -> str:
    identifier = await room.waits(name)
    return (await room.desk.claim(ZHOU, identifier)).id


async def notes(room: Room, identifier: str) -> list[Message]:
    return [m for m in await room.desk.read(identifier) if m.data.get("event") == "note"]


async def test_a_colleague_continues_with_note_and_context(room: Room) -> None:
    identifier = await served(room)
    before = await room.desk.context(identifier)
    note = "客户卡号6222020200112230,请核实"
    await Transfers(room.desk).to_agent(ZHOU, identifier, "lin", note)
    after = await room.desk.context(identifier)
    assert (after.conversation.agent, after.conversation.agent_name) == ("lin", "林一")
    assert after.conversation.handoff == before.conversation.handoff
    assert after.facts.asked == before.facts.asked
    (noted,) = await notes(room, identifier)
    assert noted.data["text"] == "客户卡号6222****2230,请核实"
    assert (noted.data["by"], noted.for_customer) == ("zhou", False)
    assert "林一" in (await room.texts(identifier))[-1]
    assert "desk.transfer" in room.book.kinds
    with pytest.raises(OwnerChanged):
        await room.desk.send(ZHOU, identifier, "还有什么可以帮您")
    assert await room.desk.send(LIN, identifier, "您好")


async def test_a_colleague_who_is_offline_is_refused_and_nothing_changes(room: Room) -> None:
    identifier = await served(room)
    log = await room.desk.read(identifier)
    room.now += LEASE / 2
    await room.desk.at_desk(ZHOU)
    room.now += LEASE * 0.6
    with pytest.raises(AgentAway):
        await Transfers(room.desk).to_agent(ZHOU, identifier, "lin", "请接手")
    assert await room.desk.read(identifier) == log
    assert (await room.desk.get(identifier)).agent == "zhou"


async def test_a_colleague_at_the_limit_is_refused(room: Room) -> None:
    mine = await served(room)
    for number in range(LIN.load_limit):
        await room.desk.claim(LIN, await room.waits(f"b{number}"))
    with pytest.raises(AtLimit):
        await Transfers(room.desk).to_agent(ZHOU, mine, "lin")
    assert (await room.desk.get(mine)).agent == "zhou"


async def test_nobody_hands_on_what_is_not_theirs_or_to_themselves(room: Room) -> None:
    identifier = await served(room)
    transfers = Transfers(room.desk)
    with pytest.raises(OwnerChanged):
        await transfers.to_agent(LIN, identifier, "lin")
    with pytest.raises(OwnerChanged):
        await transfers.to_group(LIN, identifier, "complaints")
    with pytest.raises(AgentAway):
        await transfers.to_agent(ZHOU, identifier, "zhou")
    await room.desk.close(ZHOU, identifier)
    with pytest.raises(Closed):
        await transfers.to_agent(ZHOU, identifier, "lin")


async def test_a_group_continues_and_the_customer_is_told(room: Room) -> None:
    identifier = await served(room)
    await Transfers(room.desk).to_group(ZHOU, identifier, "complaints", "客户要投诉")
    conversation = await room.desk.get(identifier)
    assert (conversation.owner, conversation.enqueued) == (Owner.QUEUE, True)
    assert "投诉处理组" in (await room.texts(identifier))[-1]
    assert [w.conversation_id for w in await room.desk.waiting(ZHOU)] == []
    assert [w.conversation_id for w in await room.desk.waiting(LIN)] == [identifier]
    assert [m.data["text"] for m in await notes(room, identifier)] == ["客户要投诉"]
    with pytest.raises(OwnerChanged):
        await room.desk.send(ZHOU, identifier, "您好")
    assert (await room.desk.claim(LIN)).id == identifier


async def test_a_group_that_does_not_exist_is_refused(room: Room) -> None:
    identifier = await served(room)
    with pytest.raises(UnknownGroup):
        await Transfers(room.desk).to_group(ZHOU, identifier, "nowhere")
    assert (await room.desk.get(identifier)).agent == "zhou"


async def test_a_customer_who_leaves_during_a_transfer_does_not_wait(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = await served(room)
    real = room.queue.transfer

    async def and_the_customer_leaves(*arguments: object) -> bool:
        moved = await real(*arguments)  # type: ignore[arg-type]
        conversation = await room.desk.get(identifier)
        await room.conversations.close(identifier, conversation.epoch, "customer")
        return moved

    monkeypatch.setattr(room.queue, "transfer", and_the_customer_leaves)
    with pytest.raises(Closed):
        await Transfers(room.desk).to_group(ZHOU, identifier, "complaints")
    assert await room.desk.waiting(GU) == []


async def test_a_transfer_that_died_half_way_is_finished_by_the_receiver(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = await served(room)

    async def down(*_: object) -> int:
        raise StoreUnavailable

    monkeypatch.setattr(type(room.desk), "take_over", down)
    with pytest.raises(StoreUnavailable):
        await Transfers(room.desk).to_agent(ZHOU, identifier, "lin")
    monkeypatch.undo()
    assert [one.id for one in await room.desk.mine(LIN)] == [identifier]
    assert (await room.desk.get(identifier)).agent == "lin"
    assert await room.desk.mine(ZHOU) == []


async def test_a_transfer_to_somebody_who_dies_goes_back_in_line(room: Room) -> None:
    identifier = await served(room)
    claim = (await room.queue.held("zhou"))[0]
    await room.queue.assign(identifier, claim.fence, "lin", "zhou")
    room.now += LEASE
    await Expiry(room.desk).reap()
    assert (await room.desk.get(identifier)).owner is Owner.QUEUE
    with pytest.raises(OwnerChanged):
        await room.desk.send(ZHOU, identifier, "您好")


async def test_colleagues_who_take_more_come_first(room: Room) -> None:
    await room.desk.at_desk(GU)
    await room.desk.claim(GU, await room.waits("b"))
    transfers = Transfers(room.desk)
    assert [one.login for one in await transfers.colleagues(ZHOU)] == ["lin", "gu"]
    await transfers.set_state(LIN, AgentState.BREAK)
    assert [one.login for one in await transfers.colleagues(ZHOU)] == ["gu", "lin"]
    assert await transfers.state(LIN) is AgentState.BREAK
    assert room.book.rows[-1] == ("desk.state", "lin", "desk", {"state": "break"})


async def test_nobody_says_to_be_offline(room: Room) -> None:
    with pytest.raises(ValueError, match="offline"):
        await Transfers(room.desk).set_state(ZHOU, AgentState.OFFLINE)
    room.now += LEASE * 2
    assert await Transfers(room.desk).state(ZHOU) is AgentState.OFFLINE


async def test_a_note_is_masked_and_bounded(room: Room) -> None:
    identifier = await served(room)
    noted = await room.desk.note(ZHOU, identifier, " 卡号6222020200112230 ")
    assert noted is not None
    assert (noted.kind, noted.data["text"]) == (Kind.EVENT, "卡号6222****2230")
    assert await room.desk.note(ZHOU, identifier, "  ") is None
    with pytest.raises(ValueError, match="characters"):
        await room.desk.note(ZHOU, identifier, "长" * 2001)
