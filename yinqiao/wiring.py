"""Which part stands behind which port. The one seal of a process is made here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.client import RasaBot
from compliance.audit_store import AuditStore
from compliance.categories import CategoryFinder
from compliance.gate import ComplianceGate
from compliance.notice_shelf import NoticeShelf
from compliance.notices import Notices
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.rights.purger import Purger
from compliance.wording import Judge, Wording
from conversation.approved import Seal
from conversation.archive import Archive
from conversation.archiver import Archiver
from conversation.disk_files import DiskFiles
from conversation.house import House
from conversation.intake import IntakeForm
from conversation.reception import Reception
from conversation.redis_live_records import forget_tracker
from conversation.redis_signals import RedisSignals
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.settle import Settler
from conversation.sql_archive import SqlArchive
from conversation.sweeper import Sweeper
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from handoff.attachments import Attachments
from handoff.redis_queue import RedisHandoffQueue
from handoff.redis_requests import RedisRequests
from handoff.releases import Releases
from handoff.routing import Routing
from handoff.service import DeskService
from handoff.tickets.service import TicketService
from handoff.tickets.sweeper import TicketSweeper
from language.lexicon import Lexicon
from yinqiao.answers import AnswerRecorder
from yinqiao.live_store import open_redis
from yinqiao.named_values import NamedValues
from yinqiao.quality import open_inspector
from yinqiao.records import open_records
from yinqiao.rehearsal import Rehearsal
from yinqiao.replies import SentReplies
from yinqiao.retention.room import rights_of
from yinqiao.settings import Settings
from yinqiao.tickets import ComplaintRecorder, open_tickets
from yinqiao.understanding import wording_judge

_CANCEL_AGAIN = 15.0
"""Seconds; more than a turn that is finished before its worker ends may take."""


@dataclass(frozen=True, slots=True)
class Core:
    """What gateway, worker and desk share."""

    settings: Settings
    redis: Redis
    wake: Wake
    conversations: RedisConversations
    turns: RedisTurns
    signals: RedisSignals
    gate: ComplianceGate
    redactor: Redactor
    queue: RedisHandoffQueue
    routing: Routing
    records: sa.Engine
    audit: AuditStore
    recorder: AuditRecorder
    archive: Archive
    utterances: Utterances

    async def ready(self) -> bool:
        """Tell whether the live store answers."""
        try:
            return bool(await self.redis.ping())
        except (RedisError, OSError):
            return False


@dataclass(frozen=True, slots=True)
class PhraseLexicon:
    """The core's lexicon port on the language room's."""

    lexicon: Lexicon

    def reason(self, text: str) -> str | None:
        """See `conversation.ports.Lexicon`."""
        match = self.lexicon.match(text)
        return match.reason if match else None


def open_shelf(settings: Settings) -> NoticeShelf:
    """Return the notices in service, which every process reads from one file."""
    return NoticeShelf(settings.var / "notices" / "notices.json")


def gate_of(seal: Seal, notices: Notices, judge: Judge | None = None) -> ComplianceGate:
    """Return the gate with all its data."""
    wording = Wording.load(judge=judge)
    return ComplianceGate(seal, notices, CategoryFinder.load(), wording, Redactor.load())


def open_audit(settings: Settings) -> AuditStore:
    """Return the audit chain."""
    return AuditStore(open_records(settings))


def silent_conversations(redis: Redis) -> RedisConversations:
    """Return the live store for reading and removing: its seal is one that no gate knows."""
    return RedisConversations(redis, Seal(), Wake(redis))


@asynccontextmanager
async def open_core(settings: Settings) -> AsyncIterator[Core]:
    """Wire the core; its wake-ups run while it is open."""
    seal = Seal()
    records = open_records(settings)
    audit = AuditStore(records)
    redis = open_redis(settings.store_url)
    wake = Wake(redis)
    routing = Routing.load(hours=settings.opening_hours)
    worker = f"{socket.gethostname()}-{os.getpid()}"
    core = Core(
        settings=settings,
        redis=redis,
        wake=wake,
        conversations=RedisConversations(
            redis, seal, wake, lease_seconds=settings.lease_seconds, replicas=settings.replicas
        ),
        turns=RedisTurns(
            redis, worker, lease_seconds=settings.lease_seconds, replicas=settings.replicas
        ),
        signals=RedisSignals(redis),
        gate=gate_of(seal, open_shelf(settings), wording_judge(settings)),
        redactor=Redactor.load(),
        queue=RedisHandoffQueue(
            redis, routing, lease_seconds=settings.claim_seconds, replicas=settings.replicas
        ),
        routing=routing,
        records=records,
        audit=audit,
        recorder=AuditRecorder(audit),
        archive=SqlArchive(records),
        utterances=Utterances.load(),
    )
    async with background(wake.run()):
        yield core
    await redis.aclose()


@asynccontextmanager
async def background(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run coroutines beside the body; they are cancelled, and awaited, at its end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        await asyncio.gather(*map(_end, tasks))


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel until it has ended: a client library's `wait_for` may lose a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_CANCEL_AGAIN)
    with contextlib.suppress(asyncio.CancelledError):
        await task


@asynccontextmanager
async def open_worker(core: Core) -> AsyncIterator[Rehearsal]:
    """Run the turn worker and the sweeper while open; running turns are finished at the end.

    Yields the rehearsal that runs meanwhile.
    """
    settings = core.settings
    values = NamedValues(core.records, settings.snapshots_dir)
    bot = RasaBot(settings.rasa_url, settings.bot_timeout_seconds, values=values)
    tickets = ticket_service(core)
    complaints = ComplaintRecorder(core.recorder, tickets, house_of(core))
    recorder = AnswerRecorder(complaints, tickets)
    settler = Settler(
        core.conversations, core.turns, core.gate, core.queue, recorder, core.utterances
    )
    lexicon = PhraseLexicon(Lexicon.load())
    handler = Reception(
        *(core.conversations, core.queue, house_of(core), lexicon, IntakeForm.load()),
        TurnHandler(
            *(core.conversations, core.turns, bot, core.gate, lexicon, core.utterances),
        ),
    )
    worker = TurnWorker(core.conversations, core.turns, handler, settler, settings.turn_concurrency)
    sweeper = Sweeper(
        core.conversations,
        core.turns,
        bot_silence=timedelta(minutes=settings.bot_silence_minutes),
        queue_silence=timedelta(minutes=settings.queue_silence_minutes),
    )
    archiver = Archiver(
        core.conversations,
        core.turns,
        core.archive,
        expire_after=timedelta(days=settings.live_days),
    )
    rights = rights_of(settings, core.records, core.redis, core.conversations, core.turns)
    rehearsal = Rehearsal(
        bot, core.gate, lambda name: forget_tracker(core.redis, name), settings.rehearsal_seconds
    )
    works = (
        rehearsal.run(),
        _warmed(bot, worker),
        sweeper.run(),
        archiver.run(),
        Purger(rights).run(),
        TicketSweeper(tickets).run(),
        open_inspector(core.records, core.archive, open_shelf(settings), tickets.follow_up).run(),
    )
    async with background(*works):
        yield rehearsal
    await bot.aclose()


async def _warmed(bot: RasaBot, worker: TurnWorker) -> None:
    """Take turns as soon as they can be handled at once; messages are accepted meanwhile."""
    await bot.warm()
    await worker.run()


def house_of(core: Core) -> House:
    """Return the house's own voice."""
    return House(core.conversations, core.turns, core.gate, core.utterances)


def ticket_service(core: Core) -> TicketService:
    """Return complaint tickets."""
    letters = SentReplies(house_of(core), core.archive)
    return open_tickets(core.records, core.recorder, core.redactor, letters)


def files_of(settings: Settings) -> DiskFiles:
    """Return the files that go with conversations."""
    return DiskFiles(settings.files_dir, int(settings.file_megabytes * 1024 * 1024))


def desk_attachments(core: Core) -> Attachments:
    """Return what agents do with files."""
    return Attachments(desk_service(core), files_of(core.settings))


def desk_releases(core: Core) -> Releases:
    """Return what becomes of blocked sentences."""
    return Releases(desk_service(core), core.gate, RedisRequests(core.redis))


def desk_service(core: Core) -> DeskService:
    """Return what agents can do."""
    return DeskService(
        core.conversations,
        core.turns,
        core.queue,
        core.gate,
        core.utterances,
        core.recorder,
        core.routing,
        core.signals,
        lambda text: core.redactor.redact(text).text,
    )
