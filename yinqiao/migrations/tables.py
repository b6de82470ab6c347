"""The tables of every room as they are now: what the steps must add up to.

No process that serves imports this: the rooms' tables stand beside their code.
"""

from __future__ import annotations

import compliance.audit_store
import compliance.rights.sql_holds
import compliance.vault.sql_copies
import conversation.archive_tables
import handoff.quality.sql_tables
import handoff.sql_accounts
import handoff.tickets.sql_tables
import knowledge_base.catalogue.sql_tables
import knowledge_base.unanswered.sql_store

METADATA = (
    compliance.audit_store.metadata,
    compliance.rights.sql_holds.metadata,
    compliance.vault.sql_copies.metadata,
    conversation.archive_tables.metadata,
    handoff.quality.sql_tables.metadata,
    handoff.sql_accounts.metadata,
    handoff.tickets.sql_tables.metadata,
    knowledge_base.catalogue.sql_tables.metadata,
    knowledge_base.unanswered.sql_store.metadata,
)
