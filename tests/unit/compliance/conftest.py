"""The room's own data, loaded once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.categories import CategoryFinder
from compliance.gate import ComplianceGate
from compliance.notices import NoticeBook
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.approved import Seal
from conversation.conversation import Conversation, Customer, Owner

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.load()


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    return Redactor.load()


@pytest.fixture(scope="session")
def finder() -> CategoryFinder:
    return CategoryFinder.load()


@pytest.fixture(scope="session")
def notices() -> NoticeBook:
    return NoticeBook.load()


@pytest.fixture(scope="session")
def seal() -> Seal:
    return Seal()


@pytest.fixture(scope="session")
def gate(
    seal: Seal, notices: NoticeBook, finder: CategoryFinder, wording: Wording, redactor: Redactor
) -> ComplianceGate:
    return ComplianceGate(seal, notices, finder, wording, redactor, clock=lambda: NOW)


@pytest.fixture
def conversation() -> Conversation:
    return Conversation("0123456789abcdef-1", Customer("web", "visitor"), Owner.BOT, 1, NOW, NOW)
