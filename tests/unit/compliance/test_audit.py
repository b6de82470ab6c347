"""P8: whatever is done to the chain shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.audit import GENESIS, AuditEntry, AuditRow, Head, canonical, chained, verify

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def _rows(count: int = 5) -> list[AuditRow]:
    entries = [
        AuditEntry("c-1", str(number), "message.sent", "bot", AT, {"text": f"第{number}句"})
        for number in range(count)
    ]
    return chained(entries, Head())


def test_a_whole_chain_verifies() -> None:
    rows = _rows()
    assert rows[0].prev_hash == GENESIS
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert verify(rows) is None
    assert verify(rows[2:], Head(2, rows[1].hash)) is None
    assert verify([]) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda row: replace(row, data=canonical({"text": "别的"})),
        lambda row: replace(row, actor="agent:x"),
        lambda row: replace(row, at="2026-11-02T04:00:00.001+00:00"),
        lambda row: replace(row, kind="notice.shown"),
        lambda row: replace(row, subject="c-2"),
        lambda row: replace(row, key="9"),
        lambda row: replace(row, seq=30),
        lambda row: replace(row, prev_hash=GENESIS),
        lambda row: replace(row, hash=GENESIS),
    ],
)
def test_a_changed_row_is_named(damage: Callable[[AuditRow], AuditRow]) -> None:
    rows = _rows()
    rows[2] = damage(rows[2])
    assert verify(rows) == 2


def test_a_missing_an_added_and_a_moved_row_are_named() -> None:
    rows = _rows()
    assert verify(rows[:1] + rows[2:]) == 1
    assert verify([*rows[:2], rows[1], *rows[2:]]) == 2
    assert verify([rows[0], rows[2], rows[1], *rows[3:]]) == 1
    assert verify(rows[1:]) == 0


def test_a_row_that_was_changed_and_sealed_again_breaks_the_next() -> None:
    rows = _rows()
    forged = AuditEntry("c-1", "2", "message.sent", "bot", AT, {"text": "假的"})
    rows[2] = chained([forged], Head(2, rows[1].hash))[0]
    assert verify(rows) == 3


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=10) | st.integers(), max_size=5))
def test_canonical_json_does_not_depend_on_order(data: dict[str, str | int]) -> None:
    assert canonical(data) == canonical(dict(reversed(list(data.items()))))
