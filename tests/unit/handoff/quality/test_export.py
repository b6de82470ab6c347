"""GET /figures.csv: for supervisors, and on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from handoff.accounts import Accounts
from handoff.desk.figures_page import figures_routes
from handoff.desk.parts import Parts
from handoff.desk.quality import QualityParts
from handoff.labels import Labels
from handoff.memory_accounts import MemoryAccounts
from handoff.quality.errors import QualityUnavailable
from tests.unit.handoff.figures.talks import exemplary
from tests.unit.handoff.quality.room import QualityRoom
from tests.unit.handoff.room import GU, ZHOU
from tests.unit.handoff.tickets.test_pages import Here, Logged

if TYPE_CHECKING:
    from handoff.desk.sessions import Sessions

DAY = "/figures.csv?first=2026-06-01&last=2026-06-01"


@pytest.fixture
def logged() -> Logged:
    return Logged(GU)


@pytest.fixture
def room() -> QualityRoom:
    room = QualityRoom()
    room.keeps(exemplary())
    return room


@pytest.fixture
def client(room: QualityRoom, logged: Logged) -> TestClient:
    store = MemoryAccounts()
    store.add(ZHOU, "hash")
    seen = {"sessions": cast("Sessions", Here(logged)), "labels": Labels.load()}
    parts = cast("Parts", type("Seen", (), seen))
    app = FastAPI()
    app.include_router(
        figures_routes(QualityParts(parts, room.service, room.figures, Accounts(store)))
    )
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def test_a_supervisor_gets_the_file_and_that_stands_in_the_trail(
    client: TestClient, room: QualityRoom
) -> None:
    answer = client.get(DAY)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "figures-2026-06-01-2026-06-01.csv" in answer.headers["content-disposition"]
    assert answer.text.startswith("\ufeff统计期间,2026-06-01 至 2026-06-01")
    assert "投诉,1" in answer.text
    assert "周晓,1,160,1" in answer.text
    assert room.trail.kinds == ["figures.export"]


@pytest.mark.parametrize(("account", "leads"), [(ZHOU, "/"), (None, "/login")])
def test_nobody_else_gets_it(
    client: TestClient, logged: Logged, account: object, leads: str
) -> None:
    logged.account = account  # type: ignore[assignment]
    assert client.get(DAY).headers["location"] == leads


def test_too_many_days_and_a_database_that_is_down_are_said(
    client: TestClient, room: QualityRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/figures.csv?first=2020-01-01&last=2026-01-01").status_code == 422

    def down(*_: object, **__: object) -> None:
        raise QualityUnavailable

    monkeypatch.setattr(room.store, "find", down)
    assert client.get(DAY).status_code == 503
    assert room.trail.kinds == []
