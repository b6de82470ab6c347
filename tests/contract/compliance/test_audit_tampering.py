"""P8: whatever is done to any row of the chain in SQL is found; trimming is not tampering."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.audit import AuditEntry, Head, Report
from compliance.audit_store import AUDIT, AUDIT_HEAD, AuditStore

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
COUNT = 8
TEXTS = ("subject", "key", "kind", "actor", "at", "data", "prev_hash", "hash")


def filled(store: AuditStore, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.delete(AUDIT))
        connection.execute(sa.delete(AUDIT_HEAD))
    for day in range(COUNT):
        at = AT + timedelta(days=day)
        store.append([AuditEntry(f"c-{day % 3}", str(day), "message.sent", "bot", at, {"n": day})])


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    deed=st.sampled_from(("change", "delete", "insert", "swap", "truncate")),
    seq=st.integers(1, COUNT),
    other=st.integers(1, COUNT),
    column=st.sampled_from(TEXTS),
)
def test_tampering_with_any_row_is_found(
    store: AuditStore, engine: sa.Engine, deed: str, seq: int, other: int, column: str
) -> None:
    filled(store, engine)
    rows = {row.seq: row for row in store.rows()}
    expected = seq
    with engine.begin() as connection:
        if deed == "change":
            changed = sa.update(AUDIT).where(AUDIT.c.seq == seq)
            connection.execute(changed.values({column: "0" * 20}))
        elif deed == "delete":
            connection.execute(sa.delete(AUDIT).where(AUDIT.c.seq == seq))
        elif deed == "truncate":
            connection.execute(sa.delete(AUDIT).where(AUDIT.c.seq >= seq))
        elif deed == "insert":
            copy = connection.execute(sa.select(AUDIT).where(AUDIT.c.seq == seq)).mappings().one()
            extra = {**copy, "seq": COUNT + 1, "key": "forged"}
            connection.execute(sa.insert(AUDIT), extra)
            expected = COUNT + 1
        else:
            other = other if other != seq else seq % COUNT + 1
            expected = min(seq, other)
            for name, place in ((seq, -1), (other, seq), (-1, other)):
                connection.execute(sa.update(AUDIT).where(AUDIT.c.seq == name).values(seq=place))
            assert rows
    assert store.verify(chunk=3).broken == expected


def test_a_chain_made_anew_is_found_by_a_head_noted_elsewhere(
    store: AuditStore, engine: sa.Engine
) -> None:
    filled(store, engine)
    noted = store.head()
    store.append([AuditEntry("c-9", "9", "message.sent", "bot", AT)])
    assert store.verify(noted=noted).broken is None
    with engine.begin() as connection:
        connection.execute(sa.delete(AUDIT))
        connection.execute(sa.delete(AUDIT_HEAD))
    store.append([AuditEntry("c-1", str(n), "message.sent", "bot", AT) for n in range(9)])
    assert store.verify() == Report(9, None)
    assert store.verify(noted=noted).broken == COUNT


def test_old_rows_are_trimmed_and_the_rest_still_verifies(
    store: AuditStore, engine: sa.Engine
) -> None:
    filled(store, engine)
    at, before = AT + timedelta(days=30), AT + timedelta(days=4)
    assert store.trim(before, at=at, dry_run=True) == 4
    assert len(store.rows()) == COUNT
    assert store.trim(before, held={"c-2"}, at=at) == 2, "the third row is on hold"
    assert store.trim(before, at=at) == 2
    assert store.trim(before, at=at) == 0
    assert store.verify(chunk=2).broken is None
    assert store.base().seq == 4
    assert [row.kind for row in store.rows(after=COUNT)] == ["audit.trimmed"] * 2


def test_a_beginning_that_the_chain_does_not_record_is_refused(
    store: AuditStore, engine: sa.Engine
) -> None:
    filled(store, engine)
    third = store.rows()[2]
    with engine.begin() as connection:
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.seq <= 3))
        connection.execute(sa.insert(AUDIT_HEAD), {"id": 2, "seq": 3, "hash": third.hash})
    assert store.base() == Head(3, third.hash)
    assert store.verify().broken == 4


@pytest.mark.parametrize("after", [2, 5])
def test_what_is_trimmed_whole_leaves_its_own_record(
    store: AuditStore, engine: sa.Engine, after: int
) -> None:
    filled(store, engine)
    assert store.trim(AT + timedelta(days=100), at=AT + timedelta(days=100 + after)) == COUNT
    assert [row.kind for row in store.rows()] == ["audit.trimmed"]
    assert store.verify() == Report(COUNT + 1, None)
