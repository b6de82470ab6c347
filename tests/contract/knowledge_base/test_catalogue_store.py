"""The catalogue store's contract, for the double, SQLite and PostgreSQL alike."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from knowledge_base.catalogue.errors import (
    CatalogueUnavailable,
    DuplicateItem,
    EditConflict,
    PublishedMeanwhile,
)
from knowledge_base.catalogue.memory_store import MemoryCatalogue
from knowledge_base.catalogue.ports import CatalogueStore, Change
from knowledge_base.catalogue.revision import (
    Comment,
    Kind,
    Pin,
    Publication,
    Revision,
    State,
)
from knowledge_base.catalogue.sql_store import SqlCatalogue
from knowledge_base.catalogue.sql_tables import metadata

AT = datetime(2026, 11, 2, 4, 0, 0, 123456, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
DRAFT = Revision(
    kind=Kind.ARTICLE,
    item="card-loss",
    number=1,
    state=State.DRAFT,
    content={"id": "card-loss", "title": "怎么挂失？", "questions": ["卡丢了"]},
    authors=("zhou",),
    created=AT,
    changed=AT,
    version=1,
)
# Saves 25 times, each time on what is stored then.
SAVER = """
import sys
from dataclasses import replace
import sqlalchemy as sa
from knowledge_base.catalogue.errors import EditConflict
from knowledge_base.catalogue.ports import Change
from knowledge_base.catalogue.revision import Kind, Pin
from knowledge_base.catalogue.sql_store import SqlCatalogue

url, name = sys.argv[1:]
options = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
store = SqlCatalogue(sa.create_engine(url, **options))
saved = 0
while saved < 25:
    before = store.revision(Pin(Kind.ARTICLE, "card-loss", 1))
    count = before.content["count"] + 1
    after = replace(before, content={"count": count}, version=before.version + 1)
    try:
        store.write([Change(before, after)])
        saved += 1
    except EditConflict:
        pass
