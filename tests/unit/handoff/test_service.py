"""Everything an agent can do, and what happens when the world moves meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversation.approved import Author
from conversation.conversation import Owner, Reason
from conversation.errors import Blocked, Closed, OwnerChanged, StoreUnavailable
from conversation.message import Kind, Sender
from handoff.errors import AtLimit, NothingToClaim
from handoff.expiry import Expiry
from handoff.memory_queue import MemoryHandoffQueue
from tests.unit.handoff.room import FUND, GU, LEASE, LIN, ZHOU, Room


@pytest.fixture
def room() -> Room:
    """Return an empty room."""
    return Room()


async def test_a_claimed_conversation_is_the_agents_and_the_customer_is_told(room: Room) -> None:
    identifier = await room.waits("a")
    conversation = await room.desk.claim(ZHOU)
    assert (conversation.id, conversation.owner) == (identifier, Owner.AGENT)
    assert (conversation.agent, conversation.agent_name) == ("zhou", "周晓")
    assert "周晓" in (await room.texts(identifier))[-1]
    assert await room.desk.mine(ZHOU) == [await room.desk.get(identifier)]
    assert await room.desk.waiting(ZHOU) == []
    assert room.book.kinds == ["desk.claim"]


async def test_an_agent_sees_and_claims_only_the_own_groups(room: Room) -> None:
    complaint = await room.waits("a", Reason.COMPLAINT)
    human = await room.waits("b")
    fraud = await room.waits("c", Reason.FRAUD)
    lines = {
        account.login: [w.conversation_id for w in await room.desk.waiting(account)]
        for account in (ZHOU, LIN, GU)
    }
    assert lines == {"zhou": [human], "lin": [complaint, human], "gu": [fraud, complaint, human]}
    with pytest.raises(NothingToClaim):
        await room.desk.claim(ZHOU, complaint)
    assert (await room.desk.claim(GU)).id == fraud


async def test_an_account_without_groups_serves_the_fallback_group(room: Room) -> None:
    human = await room.waits("a")
    nobody = replace(ZHOU, groups=frozenset())
    assert (await room.desk.claim(nobody)).id == human


async def test_the_load_limit(room: Room) -> None:
    for name in "abc":
        await room.waits(name)
    for _ in range(ZHOU.load_limit):
        await room.desk.claim(ZHOU)
    with pytest.raises(AtLimit):
        await room.desk.claim(ZHOU)


async def test_a_customer_who_left_the_queue_is_passed_over(room: Room) -> None:
    gone, stays = await room.waits("a"), await room.waits("b")
    await room.conversations.give_back(gone, 2, Owner.BOT)
    assert (await room.desk.claim(ZHOU)).id == stays
    assert [claim.conversation_id for claim in await room.queue.held()] == [stays]
    with pytest.raises(NothingToClaim):
        await room.desk.claim(ZHOU)


async def test_a_customer_who_left_cannot_be_claimed_by_name(room: Room) -> None:
    gone, stays = await room.waits("a"), await room.waits("b")
    await room.conversations.close(gone, 2, "customer")
    with pytest.raises(NothingToClaim):
        await room.desk.claim(ZHOU, gone)
    assert [w.conversation_id for w in await room.desk.waiting(ZHOU)] == [stays]


async def test_a_claim_whose_outcome_is_unknown_goes_back_in_line(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = await room.waits("a")
    real = room.conversations.take_over

    async def lost(conversation_id: str, agent: Author, fence: int) -> int:
        await real(conversation_id, agent, fence)
        raise StoreUnavailable

    monkeypatch.setattr(room.conversations, "take_over", lost)
    with pytest.raises(StoreUnavailable):
        await room.desk.claim(ZHOU)
    assert [w.conversation_id for w in await room.desk.waiting(LIN)] == [identifier]
    monkeypatch.undo()
    assert (await room.desk.claim(LIN)).agent == "lin"
    with pytest.raises(OwnerChanged):
        await room.desk.send(ZHOU, identifier, "您好")


async def test_a_claim_that_a_dead_desk_left_half_done_is_finished(room: Room) -> None:
    identifier = await room.waits("a")
    await room.queue.claim("zhou", ["general"], 5)
    (conversation,) = await room.desk.mine(ZHOU)
    assert (conversation.id, conversation.owner) == (identifier, Owner.AGENT)
    assert "周晓" in (await room.texts(identifier))[-1]


async def test_two_pages_of_one_agent_take_over_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = await room.waits("a")
    real = MemoryHandoffQueue.claim

    async def claim_and_look(
        self: MemoryHandoffQueue, *arguments: object, **named: object
    ) -> object:
        claim = await real(self, *arguments, **named)  # type: ignore[arg-type]
        await room.desk.mine(ZHOU)
        return claim

    monkeypatch.setattr(MemoryHandoffQueue, "claim", claim_and_look)
    assert (await room.desk.claim(ZHOU)).id == identifier
    greetings = [text for text in await room.texts(identifier) if "周晓" in text]
    assert len(greetings) == 1


async def test_what_the_agent_says_reaches_the_log(room: Room) -> None:
    identifier = (await room.waits("a")) and (await room.desk.claim(ZHOU)).id
    (said,) = await room.desk.send(ZHOU, identifier, "  您好,请讲。\n")
    assert (said.sender, said.sender_name, said.text) == (Sender.AGENT, "周晓", "您好,请讲。")
    assert (await room.texts(identifier))[-1] == "您好,请讲。"


async def test_a_notice_goes_first_and_once(room: Room) -> None:
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    said = await room.desk.send(ZHOU, identifier, "基金可以定投。")
    assert [(m.kind, m.notice) for m in said] == [(Kind.NOTICE, FUND), (Kind.TEXT, None)]
    said = await room.desk.send(ZHOU, identifier, "基金也可以赎回。")
    assert [m.kind for m in said] == [Kind.TEXT]


async def test_blocked_wording_is_told_recorded_and_not_sent(room: Room) -> None:
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    before = await room.texts(identifier)
    with pytest.raises(Blocked) as blocked:
        await room.desk.send(ZHOU, identifier, "这款理财保本")
    assert blocked.value.findings[0].words == "保本"
    assert await room.texts(identifier) == before
    assert room.book.rows[-1] == ("desk.blocked", "zhou", identifier, {"rules": ["promise"]})


@pytest.mark.parametrize("text", ["", "  \n", "长" * 2001])
async def test_nothing_and_too_much_are_not_sent(room: Room, text: str) -> None:
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    with pytest.raises(ValueError, match="characters"):
        await room.desk.send(ZHOU, identifier, text)


async def test_closing_says_goodbye_and_frees_the_agent(room: Room) -> None:
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    await room.desk.close(ZHOU, identifier)
    assert (await room.desk.get(identifier)).owner is Owner.CLOSED
    assert "已结束" in (await room.texts(identifier))[-1]
    assert await room.queue.held() == []
    assert room.book.kinds[-1] == "desk.close"
    with pytest.raises(Closed):
        await room.desk.send(ZHOU, identifier, "还在吗?")


async def test_handing_back_gives_the_bot_the_word(room: Room) -> None:
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    await room.desk.hand_back(ZHOU, identifier)
    conversation = await room.desk.get(identifier)
    assert (conversation.owner, conversation.handoff) == (Owner.BOT, None)
    assert "机器人" in (await room.texts(identifier))[-1]
    assert await room.desk.mine(ZHOU) == []
    with pytest.raises(OwnerChanged):
        await room.desk.close(ZHOU, identifier)


async def test_an_agent_cannot_act_on_anothers_conversation(room: Room) -> None:
    await room.waits("a")
    identifier = (await room.desk.claim(ZHOU)).id
    for deed in (room.desk.close, room.desk.hand_back):
        with pytest.raises(OwnerChanged):
            await deed(LIN, identifier)
    with pytest.raises(OwnerChanged):
        await room.desk.send(LIN, identifier, "您好")


async def test_conversations_of_a_dead_desk_wait_again_and_the_customer_is_told(
    room: Room,
) -> None:
    first, second = await room.waits("a"), await room.waits("b")
    await room.desk.claim(ZHOU)
    room.now += LEASE
    assert [claim.agent for claim in await Expiry(room.desk).reap()] == ["zhou"]
    conversation = await room.desk.get(first)
    assert (conversation.owner, conversation.enqueued) == (Owner.QUEUE, True)
    assert "重新排队" in (await room.texts(first))[-1]
    assert [w.conversation_id for w in await room.desk.waiting(LIN)] == [first, second]
    with pytest.raises(OwnerChanged):
        await room.desk.send(ZHOU, first, "您好")
    assert (await room.desk.claim(LIN)).id == first


async def test_a_desk_that_lives_keeps_its_conversations(room: Room) -> None:
    await room.waits("a")
    await room.desk.claim(ZHOU)
    room.now += LEASE / 2
    await room.desk.at_desk(ZHOU)
    room.now += LEASE / 2
    assert await Expiry(room.desk).reap() == []
    assert await room.queue.present() == ["zhou"]


async def test_an_expired_claim_on_a_closed_conversation_does_not_wait_again(room: Room) -> None:
    await room.waits("a")
    conversation = await room.desk.claim(ZHOU)
    await room.conversations.close(conversation.id, conversation.epoch, "customer")
    room.now += LEASE
    await Expiry(room.desk).reap()
    assert await room.desk.waiting(GU) == []


async def test_a_claim_on_what_the_customer_closed_is_released(room: Room) -> None:
    await room.waits("a")
    conversation = await room.desk.claim(ZHOU)
    await room.conversations.close(conversation.id, conversation.epoch, "customer")
    assert await room.desk.mine(ZHOU) == []
    assert await room.desk.all_held() == []
