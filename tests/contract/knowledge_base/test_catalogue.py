"""The whole catalogue on real databases: one round of the workflow, and people at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import EditConflict, UnknownItem, WrongState
from knowledge_base.catalogue.revision import Kind, Pin, Publication, State
from knowledge_base.catalogue.sql_store import SqlCatalogue
from knowledge_base.catalogue.sql_tables import metadata
from knowledge_base.values import NamedValue
from tests.unit.knowledge_base.catalogue.parts import (
    HOTLINE,
    HOURS,
    LOSS,
    STARTER,
    TODAY,
    WU,
    ZHOU,
    Clock,
    Trail,
    article,
    wording,
)

ARTICLE = Kind.ARTICLE


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """Yield the catalogue of two published articles, on each database."""
    url = (
        f"sqlite:///{tmp_path / 'catalogue.db'}"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgresql_server"))
    )
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    made = Catalogue(SqlCatalogue(engine), Trail(), Clock(), wording)
    values = {"hotline": NamedValue.model_validate(HOTLINE)}
    made.load([article(LOSS), article(HOURS)], values, STARTER, State.PUBLISHED)
    yield made
    engine.dispose()


def publish(catalogue: Catalogue, name: str) -> None:
    changed = tuple(catalogue.pending(TODAY))
    revisions = catalogue.in_force(TODAY)
    at = revisions[0].changed
    catalogue.published(Publication(name, "wu", at, len(revisions), changed), revisions)


def test_from_draft_to_publication_and_back(catalogue: Catalogue) -> None:
    assert catalogue.pending(TODAY) == []
    publish(catalogue, "s1")
    opened = catalogue.edit(ZHOU, ARTICLE, "card-loss")
    saved = catalogue.save(ZHOU, opened, {**LOSS, "body": "拨打 {{hotline}}，随时挂失。"})
    with pytest.raises(EditConflict):
        catalogue.save(ZHOU, opened, LOSS)
    catalogue.comment(WU, saved, "好")
    catalogue.approve(WU, catalogue.submit(ZHOU, saved))
    assert catalogue.pending(TODAY) == ["card-loss"]
    publish(catalogue, "s2")
    assert catalogue.pending(TODAY) == []
    assert catalogue.effective(TODAY)[1].body.endswith("随时挂失。")
    catalogue.archive(WU, ARTICLE, "branch-hours", "停用")
    publish(catalogue, "s3")
    catalogue.rolled_back("s1", WU)
    assert [one.id for one in catalogue.effective(TODAY)] == ["branch-hours", "card-loss"]
    assert catalogue.effective(TODAY)[1].body == LOSS["body"]
    assert [one.number for one in catalogue.answers("card-loss")] == [1, 2]
    assert [one.snapshot for one in catalogue.publications()] == ["s1", "s3", "s2", "s1"]
    assert catalogue.load([article(LOSS)], {}, STARTER, State.PUBLISHED) == []


def test_one_of_many_reviewers_decides(catalogue: Catalogue) -> None:
    opened = catalogue.edit(ZHOU, ARTICLE, "card-loss")
    reviewed = catalogue.submit(ZHOU, opened)

    def decides(number: int) -> bool:
        try:
            if number % 2:
                catalogue.approve(WU, reviewed)
            else:
                catalogue.send_back(WU, reviewed, "不对")
        except (EditConflict, WrongState):
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(decides, range(8))) == 1


def test_many_who_open_an_article_write_in_one_draft(catalogue: Catalogue) -> None:
    def opens(_: int) -> Pin:
        return catalogue.edit(ZHOU, ARTICLE, "card-loss").pin

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(opens, range(8)))) == 1


@pytest.mark.parametrize("id_", ["nothing", "card\0loss", "\ud800"])
def test_an_odd_address_is_an_unknown_item(catalogue: Catalogue, id_: str) -> None:
    with pytest.raises(UnknownItem):
        catalogue.item(ARTICLE, id_)
