"""Publishing: what is due, what would change, what is recorded, rolling back, loading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge_base.article import Article
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import (
    EditConflict,
    NotAllowed,
    UnknownItem,
    UnknownPublication,
    WrongState,
)
from knowledge_base.catalogue.revision import Kind, Publication, Revision, State
from knowledge_base.errors import ContentInvalid
from knowledge_base.values import NamedValue
from tests.unit.knowledge_base.catalogue.parts import (
    HOTLINE,
    HOURS,
    LIN,
    LOSS,
    STARTER,
    TODAY,
    WU,
    ZHOU,
    Bench,
    article,
)

ARTICLE = Kind.ARTICLE
TOMORROW = TODAY + timedelta(days=1)


def publish(bench: Bench, name: str, given: str = "all") -> Publication:
    """Publish as the publisher does: build from the revisions in force, then record them."""
    catalogue = bench.catalogue
    changed = tuple(catalogue.pending(TODAY))
    revisions = catalogue.due(TODAY) if given == "due" else catalogue.in_force(TODAY)
    at = bench.catalogue._clock()  # noqa: SLF001  -- the bench's own clock
    articles = len(catalogue.effective(TODAY))
    return catalogue.published(Publication(name, "wu", at, articles, changed), revisions)


def states(catalogue: Catalogue, id_: str = "card-loss") -> list[State]:
    return [one.state for one in catalogue.revisions(ARTICLE, id_)]


def values(number: str = "400-000-0000") -> dict[str, NamedValue]:
    return {"hotline": NamedValue.model_validate({**HOTLINE, "value": number})}


def approved_value(catalogue: Catalogue, number: str) -> Revision:
    opened = catalogue.edit(ZHOU, Kind.VALUE, "hotline")
    saved = catalogue.save(ZHOU, opened, {**HOTLINE, "value": number})
    return catalogue.approve(WU, catalogue.submit(ZHOU, saved))


def body(articles: list[Article], id_: str = "card-loss") -> str:
    return next(one.body for one in articles if one.id == id_)


def test_what_is_loaded_is_in_force(catalogue: Catalogue) -> None:
    articles = catalogue.effective(TODAY)
    assert [one.id for one in articles] == ["branch-hours", "card-loss"]
    assert articles[1] == article(LOSS).model_copy(update={"values": {"hotline": "400-000-0000"}})
    assert catalogue.pending(TODAY) == []
    assert catalogue.due(TODAY) == []


def test_drafts_and_text_in_review_are_never_in_force(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft(body="新的写法。")
    assert catalogue.pending(TODAY) == []
    catalogue.submit(ZHOU, draft)
    assert catalogue.pending(TODAY) == []
    assert body(catalogue.effective(TODAY)) == LOSS["body"]


def test_an_approved_text_waits_for_its_day(bench: Bench, catalogue: Catalogue) -> None:
    approved = bench.approved(TOMORROW, body="新的写法。")
    assert catalogue.due(TODAY) == []
    assert body(catalogue.effective(TODAY)) == LOSS["body"]
    assert catalogue.due(TOMORROW) == [approved]
    assert catalogue.pending(TOMORROW) == ["card-loss"]
    assert body(catalogue.effective(TOMORROW)) == "新的写法。"
    assert body(catalogue.effective(TOMORROW, include=())) == LOSS["body"]
    assert body(catalogue.effective(TOMORROW, include=("card-loss",))) == "新的写法。"


@pytest.mark.parametrize("given", ["all", "due"])
def test_a_publication_moves_the_states(bench: Bench, catalogue: Catalogue, given: str) -> None:
    bench.approved(body="新的写法。")
    first = publish(bench, "s1", given)
    assert (first.number, first.changed) == (1, ("card-loss",))
    assert states(catalogue) == [State.PUBLISHED, State.SUPERSEDED]
    assert catalogue.pending(TODAY) == []
    assert catalogue.due(TODAY) == []
    bench.approved(body="再改一次。")
    assert catalogue.pending(TODAY) == ["card-loss"]
    second = publish(bench, "s2", given)
    assert catalogue.publications() == [second, first]
    assert catalogue.pending(TODAY) == []
    assert bench.trail.events[-1] == "published"


@pytest.mark.parametrize("given", ["all", "due"])
def test_a_new_value_changes_the_articles_that_cite_it(
    bench: Bench, catalogue: Catalogue, given: str
) -> None:
    publish(bench, "s0")
    approved_value(catalogue, "400-111-1111")
    assert catalogue.pending(TODAY) == ["card-loss"]
    publish(bench, "s1", given)
    assert catalogue.pending(TODAY) == []
    assert catalogue.effective(TODAY)[1].values == {"hotline": "400-111-1111"}


@pytest.mark.parametrize("given", ["all", "due"])
def test_an_archived_article_leaves_with_the_next_publication(
    bench: Bench, catalogue: Catalogue, given: str
) -> None:
    publish(bench, "s0")
    catalogue.archive(WU, ARTICLE, "branch-hours", "不再提供")
    assert catalogue.pending(TODAY) == ["branch-hours"]
    publish(bench, "s1", given)
    assert catalogue.pending(TODAY) == []


def test_what_is_archived_while_a_snapshot_is_built_is_still_in_it(
    bench: Bench, catalogue: Catalogue
) -> None:
    revisions = catalogue.in_force(TODAY)
    catalogue.archive(WU, ARTICLE, "branch-hours", "不再提供")
    at = bench.catalogue._clock()  # noqa: SLF001  -- the bench's own clock
    catalogue.published(Publication("s1", "wu", at, 2, ()), revisions)
    assert catalogue.pending(TODAY) == ["branch-hours"]


def test_a_text_withdrawn_while_a_snapshot_is_built_stops_it(
    bench: Bench, catalogue: Catalogue
) -> None:
    approved = bench.approved(body="新的写法。")
    revisions = catalogue.in_force(TODAY)
    withdrawn = catalogue.withdraw(ZHOU, approved)
    at = bench.catalogue._clock()  # noqa: SLF001  -- the bench's own clock
    with pytest.raises(EditConflict) as caught:
        catalogue.published(Publication("s1", "wu", at, 2, ()), revisions)
    assert caught.value.current == withdrawn
    assert catalogue.publications() == []


def test_an_older_snapshot_cannot_follow_a_newer_one(bench: Bench, catalogue: Catalogue) -> None:
    old = catalogue.in_force(TODAY)
    bench.approved(body="新的写法。")
    publish(bench, "s1")
    at = bench.catalogue._clock()  # noqa: SLF001  -- the bench's own clock
    with pytest.raises(EditConflict):
        catalogue.published(Publication("s0", "wu", at, 2, ()), old)


def test_a_roll_back_says_what_is_in_service_again(bench: Bench, catalogue: Catalogue) -> None:
    publish(bench, "s1")
    bench.approved(body="新的写法。")
    catalogue.archive(WU, ARTICLE, "branch-hours", "不再提供")
    approved_value(catalogue, "400-111-1111")
    publish(bench, "s2")
    again = catalogue.rolled_back("s1", WU)
    assert (again.rolled_back, again.snapshot, again.by, again.articles) == (True, "s1", "wu", 2)
    assert again.changed == ("branch-hours", "card-loss")
    assert states(catalogue) == [State.SUPERSEDED, State.PUBLISHED]
    assert states(catalogue, "branch-hours") == [State.PUBLISHED]
    assert body(catalogue.effective(TODAY)) == LOSS["body"]
    assert catalogue.effective(TODAY)[1].values == {"hotline": "400-000-0000"}
    assert catalogue.pending(TODAY) == []
    assert catalogue.due(TODAY) == []
    forth = catalogue.rolled_back("s2", "scheduler")
    assert forth.changed == ("branch-hours", "card-loss")
    assert states(catalogue) == [State.PUBLISHED, State.SUPERSEDED]
    assert bench.trail.events[-2:] == ["rolled_back", "rolled_back"]


def test_a_roll_back_leaves_working_texts_alone(bench: Bench, catalogue: Catalogue) -> None:
    publish(bench, "s1")
    bench.approved(body="新的写法。")
    publish(bench, "s2")
    draft = bench.draft(body="还在写。")
    catalogue.rolled_back("s1", WU)
    assert states(catalogue) == [State.DRAFT, State.SUPERSEDED, State.PUBLISHED]
    assert catalogue.item(ARTICLE, "card-loss").working == draft


def test_a_roll_back_needs_a_publication_and_a_reviewer(bench: Bench, catalogue: Catalogue) -> None:
    publish(bench, "s1")
    with pytest.raises(UnknownPublication):
        catalogue.rolled_back("s9", WU)
    with pytest.raises(NotAllowed):
        catalogue.rolled_back("s1", ZHOU)


def test_articles_that_do_not_fit_together_are_not_published(
    bench: Bench, catalogue: Catalogue
) -> None:
    """An article may cite a value that is approved for a later day only."""
    value = {**HOTLINE, "value": "15"}
    fee = catalogue.submit(ZHOU, catalogue.create(ZHOU, Kind.VALUE, "fee", value))
    catalogue.approve(WU, fee, TOMORROW)
    bench.approved(body="工本费 {{fee}} 元。")
    with pytest.raises(ContentInvalid) as caught:
        catalogue.effective(TODAY)
    assert [(one.file, one.field) for one in caught.value.problems] == [("card-loss", "body")]
    assert catalogue.effective(TOMORROW)[1].values == {"fee": "15"}


def test_loading_again_makes_nothing_new(catalogue: Catalogue) -> None:
    articles = [article(LOSS), article(HOURS)]
    assert catalogue.load(articles, values(), STARTER, State.PUBLISHED) == []
    assert catalogue.load(articles, values(), ZHOU, State.DRAFT) == []


def test_loading_makes_new_revisions_of_what_differs(bench: Bench, catalogue: Catalogue) -> None:
    changed = article({**LOSS, "body": "新版。"})
    made = catalogue.load([changed, article(HOURS)], values("1"), STARTER, State.PUBLISHED)
    assert [(one.item, one.number, one.state) for one in made] == [
        ("card-loss", 2, State.PUBLISHED),
        ("hotline", 2, State.PUBLISHED),
    ]
    assert states(catalogue) == [State.PUBLISHED, State.SUPERSEDED]
    assert bench.trail.events == ["loaded"]


def test_loading_drafts_keeps_a_draft_that_is_in_its_way(
    bench: Bench, catalogue: Catalogue
) -> None:
    bench.draft(body="写了一半")
    (made,) = catalogue.load([article({**LOSS, "body": "导入。"})], {}, LIN, State.DRAFT)
    assert (made.number, made.authors, made.state) == (3, ("lin",), State.DRAFT)
    assert states(catalogue) == [State.DRAFT, State.SUPERSEDED, State.PUBLISHED]
    assert catalogue.revision(ARTICLE, "card-loss", 2).content["body"] == "写了一半"
    catalogue.submit(LIN, made)
    with pytest.raises(WrongState):
        catalogue.load([article({**LOSS, "body": "再导入。"})], {}, LIN, State.DRAFT)


def test_loading_keeps_what_the_bank_decided(bench: Bench, catalogue: Catalogue) -> None:
    catalogue.archive(WU, ARTICLE, "branch-hours", "不再提供")
    bench.approved(body="本行自己的写法。")
    publish(bench, "s1")
    newer = [article({**one, "body": "新版示例。"}) for one in (LOSS, HOURS)]
    assert catalogue.load(newer, {}, STARTER, State.PUBLISHED, overwrite=False) == []
    made = catalogue.load(newer, {}, STARTER, State.PUBLISHED)
    assert [one.item for one in made] == ["card-loss"]


def test_only_reviewers_load_as_published(catalogue: Catalogue) -> None:
    with pytest.raises(NotAllowed):
        catalogue.load([article({**LOSS, "body": "新。"})], {}, ZHOU, State.PUBLISHED)
    with pytest.raises(WrongState):
        catalogue.load([article(LOSS)], {}, WU, State.REVIEW)


def test_expired_articles_are_published_all_the_same(catalogue: Catalogue) -> None:
    """Their dates hide them, so an expiry needs no publication."""
    ids = [one.id for one in catalogue.effective(date(2030, 1, 1))]
    assert ids == ["branch-hours", "card-loss"]


def test_every_text_that_was_in_service_is_known(bench: Bench, catalogue: Catalogue) -> None:
    """A conversation's source names the text by its hash; the studio looks for the old ones."""

    def now() -> str:
        return catalogue.effective(TODAY)[1].revision

    starter = now()
    assert [(one.revision, one.number) for one in catalogue.answers("card-loss")] == [(starter, 1)]
    first = publish(bench, "s0")
    approved_value(catalogue, "400-111-1111")
    publish(bench, "s1")
    new_value = now()
    bench.approved(body="请拨打 {{hotline}} 办理。")
    publish(bench, "s2")
    new_text = now()
    known = catalogue.answers("card-loss")
    assert [(one.revision, one.number) for one in known] == [
        (new_text, 2),
        (new_value, 1),
        (starter, 1),
    ]
    catalogue.rolled_back("s0", WU)
    known = catalogue.answers("card-loss")
    assert [one.revision for one in known] == [starter, new_text, new_value]
    assert known[0].since == first.at
    assert len(catalogue.answers("branch-hours")) == 1
    assert catalogue.answers("nothing") == []


def test_an_unknown_revision_is_not_published(bench: Bench, catalogue: Catalogue) -> None:
    (unknown,) = Bench().load().revisions(Kind.ARTICLE, "card-loss")
    at = bench.catalogue._clock()  # noqa: SLF001  -- the bench's own clock
    with pytest.raises(UnknownItem):
        catalogue.published(Publication("s1", "wu", at, 2, ()), [replace(unknown, number=7)])
