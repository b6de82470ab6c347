"""Who holds what in this installation, and under which terms: rights and purge are wired here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from redis.asyncio import Redis

from compliance.audit_store import AuditStore
from compliance.recorder import AuditRecorder
from compliance.rights.holder import Holder
from compliance.rights.service import Rights
from compliance.rights.sql_holds import SqlHolds
from compliance.rights.terms import Kind, Term
from compliance.vault.sql_copies import SqlCopies
from conversation.disk_files import DiskFiles
from conversation.redis_dead_letters import RedisDeadLetters
from conversation.redis_live_records import RedisLiveRecords
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.sql_archive_records import SqlArchiveRecords
from handoff.quality.sql_store import SqlInspections
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.sql_tasks import SqlSurveys, SqlTasks
from knowledge_base.unanswered.sql_store import SqlUnanswered
from yinqiao.live_store import open_redis
from yinqiao.records import open_records
from yinqiao.retention.archive import ArchiveHolder
from yinqiao.retention.chain import AuditHolder
from yinqiao.retention.files import FilesHolder
from yinqiao.retention.inspections import InspectionsHolder
from yinqiao.retention.letters import LettersHolder
from yinqiao.retention.live import LiveHolder
from yinqiao.retention.logs import LogsHolder
from yinqiao.retention.tickets import TicketsHolder
from yinqiao.retention.unanswered import UnansweredHolder
from yinqiao.retention.vault import VaultHolder
from yinqiao.settings import Settings


def terms_of(settings: Settings) -> dict[Kind, Term]:
    """Return the terms; raises ValueError when one is shorter than the law's."""
    return {
        Kind.CONVERSATIONS: Term(settings.keep_conversations_days, settings.law_conversations_days),
        Kind.COMPLAINTS: Term(settings.keep_complaints_days, settings.law_complaints_days),
        Kind.UNANSWERED: Term(settings.keep_unanswered_days),
        Kind.AUDIT: Term(settings.keep_audit_days),
        Kind.VAULT: Term(settings.keep_vault_days),
        Kind.DEAD_LETTERS: Term(settings.keep_dead_letters_days),
        Kind.LOGS: Term(settings.keep_logs_days),
    }


def rights_of(
    settings: Settings,
    records: sa.Engine,
    redis: Redis,
    conversations: RedisConversations,
    turns: RedisTurns,
) -> Rights:
    """Return the rights over everything that this installation holds."""
    chain = AuditStore(records)
    archive = SqlArchiveRecords(records)
    live = RedisLiveRecords(redis, conversations)
    files = DiskFiles(settings.files_dir)
    holders: list[Holder] = [
        # The live store first: it refuses while a conversation is open, before anything is gone.
        LiveHolder(live, conversations, turns, archive),
        ArchiveHolder(archive),
        # After the two: they tell which conversations are still known.
        FilesHolder(files, live, archive),
        # After the archive: what is stored only is not inspected again.
        InspectionsHolder(SqlInspections(records)),
        UnansweredHolder(SqlUnanswered(records)),
        TicketsHolder(SqlTickets(records), SqlTasks(records), SqlSurveys(records)),
        VaultHolder(SqlCopies(records)),
        LettersHolder(RedisDeadLetters(redis)),
        LogsHolder(settings.var / "logs"),
        # The chain last: it records what the others did.
        AuditHolder(chain),
    ]
    return Rights(holders, SqlHolds(records), terms_of(settings), AuditRecorder(chain))


@asynccontextmanager
async def open_rights(settings: Settings) -> AsyncIterator[Rights]:
    """Open the stores for one command and yield the rights over them.

    Nobody is followed and nothing is said here: no wake-ups are listened for.
    """
    from yinqiao.wiring import silent_conversations  # noqa: PLC0415 - it needs this

    records = open_records(settings)
    redis = open_redis(settings.store_url)
    conversations = silent_conversations(redis)
    try:
        yield rights_of(settings, records, redis, conversations, RedisTurns(redis, "rights"))
    finally:
        await redis.aclose()
        records.dispose()
