"""The workflow as staff go through it: four eyes, states, conflicts, problems, the trail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import (
    DuplicateItem,
    EditConflict,
    Fault,
    FourEyes,
    NotAllowed,
    ReasonNeeded,
    StillCited,
    UnknownItem,
    WrongState,
)
from knowledge_base.catalogue.revision import Kind, Pin, Revision, State
from knowledge_base.errors import ContentInvalid
from tests.unit.knowledge_base.catalogue.parts import (
    HOTLINE,
    HOURS,
    LIN,
    LOSS,
    READER,
    WU,
    ZHOU,
    Bench,
)

ARTICLE = Kind.ARTICLE
NEW: dict[str, Any] = {
    **LOSS,
    "id": "card-new",
    "title": "怎么补卡？",
    "questions": ["补办银行卡"],
    "checks": [],
}


def codes(catalogue: Catalogue, content: dict[str, Any], kind: Kind = ARTICLE) -> set[str]:
    found = catalogue.problems(kind, content, "" if kind is ARTICLE else "hotline")
    assert all(isinstance(problem, Fault) for problem in found)
    return {f"{one.field}: {one.code}" for one in found if isinstance(one, Fault)}


def test_a_text_goes_from_draft_to_approved(bench: Bench, catalogue: Catalogue) -> None:
    made = catalogue.create(ZHOU, ARTICLE, "card-new", NEW, "补卡流程")
    assert (made.number, made.state, made.authors, made.note) == (
        1,
        State.DRAFT,
        ("zhou",),
        "补卡流程",
    )
    saved = catalogue.save(LIN, made, {**NEW, "body": "请到网点补卡。"})
    assert saved.authors == ("zhou", "lin")
    reviewed = catalogue.submit(ZHOU, saved)
    approved = catalogue.approve(WU, reviewed, date(2026, 12, 1))
    assert (approved.state, approved.reviewer) == (State.APPROVED, "wu")
    assert approved.publish_on == date(2026, 12, 1)
    assert catalogue.item(ARTICLE, "card-new").working == approved
    assert bench.trail.events == ["created", "submitted", "approved"]
    assert bench.trail.records[-1][1:3] == ("wu", "article:card-new#1")
    assert bench.trail.records[-1][3]["authors"] == "zhou lin"


def test_no_author_approves_the_own_text(catalogue: Catalogue) -> None:
    made = catalogue.create(ZHOU, ARTICLE, "card-new", NEW)
    saved = catalogue.save(WU, made, NEW)
    reviewed = catalogue.submit(ZHOU, saved)
    with pytest.raises(FourEyes):
        catalogue.approve(WU, reviewed)
    forged = replace(reviewed, authors=("zhou",))
    with pytest.raises(FourEyes):
        catalogue.approve(WU, forged)
    assert catalogue.item(ARTICLE, "card-new").shown.state is State.REVIEW


def test_an_author_stays_an_author_when_it_comes_back(bench: Bench, catalogue: Catalogue) -> None:
    saved = catalogue.save(WU, bench.draft(), LOSS)
    back = catalogue.send_back(WU, catalogue.submit(ZHOU, saved), "缺少出处")
    reviewed = catalogue.submit(ZHOU, catalogue.save(ZHOU, back, LOSS))
    with pytest.raises(FourEyes):
        catalogue.approve(WU, reviewed)


@pytest.mark.parametrize(
    "deed",
    [
        lambda catalogue, by, text: catalogue.approve(by, catalogue.submit(ZHOU, text)),
        lambda catalogue, by, text: catalogue.send_back(by, catalogue.submit(ZHOU, text), "不对"),
        lambda catalogue, by, _: catalogue.archive(by, ARTICLE, "card-loss", "停用"),
    ],
)
def test_only_reviewers_decide(bench: Bench, catalogue: Catalogue, deed: Any) -> None:
    draft = bench.draft()
    with pytest.raises(NotAllowed):
        deed(catalogue, LIN, draft)


def test_readers_change_nothing(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft()
    deeds: list[Callable[[], object]] = [
        lambda: catalogue.create(READER, ARTICLE, "card-new", NEW),
        lambda: catalogue.edit(READER, ARTICLE, "card-loss"),
        lambda: catalogue.save(READER, draft, LOSS),
        lambda: catalogue.submit(READER, draft),
        lambda: catalogue.discard(READER, draft),
        lambda: catalogue.restore(READER, ARTICLE, "branch-hours", 1),
        lambda: catalogue.comment(READER, draft, "好"),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()
    assert catalogue.item(ARTICLE, "card-loss").working == draft


def test_editing_opens_one_draft_of_the_published_text(catalogue: Catalogue) -> None:
    opened = catalogue.edit(ZHOU, ARTICLE, "card-loss")
    assert (opened.number, opened.based_on, opened.state) == (2, 1, State.DRAFT)
    assert opened.content["title"] == LOSS["title"]
    assert catalogue.edit(LIN, ARTICLE, "card-loss") == opened
    published = catalogue.item(ARTICLE, "card-loss").published
    assert published is not None
    assert published.number == 1


def test_two_who_open_a_draft_at_the_same_moment_get_the_same(
    bench: Bench, catalogue: Catalogue
) -> None:
    """The store refuses the second: what it had read before was already old."""
    before = catalogue.item(ARTICLE, "card-loss")
    first = catalogue.edit(ZHOU, ARTICLE, "card-loss")
    bench.store.item = lambda *_: before  # type: ignore[method-assign]
    assert catalogue.edit(LIN, ARTICLE, "card-loss") == first


def test_the_second_of_two_editors_is_told_and_loses_nothing(
    bench: Bench, catalogue: Catalogue
) -> None:
    opened = bench.draft()
    mine = catalogue.save(ZHOU, opened, {**LOSS, "body": "甲写的。"})
    with pytest.raises(EditConflict) as caught:
        catalogue.save(LIN, opened, {**LOSS, "body": "乙写的。"})
    assert caught.value.current == mine
    merged = catalogue.save(LIN, caught.value.current, {**LOSS, "body": "甲乙合写的。"})
    assert merged.authors == ("zhou", "lin")


def test_nobody_decides_on_a_text_they_have_not_seen(bench: Bench, catalogue: Catalogue) -> None:
    seen = catalogue.submit(ZHOU, bench.draft())
    changed = catalogue.save(ZHOU, catalogue.withdraw(ZHOU, seen), {**LOSS, "body": "换了。"})
    catalogue.submit(ZHOU, changed)
    for deed in (catalogue.approve, lambda by, text: catalogue.send_back(by, text, "不对")):
        with pytest.raises(EditConflict):
            deed(WU, seen)


@pytest.mark.parametrize("state", ["review", "approved"])
def test_text_in_review_is_not_written_in(bench: Bench, catalogue: Catalogue, state: str) -> None:
    text = catalogue.submit(ZHOU, bench.draft())
    if state == "approved":
        text = catalogue.approve(WU, text)
    deeds: list[Callable[[], object]] = [
        lambda: catalogue.save(ZHOU, text, LOSS),
        lambda: catalogue.submit(ZHOU, text),
        lambda: catalogue.discard(ZHOU, text),
    ]
    for deed in deeds:
        with pytest.raises(WrongState) as caught:
            deed()
        assert caught.value.state == state
    withdrawn = catalogue.withdraw(ZHOU, text)
    assert (withdrawn.state, withdrawn.reviewer) == (State.DRAFT, None)
    assert catalogue.save(ZHOU, withdrawn, LOSS).state is State.DRAFT


def test_a_draft_cannot_be_approved_or_sent_back(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft()
    with pytest.raises(WrongState):
        catalogue.approve(WU, draft)
    with pytest.raises(WrongState):
        catalogue.send_back(WU, draft, "不对")
    with pytest.raises(WrongState):
        catalogue.withdraw(ZHOU, draft)


def test_sending_back_needs_a_reason(bench: Bench, catalogue: Catalogue) -> None:
    text = catalogue.submit(ZHOU, bench.draft())
    with pytest.raises(ReasonNeeded):
        catalogue.send_back(WU, text, "  ")
    back = catalogue.send_back(WU, text, " 请补充出处 ")
    assert (back.state, back.note, back.reviewer) == (State.DRAFT, "请补充出处", "wu")
    assert bench.trail.records[-1][3] == {"why": "请补充出处"}


def test_a_draft_is_discarded_and_restored(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft(body="写了一半")
    gone = catalogue.discard(ZHOU, draft)
    assert gone.state is State.SUPERSEDED
    assert catalogue.item(ARTICLE, "card-loss").working is None
    again = catalogue.restore(LIN, ARTICLE, "card-loss", draft.number)
    assert (again.number, again.based_on, again.authors) == (3, 2, ("zhou", "lin"))
    assert again.content["body"] == "写了一半"
    with pytest.raises(WrongState):
        catalogue.restore(LIN, ARTICLE, "card-loss", 1)


def test_a_text_that_somebody_else_fetches_back_is_still_its_authors(
    bench: Bench, catalogue: Catalogue
) -> None:
    mine = catalogue.save(WU, catalogue.edit(WU, ARTICLE, "card-loss"), {**LOSS, "body": "新。"})
    catalogue.discard(WU, mine)
    fetched = catalogue.restore(LIN, ARTICLE, "card-loss", mine.number)
    with pytest.raises(FourEyes):
        catalogue.approve(WU, catalogue.submit(LIN, fetched))
    assert bench.trail.events[-1] == "submitted"


def test_a_discarded_new_item_is_archived_and_its_id_stays_taken(catalogue: Catalogue) -> None:
    made = catalogue.create(ZHOU, ARTICLE, "card-new", NEW)
    assert catalogue.discard(ZHOU, made).state is State.ARCHIVED
    with pytest.raises(DuplicateItem):
        catalogue.create(ZHOU, ARTICLE, "card-new", NEW)
    with pytest.raises(WrongState):
        catalogue.edit(ZHOU, ARTICLE, "card-new")
    assert catalogue.restore(ZHOU, ARTICLE, "card-new", 1).state is State.DRAFT


def test_archiving_takes_the_draft_along(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft()
    with pytest.raises(ReasonNeeded):
        catalogue.archive(WU, ARTICLE, "card-loss", "")
    catalogue.archive(WU, ARTICLE, "card-loss", "产品停办")
    states = [one.state for one in catalogue.revisions(ARTICLE, "card-loss")]
    assert states == [State.ARCHIVED, State.ARCHIVED]
    assert catalogue.revision(ARTICLE, "card-loss", 1).note == "产品停办"
    with pytest.raises(EditConflict):
        catalogue.save(ZHOU, draft, LOSS)
    with pytest.raises(WrongState):
        catalogue.archive(WU, ARTICLE, "card-loss", "再来一次")


def test_a_cited_value_is_not_archived(catalogue: Catalogue) -> None:
    with pytest.raises(StillCited) as caught:
        catalogue.archive(WU, Kind.VALUE, "hotline", "换号")
    assert caught.value.articles == ("card-loss",)
    catalogue.archive(WU, ARTICLE, "card-loss", "停用")
    catalogue.archive(WU, Kind.VALUE, "hotline", "换号")


def test_values_go_the_same_way(catalogue: Catalogue) -> None:
    opened = catalogue.edit(ZHOU, Kind.VALUE, "hotline")
    saved = catalogue.save(ZHOU, opened, {**HOTLINE, "value": "400-111-1111"})
    approved = catalogue.approve(WU, catalogue.submit(ZHOU, saved))
    assert approved.state is State.APPROVED
    with pytest.raises(ContentInvalid):
        catalogue.create(ZHOU, Kind.VALUE, "Hot Line", HOTLINE)


@pytest.mark.parametrize("id_", ["", "Card Loss", "卡", "../etc", "a" * 90])
def test_an_id_is_right_from_the_start(catalogue: Catalogue, id_: str) -> None:
    with pytest.raises(ContentInvalid) as caught:
        catalogue.create(ZHOU, ARTICLE, id_, NEW)
    assert [problem.field for problem in caught.value.problems] == ["id"]


def test_an_id_is_taken_once(catalogue: Catalogue) -> None:
    with pytest.raises(DuplicateItem):
        catalogue.create(ZHOU, ARTICLE, "card-loss", NEW)


def test_a_content_never_changes_its_id(catalogue: Catalogue) -> None:
    made = catalogue.create(ZHOU, ARTICLE, "card-new", {**NEW, "id": "card-loss"})
    assert made.content["id"] == "card-new"
    saved = catalogue.save(ZHOU, made, {**NEW, "id": "other", "status": "retired"})
    assert saved.content["id"] == "card-new"
    assert "status" not in saved.content


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"title": "营业时间"}, {"questions: repeated_wording"}),
        ({"questions": ["營業時間？"]}, {"questions: repeated_wording"}),
        ({"questions": ["我的卡不见了！"]}, {"questions: check_is_wording"}),
        ({"checks": ["营业时间"]}, {"checks: check_is_wording"}),
        ({"checks": ["补办 银行卡"]}, {"checks: check_is_wording"}),
        ({"body": "{{fee}} 元"}, {"body: unknown_value"}),
        ({"body": "本产品保本"}, {"body: wording_refused"}),
        ({"title": "保本吗？", "effective": "x"}, {"title: wording_refused"}),
        ({"effective": "明天"}, {"effective: date_from_datetime_parsing"}),
        ({"expires": "2020-01-01"}, {"expires: dates_order"}),
        ({"body": "  ", "owner": ""}, {"body: string_too_short", "owner: string_too_short"}),
        ({"categories": ["lottery"]}, {"categories.0: literal_error"}),
        ({"categories": ["none", "fund"]}, {"categories: none_alone"}),
        ({"colour": "red"}, {"colour: extra_forbidden"}),
        ({"questions": "一行字"}, {"questions: tuple_type"}),
    ],
)
def test_problems_are_named_by_field_and_code(
    catalogue: Catalogue, changes: dict[str, Any], expected: set[str]
) -> None:
    assert expected <= codes(catalogue, {**NEW, **changes})
    assert bool(expected) == bool(codes(catalogue, {**NEW, **changes}))


def test_an_own_wording_is_no_conflict(catalogue: Catalogue) -> None:
    assert codes(catalogue, LOSS) == set()
    assert codes(catalogue, HOURS) == set()
    assert codes(catalogue, HOTLINE, Kind.VALUE) == set()
    assert codes(catalogue, {**HOTLINE, "value": ""}, Kind.VALUE) == {"value: string_too_short"}
    assert codes(catalogue, {**HOTLINE, "value": "保本"}, Kind.VALUE) == {"value: wording_refused"}


def test_a_draft_with_problems_is_saved_but_not_submitted(
    bench: Bench, catalogue: Catalogue
) -> None:
    draft = bench.draft(body="{{fee}} 元", effective="明天")
    with pytest.raises(ContentInvalid):
        catalogue.submit(ZHOU, draft)
    assert catalogue.item(ARTICLE, "card-loss").working == draft


def test_two_in_review_cannot_share_a_wording(bench: Bench, catalogue: Catalogue) -> None:
    catalogue.submit(ZHOU, bench.draft(questions=["补办银行卡"]))
    with pytest.raises(ContentInvalid):
        catalogue.submit(ZHOU, catalogue.create(ZHOU, ARTICLE, "card-new", NEW))


def test_what_came_to_disagree_since_it_was_submitted_is_not_approved(
    bench: Bench, catalogue: Catalogue
) -> None:
    text = catalogue.submit(ZHOU, bench.draft(body="全部改写。"))
    cites = catalogue.save(ZHOU, catalogue.withdraw(ZHOU, text), {**LOSS, "body": "{{hotline}}"})
    submitted = catalogue.submit(ZHOU, cites)
    bench.store._items.pop((Kind.VALUE, "hotline"))  # noqa: SLF001  -- gone behind its back
    with pytest.raises(ContentInvalid):
        catalogue.approve(WU, submitted)


def test_comments(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft()
    made = catalogue.comment(WU, draft, " 请写明工作日 ", "body")
    assert (made.author, made.text, made.field, made.number) == ("wu", "请写明工作日", "body", 2)
    assert catalogue.comments(ARTICLE, "card-loss") == [made]
    with pytest.raises(ReasonNeeded):
        catalogue.comment(WU, draft, " ")
    with pytest.raises(UnknownItem):
        catalogue.comment(WU, replace(draft, number=9), "好")


def test_what_is_unknown(catalogue: Catalogue) -> None:
    asks: list[Callable[[], object]] = [
        lambda: catalogue.item(ARTICLE, "nothing"),
        lambda: catalogue.item(ARTICLE, "card\0-loss"),
        lambda: catalogue.revisions(ARTICLE, "\ud800"),
        lambda: catalogue.revision(ARTICLE, "card-loss\0", 1),
        lambda: catalogue.revisions(ARTICLE, "nothing"),
        lambda: catalogue.revision(ARTICLE, "card-loss", 9),
        lambda: catalogue.edit(ZHOU, ARTICLE, "nothing"),
        lambda: catalogue.archive(WU, Kind.VALUE, "nothing", "停用"),
    ]
    for ask in asks:
        with pytest.raises(UnknownItem):
            ask()


def test_what_cannot_be_recorded_does_not_happen(bench: Bench, catalogue: Catalogue) -> None:
    text = catalogue.submit(ZHOU, bench.draft())
    bench.trail.refuses = True
    with pytest.raises(OSError, match="audit"):
        catalogue.approve(WU, text)
    assert catalogue.item(ARTICLE, "card-loss").working == text


def test_a_deed_that_fails_after_it_was_recorded_is_recorded_as_failed(
    bench: Bench, catalogue: Catalogue
) -> None:
    """Two submit the same draft; the second passed its checks before the first was stored."""
    draft = bench.draft()
    reader = bench.store.revision

    def slow(pin: Pin) -> Revision | None:
        bench.store.revision = reader  # type: ignore[method-assign]
        found = reader(pin)
        catalogue.submit(ZHOU, draft)
        return found

    bench.store.revision = slow  # type: ignore[method-assign]
    with pytest.raises(EditConflict):
        catalogue.submit(LIN, draft)
    assert bench.trail.events[-3:] == ["submitted", "submitted", "submitted_failed"]


def test_what_no_database_takes_is_dropped(bench: Bench, catalogue: Catalogue) -> None:
    draft = bench.draft(body="前\ud800后", review=date(2027, 6, 30), questions=("卡丢了",))
    assert draft.content["body"] == "前后"
    assert draft.content["review"] == "2027-06-30"
    assert draft.content["questions"] == ["卡丢了"]
    assert catalogue.comment(WU, draft, "好\0的\udfff").text == "好的"
    back = catalogue.send_back(WU, catalogue.submit(ZHOU, draft), "不\0对")
    assert (back.note, bench.trail.records[-1][3]) == ("不对", {"why": "不对"})


def test_a_content_that_is_changed_after_it_was_handed_in_is_not_changed_here(
    bench: Bench, catalogue: Catalogue
) -> None:
    content = {**LOSS, "questions": ["甲"]}
    draft = catalogue.save(ZHOU, bench.draft(), content)
    content["questions"].append("乙")
    assert draft.content["questions"] == ["甲"]
