"""P8: a text of the bot that was blocked stands in the audit chain, and nobody is lost by it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from compliance.audit import AuditRow
from compliance.audit_store import AuditStore
from compliance.categories import CategoryFinder
from compliance.evidence import EvidenceBook, Scope
from compliance.evidence_file import EvidenceWords
from compliance.gate import ComplianceGate
from compliance.notices import NoticeBook
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.message import Draft, Message, SourceRef
from conversation.ports import Incoming
from conversation.settle import Settler
from conversation.turn import BotReply, Route, Understanding
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from tests.unit.conversation.doubles import Bench, EchoBot, WordLexicon

PROMISE = "这款理财保本保息，放心买。"
WORDS = Utterances.load()
FINDER, WORDING, REDACTOR = CategoryFinder.load(), Wording.load(), Redactor.load()


@dataclass
class Promising(EchoBot):
    """Promises, and may want a person."""

    handoff: Handoff | None = None

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """Answer."""
        sources = (SourceRef("wealth-a", "理财"), SourceRef("wealth-b", "理财"))
        draft = Draft(PROMISE, sources=sources)
        route = Route(self.handoff.reason.value) if self.handoff else Route.ANSWER
        return BotReply(Understanding("ask_wealth", 0.9), route, (draft,), self.handoff)


@pytest.fixture
def chain() -> AuditStore:
    options = {"check_same_thread": False}
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args=options)
    store = AuditStore(engine)
    store.create()
    return store


async def hear(bot: EchoBot, chain: AuditStore) -> tuple[Bench, str]:
    """Let a customer ask once, through the real gate and into the real chain."""
    bench = Bench(bot)
    gate = ComplianceGate(bench.seal, NoticeBook.load(), FINDER, WORDING, REDACTOR)
    handler = TurnHandler(bench.store, bench.turns, bot, gate, WordLexicon(), WORDS)
    recorder = AuditRecorder(chain)
    settler = Settler(bench.store, bench.turns, gate, bench.queue, recorder, WORDS)
    worker = TurnWorker(bench.store, bench.turns, handler, settler)
    accepted = await bench.store.accept(Customer("web", "v"), Incoming("c", "理财保本吗"))
    await bench.turns.put(accepted.conversation_id)
    tickets = bench.turns.take()
    while not bench.turns.is_quiet():
        await worker.work(await anext(tickets))
    return bench, accepted.conversation_id


def rows(chain: AuditStore, kind: str) -> list[AuditRow]:
    return [row for row in chain.rows() if row.kind == kind]


async def test_a_blocked_text_is_in_the_chain_with_rules_and_articles(chain: AuditStore) -> None:
    bench, identifier = await hear(Promising(), chain)
    (row,) = rows(chain, "message.blocked")
    assert (row.subject, row.actor) == (identifier, "bot")
    data = json.loads(row.data)
    expected = {finding.rule for finding in WORDING.check(PROMISE)}
    assert set(data["rules"]) == expected
    assert data["sources"] == ["wealth-a", "wealth-b"]
    asked = next(entry for entry in await bench.store.log(identifier) if entry.client_id)
    assert data["reply_to"] == asked.id
    assert chain.verify().broken is None
    (block,) = [
        one
        for one in EvidenceBook(chain, EvidenceWords.load()).of(Scope(identifier)).evidence
        if one.sort == "block"
    ]
    assert "wealth-a" in block.details


async def test_a_blocked_text_is_said_nowhere_and_owned_up_to(chain: AuditStore) -> None:
    bench, identifier = await hear(Promising(), chain)
    log = await bench.store.log(identifier)
    said = [entry.text for entry in log if entry.for_customer and not entry.client_id]
    assert said == [WORDS.text("wording_refused")]
    assert [json.loads(row.data)["text"] for row in rows(chain, "message.sent")] == said


@pytest.mark.parametrize(
    ("reason", "key"), [(Reason.COMPLAINT, "urgent_handoff"), (Reason.FRAUD, "fraud_handoff")]
)
async def test_whoever_was_to_be_handed_over_still_is(
    chain: AuditStore, reason: Reason, key: str
) -> None:
    handoff = Handoff(reason, "complaint", 0.9, "理财保本吗")
    bench, identifier = await hear(Promising(handoff=handoff), chain)
    after = await bench.store.get(identifier)
    assert (after.owner, after.handoff) == (Owner.QUEUE, handoff)
    assert bench.queue.line == [identifier]
    said = [entry.text for entry in await bench.store.log(identifier) if entry.for_customer]
    assert WORDS.text(key) in said
    assert rows(chain, "message.blocked")


async def test_what_was_not_blocked_leaves_no_block(chain: AuditStore) -> None:
    await hear(EchoBot(), chain)
    assert rows(chain, "message.blocked") == []