"""


def revision(**changes: Any) -> Revision:
    return replace(DRAFT, **changes)


def added(store: CatalogueStore, *revisions: Revision) -> None:
    store.write([Change(None, one) for one in revisions])


def publication(number: int, **changes: Any) -> Publication:
    made = Publication("snapshot-1", "scheduler", AT, 2, ("card-loss",), number=number)
    return replace(made, **changes)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each make."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.db'}"
    return str(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def sql(url: str) -> Iterator[SqlCatalogue]:
    """Yield an empty store in SQL."""
    options: dict[str, Any] = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
    engine = sa.create_engine(url, **options)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    yield SqlCatalogue(engine)
    engine.dispose()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CatalogueStore]:
    """Yield an empty store of each make."""
    if request.param == "memory":
        yield MemoryCatalogue()
        return
    url = (
        f"sqlite:///{tmp_path / 'catalogue.db'}"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgresql_server"))
    )
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    yield SqlCatalogue(engine)
    engine.dispose()


def test_what_was_written_is_read(store: CatalogueStore) -> None:
    full = revision(
        state=State.APPROVED,
        authors=("zhou", "lin"),
        reviewer="wu",
        decided=AT,
        publish_on=date(2026, 12, 1),
        note="新的流程",
        based_on=1,
        number=2,
        version=7,
    )
    published = revision(state=State.PUBLISHED)
    added(store, published, full)
    assert store.revision(full.pin) == full
    assert store.revisions(Kind.ARTICLE, "card-loss") == [full, published]
    item = store.item(Kind.ARTICLE, "card-loss")
    assert item is not None
    assert (item.published, item.working, item.latest) == (published, full, full)
    assert store.items(Kind.ARTICLE) == [item]
    assert store.items(Kind.VALUE) == []


def test_what_is_not_there(store: CatalogueStore) -> None:
    assert store.item(Kind.ARTICLE, "nothing") is None
    assert store.revisions(Kind.ARTICLE, "nothing") == []
    assert store.revision(Pin(Kind.ARTICLE, "nothing", 1)) is None
    assert store.pinned([Pin(Kind.ARTICLE, "nothing", 1)]) == []
    assert store.comments(Kind.ARTICLE, "nothing") == []
    assert store.publications() == []
    assert store.contents() is None
    assert store.contents("nothing") is None


def test_items_are_sorted_and_kinds_are_apart(store: CatalogueStore) -> None:
    for item in ("card-Z", "card-a", "card_b", "卡"):
        added(store, revision(item=item))
    added(store, revision(kind=Kind.VALUE, item="card-a"))
    ids = [item.id for item in store.items(Kind.ARTICLE)]
    assert ids == sorted(ids)
    assert len(ids) == 4
    assert [item.id for item in store.items(Kind.VALUE)] == ["card-a"]


def test_an_item_shows_its_last_revision_when_nothing_else_is_left(store: CatalogueStore) -> None:
    old = [revision(number=n, state=State.SUPERSEDED) for n in (1, 2)]
    last = revision(number=3, state=State.ARCHIVED)
    added(store, *old, last)
    item = store.item(Kind.ARTICLE, "card-loss")
    assert item is not None
    assert (item.published, item.working, item.latest) == (None, None, last)


def test_a_first_revision_is_made_once(store: CatalogueStore) -> None:
    added(store, DRAFT)
    with pytest.raises(DuplicateItem) as caught:
        added(store, revision(authors=("lin",)))
    assert caught.value.item == "card-loss"
    assert store.revisions(Kind.ARTICLE, "card-loss") == [DRAFT]


def test_a_stale_save_is_refused_and_told_what_is_stored(store: CatalogueStore) -> None:
    added(store, DRAFT)
    first = revision(content={"title": "甲"}, version=2)
    store.write([Change(DRAFT, first)])
    with pytest.raises(EditConflict) as caught:
        store.write([Change(DRAFT, revision(content={"title": "乙"}, version=2))])
    assert caught.value.current == first
    assert store.revision(DRAFT.pin) == first


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.APPROVED])
def test_an_item_has_one_working_revision(store: CatalogueStore, state: State) -> None:
    added(store, working := revision(state=state))
    with pytest.raises(EditConflict) as caught:
        added(store, revision(number=2))
    assert caught.value.current == working
    added(store, revision(number=2, state=State.PUBLISHED))


def test_an_item_has_one_published_revision(store: CatalogueStore) -> None:
    added(store, revision(state=State.PUBLISHED))
    with pytest.raises(EditConflict):
        added(store, revision(number=2, state=State.PUBLISHED))


def test_a_revision_takes_the_place_of_another_in_any_order(store: CatalogueStore) -> None:
    old = revision(state=State.PUBLISHED)
    new = revision(state=State.APPROVED, number=2)
    added(store, old, new)
    published = replace(new, state=State.PUBLISHED, version=2)
    superseded = replace(old, state=State.SUPERSEDED, version=2)
    store.write([Change(new, published), Change(old, superseded)])
    assert store.revisions(Kind.ARTICLE, "card-loss") == [published, superseded]


def test_one_refused_change_refuses_all(store: CatalogueStore) -> None:
    added(store, DRAFT)
    other = revision(item="card-new")
    stale = Change(revision(version=9), revision(version=10))
    with pytest.raises(EditConflict):
        store.write([Change(None, other), stale], publication(1), [DRAFT.pin])
    assert store.item(Kind.ARTICLE, "card-new") is None
    assert store.publications() == []


def test_publications_and_what_they_contain(store: CatalogueStore) -> None:
    pins = [Pin(Kind.VALUE, "hotline", 1), Pin(Kind.ARTICLE, "card-loss", 1)]
    first = publication(1, worse=("“卡丢了”",), override="已核对")
    second = publication(2, snapshot="snapshot-2", rolled_back=True)
    store.write([], first, pins)
    store.write([], second, pins[:1])
    assert store.publications() == [second, first]
    assert store.contents() == pins[:1]
    assert store.contents("snapshot-1") == sorted(pins)
    store.write([], publication(3), [])
    assert store.contents("snapshot-1") == []


def test_two_publications_cannot_follow_the_same_one(store: CatalogueStore) -> None:
    old = revision(state=State.PUBLISHED)
    new = revision(state=State.APPROVED, number=2)
    added(store, old, new)
    store.write([], publication(1))
    changes = [
        Change(old, replace(old, state=State.SUPERSEDED, version=2)),
        Change(new, replace(new, state=State.PUBLISHED, version=2)),
    ]
    with pytest.raises(PublishedMeanwhile):
        store.write(changes, publication(1))
    assert store.revisions(Kind.ARTICLE, "card-loss") == [new, old]


def test_comments_keep_their_order(store: CatalogueStore) -> None:
    made = [
        Comment(Kind.ARTICLE, "card-loss", number, "wu", AT, f"第{number}条", "body")
        for number in (3, 1, 2)
    ]
    for comment in made:
        store.add_comment(comment)
    store.add_comment(replace(made[0], item="other"))
    assert store.comments(Kind.ARTICLE, "card-loss") == made


def test_many_pins_at_once(store: CatalogueStore) -> None:
    made = [revision(item=f"item-{number:04}", state=State.PUBLISHED) for number in range(450)]
    added(store, *made)
    assert store.pinned([one.pin for one in reversed(made)]) == made


def test_threads_that_open_a_draft_at_once_get_one(store: CatalogueStore) -> None:
    added(store, revision(state=State.PUBLISHED))

    def opens(author: int) -> bool:
        try:
            added(store, revision(number=2 + author % 2, authors=(str(author),)))
        except EditConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(opens, range(8))) == 1


def test_processes_that_save_at_once_lose_nothing(sql: SqlCatalogue, url: str) -> None:
    added(sql, revision(content={"count": 0}))
    savers = [
        subprocess.Popen([sys.executable, "-c", SAVER, url, str(number)], cwd=ROOT)
        for number in range(2)
    ]
    assert [saver.wait(timeout=120) for saver in savers] == [0, 0]
    stored = sql.revision(DRAFT.pin)
    assert stored is not None
    assert stored.content == {"count": 50}
    assert stored.version == 51


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    store = SqlCatalogue(sa.create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'catalogue.db'}"))
    calls: list[Callable[[], object]] = [
        lambda: store.items(Kind.ARTICLE),
        lambda: added(store, DRAFT),
        store.publications,
        store.contents,
        lambda: store.comments(Kind.ARTICLE, "card-loss"),
    ]
    for call in calls:
        with pytest.raises(CatalogueUnavailable):
            call()
