"""The bot's own utterances cite what is published, not what came with the installation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.actions.utterances import Utterances
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.revision import Kind, Person, Publication
from knowledge_base.retrieval.snapshot import Pointer, write_pointer
from yinqiao.content import load_content, load_starter, open_catalogue
from yinqiao.named_values import NamedValues
from yinqiao.records import open_records
from yinqiao.settings import Settings

EDITOR = Person("li", "李编辑", may_edit=True)
REVIEWER = Person("zhao", "赵审核", may_review=True)
TODAY = date(2026, 11, 24)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("YINQIAO_VAR", str(tmp_path / "var"))
    return Settings()


@pytest.fixture
def catalogue(settings: Settings) -> Catalogue:
    """Return a catalogue with the starter content in service."""
    opened = open_catalogue(settings)
    load_starter(opened)
    publish(opened, settings, "first")
    return opened


@pytest.fixture
def engine(settings: Settings) -> sa.Engine:
    return open_records(settings)


@pytest.fixture
def values(settings: Settings, engine: sa.Engine) -> NamedValues:
    return NamedValues(engine, settings.snapshots_dir)


def publish(catalogue: Catalogue, settings: Settings, name: str) -> None:
    """Do what a publisher does after it has built: record, then point."""
    revisions = catalogue.in_force(TODAY)
    record = Publication(name, REVIEWER.login, datetime.now(UTC), len(load_content()), ())
    catalogue.published(record, revisions)
    point(settings, name)


def point(settings: Settings, name: str) -> None:
    (settings.snapshots_dir / "snapshots").mkdir(parents=True, exist_ok=True)
    write_pointer(settings.snapshots_dir, Pointer(snapshot=name))


def approve_hotline(catalogue: Catalogue, value: str) -> None:
    draft = catalogue.edit(EDITOR, Kind.VALUE, "hotline")
    saved = catalogue.save(EDITOR, draft, {**draft.content, "value": value})
    catalogue.approve(REVIEWER, catalogue.submit(EDITOR, saved))


def test_a_value_is_said_when_it_is_published_and_not_before(
    settings: Settings, catalogue: Catalogue, values: NamedValues
) -> None:
    shipped = values()["hotline"]
    approve_hotline(catalogue, "95999")
    assert values()["hotline"] == shipped
    publish(catalogue, settings, "second")
    assert values()["hotline"] == "95999"
    catalogue.rolled_back("first", REVIEWER)
    point(settings, "first")
    assert values()["hotline"] == shipped


def test_what_was_read_last_holds_while_the_records_are_down(
    settings: Settings, catalogue: Catalogue, values: NamedValues, engine: sa.Engine
) -> None:
    approve_hotline(catalogue, "95999")
    publish(catalogue, settings, "second")
    assert values()["hotline"] == "95999"
    engine.dispose()
    for part in settings.var.glob("records.db*"):
        part.unlink()
    (settings.var / "records.db").mkdir()
    point(settings, "third")
    assert values()["hotline"] == "95999"


def test_before_anything_is_published_the_shipped_values_hold(values: NamedValues) -> None:
    assert Utterances.load().values <= values().keys()
