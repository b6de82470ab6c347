"""A private fund is explained, never offered, and a person takes over."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from compliance.categories import CategoryFinder
from compliance.gate import ComplianceGate
from compliance.notices import NoticeBook
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.conversation import Conversation, Customer, Owner, Reason
from conversation.memory import MemoryConversations
from conversation.message import Draft, Kind, Message, SourceRef
from conversation.ports import Incoming
from conversation.turn import BotReply, Route, Understanding
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from tests.unit.conversation.doubles import Bench, EchoBot, WordLexicon

ARTICLE = Draft(
    "私募产品不得公开宣传，这里不能介绍具体产品。",
    categories=frozenset({"private_fund"}),
    sources=(SourceRef("private-fund-no-public-promotion", "你们有哪些私募产品？"),),
)
REFUSAL = Draft("抱歉，这个问题我还不会。")


@dataclass
class OneReply(EchoBot):
    """Says one thing."""

    draft: Draft = REFUSAL

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """Answer."""
        return BotReply(Understanding("ask_private_fund", 0.9), Route.ANSWER, (self.draft,))


@pytest.mark.parametrize("draft", [ARTICLE, REFUSAL])
async def test_the_notice_explains_and_the_queue_follows(draft: Draft) -> None:
    bench = Bench(OneReply(draft=draft))
    gate = ComplianceGate(
        bench.seal, NoticeBook.load(), CategoryFinder.load(), Wording.load(), Redactor.load()
    )
    handler = TurnHandler(
        bench.store, bench.turns, bench.bot, gate, WordLexicon(), Utterances.load()
    )
    accepted = await bench.store.accept(Customer("web", "v"), Incoming("c", "有什么私募可以买？"))
    lease = await bench.store.acquire(accepted.conversation_id)
    assert lease
    pending = await bench.store.begin(lease)
    assert pending
    seen = await bench.store.get(accepted.conversation_id)
    await handler.handle(lease, seen, pending)
    said = [m for m in await _said(bench.store, seen.id) if m.for_customer]
    assert [m.kind for m in said] == [Kind.TEXT, Kind.NOTICE, Kind.TEXT]
    assert said[1].notice
    assert said[1].notice.category == "private_fund"
    after = await bench.store.get(seen.id)
    assert after.owner is Owner.QUEUE
    assert after.handoff
    assert after.handoff.reason is Reason.HUMAN
    assert after.handoff.intent == "ask_private_fund"


async def _said(store: MemoryConversations, identifier: str) -> list[Message]:
    return await store.log(identifier)
