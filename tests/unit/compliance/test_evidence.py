"""What evidence tells: notices with their acknowledgement, proofs of texts, safe to open."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from compliance.audit import AuditEntry
from compliance.audit_store import AUDIT, AuditStore
from compliance.evidence import EvidenceBook, Scope
from compliance.evidence_file import EvidenceWords
from compliance.evidence_report import to_csv, to_html

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ONE, TWO = "0123456789abcdef-1", "fedcba9876543210-4"
NOTICE = {"id": "fund-risk", "version": "2026-01", "category": "fund"}
WORDS = EvidenceWords.load()


@pytest.fixture
def engine() -> sa.Engine:
    options = {"check_same_thread": False}
    return sa.create_engine("sqlite://", poolclass=StaticPool, connect_args=options)


@pytest.fixture
def chain(engine: sa.Engine) -> AuditStore:
    store = AuditStore(engine)
    store.create()
    return store


def entry(
    subject: str, minute: int, kind: str, data: dict[str, Any] | None = None, actor: str = "bot"
) -> AuditEntry:
    at = AT + timedelta(minutes=minute)
    return AuditEntry(subject, f"{minute}-0", kind, actor, at, data or {})


def said(text: str, *, held: bool = True) -> dict[str, Any]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"text_sha256": digest} | ({"text": text} if held else {})


def test_a_notice_tells_version_time_customer_and_acknowledgement(chain: AuditStore) -> None:
    chain.append(
        [
            entry(ONE, 0, "notice.shown", {**said("基金有风险"), "notice": NOTICE}),
            entry(TWO, 1, "notice.shown", {"notice": NOTICE}),
            entry(ONE, 2, "notice_acknowledged", {"notices": [NOTICE]}, "customer"),
            entry(ONE, 3, "notice.shown", {"notice": NOTICE}),
        ]
    )
    book = EvidenceBook(chain, WORDS)
    # The period ends before the acknowledgement, which is told all the same.
    first, second = book.of(Scope(start=AT, end=AT + timedelta(minutes=2))).evidence
    assert (first.notice, first.version, first.category) == ("fund-risk", "2026-01", "fund")
    assert (first.at, first.acknowledged) == (AT, AT + timedelta(minutes=2))
    assert (first.customer, first.text, first.proof) == ("0123…cdef", "基金有风险", "proved")
    assert second.acknowledged is None
    *_, later = book.of(Scope(ONE)).evidence
    assert later.acknowledged is None, "an acknowledgement proves nothing of what came after it"


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        ("message.sent", "message"),
        ("notice.shown", "notice"),
        ("notice_acknowledged", "acknowledgement"),
        ("desk.blocked", "block"),
        ("desk.released", "release"),
        ("catalogue.approved", "approval"),
        ("publication.published", "publication"),
        ("unmask.revealed", "unmasking"),
        ("conversation.owner", "owner"),
        ("desk.login_failed", "login"),
        ("rights.hold_released", "rights"),
        ("something.new", "other"),
    ],
)
def test_every_kind_stands_under_its_heading(kind: str, sort: str) -> None:
    assert WORDS.sort_of(kind) == sort


def test_a_text_held_as_a_hash_comes_from_the_archive_and_is_checked(chain: AuditStore) -> None:
    chain.append(
        [entry(ONE, number, "message.sent", said("好", held=False)) for number in range(3)]
    )
    book = EvidenceBook(chain, WORDS, lambda _: {"0-0": "好", "1-0": "坏"})
    proofs = [(one.text[:7], one.proof) for one in book.of(Scope(ONE)).evidence]
    assert proofs == [("好", "proved"), ("坏", "differs"), ("sha256:", "withheld")]


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(chain: AuditStore) -> None:
    chain.append([entry(ONE, 0, "message.sent", said('=HYPERLINK("x")'), "@agent")])
    raw = to_csv(EvidenceBook(chain, WORDS).of(Scope(ONE)), WORDS)
    assert raw.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    assert row["内容"] == '\'=HYPERLINK("x")'
    assert row["操作者"] == "'@agent"
    assert row["客户（已掩码）"] == "0123…cdef"


def test_the_page_states_the_chain_and_takes_no_markup(
    chain: AuditStore, engine: sa.Engine
) -> None:
    chain.append([entry(ONE, 0, "message.sent", said("<script>alert(1)</script>"))])
    book = EvidenceBook(chain, WORDS)
    page = to_html(book.of(Scope(ONE)), WORDS, AT)
    assert "<script>" not in page
    assert chain.head().hash in page
    assert "完整：1 条记录" in page
    assert ONE.partition("-")[0] not in page
    with engine.begin() as connection:
        connection.execute(sa.update(AUDIT).values(actor="nobody"))
    assert "第 1 条记录起不可信" in to_html(book.of(Scope(ONE)), WORDS, AT)
