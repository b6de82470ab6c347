"""Whatever staff do in whatever order, the promises of the workflow hold."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from knowledge_base.catalogue.errors import CatalogueError, FourEyes, NotAllowed
from knowledge_base.catalogue.revision import WORKING, Kind, Person, Publication, Revision, State
from knowledge_base.errors import ContentInvalid
from tests.unit.knowledge_base.catalogue.parts import (
    HOTLINE,
    LIN,
    LOSS,
    TODAY,
    WU,
    ZHOU,
    Bench,
)

CHEN = Person("chen", "陈审核", may_edit=True, may_review=True)
PEOPLE = st.sampled_from([ZHOU, LIN, WU, CHEN])
ITEMS = st.sampled_from(
    [(Kind.ARTICLE, "card-loss"), (Kind.ARTICLE, "branch-hours"), (Kind.VALUE, "hotline")]
)
Name = tuple[Kind, str]


class Staff(RuleBasedStateMachine):
    """Random people doing random things; every text saved and every approver are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.catalogue = self.bench.load()
        self.writers: dict[tuple[Kind, str, int], set[str]] = {}
        self.saves = 0
        self.snapshots: dict[str, list[str]] = {}

    def _try(self, deed: Callable[[], Revision]) -> Revision | None:
        try:
            return deed()
        except (CatalogueError, ContentInvalid):
            return None

    def _working(self, name: Name) -> Revision | None:
        return self.catalogue.item(*name).working

    @rule(by=PEOPLE, name=ITEMS)
    def writes(self, by: Person, name: Name) -> None:
        opened = self._try(lambda: self.catalogue.edit(by, *name))
        if opened is None:
            return
        self.saves += 1
        field = "body" if name[0] is Kind.ARTICLE else "value"
        content = {**opened.content, field: f"第{self.saves}稿"}
        saved = self._try(lambda: self.catalogue.save(by, opened, content))
        if saved is not None:
            self.writers.setdefault((*name, saved.number), set()).add(by.login)
            assert self.catalogue.revision(*name, saved.number).content[field] == content[field]

    @rule(by=PEOPLE, name=ITEMS)
    def submits(self, by: Person, name: Name) -> None:
        if working := self._working(name):
            self._try(lambda: self.catalogue.submit(by, working))

    @rule(by=PEOPLE, name=ITEMS)
    def approves(self, by: Person, name: Name) -> None:
        working = self._working(name)
        if working is None or working.state is not State.REVIEW:
            return
        wrote = by.login in self.writers.get((*name, working.number), set())
        try:
            self.catalogue.approve(by, working)
        except FourEyes:
            assert by.login in working.authors
        except NotAllowed:
            assert not by.may_review
        except ContentInvalid:
            pass
        else:
            assert not wrote
            assert by.may_review

    @rule(by=PEOPLE, name=ITEMS)
    def withdraws(self, by: Person, name: Name) -> None:
        if working := self._working(name):
            self._try(lambda: self.catalogue.withdraw(by, working))

    @rule(by=PEOPLE, name=ITEMS)
    def sends_back(self, by: Person, name: Name) -> None:
        if working := self._working(name):
            self._try(lambda: self.catalogue.send_back(by, working, "不对"))

    @rule(by=PEOPLE, name=ITEMS)
    def discards(self, by: Person, name: Name) -> None:
        if working := self._working(name):
            self._try(lambda: self.catalogue.discard(by, working))

    @rule(by=PEOPLE, name=ITEMS, first=st.booleans())
    def restores(self, by: Person, name: Name, *, first: bool) -> None:
        number = 1 if first else self.catalogue.item(*name).latest.number
        made = self._try(lambda: self.catalogue.restore(by, *name, number))
        if made is not None:
            wrote = self.writers.get((*name, number), set())
            self.writers[*name, made.number] = wrote | {by.login}

    @rule(by=PEOPLE, name=ITEMS)
    def archives(self, by: Person, name: Name) -> None:
        try:
            self.catalogue.archive(by, *name, "停用")
        except CatalogueError:
            return
        assert by.may_review

    @rule()
    def publishes(self) -> None:
        try:
            articles = self.catalogue.effective(TODAY)
        except ContentInvalid:
            return
        revisions = self.catalogue.in_force(TODAY)
        name = f"s{len(self.snapshots)}"
        at = self.bench.catalogue._clock()  # noqa: SLF001  -- the bench's own clock
        changed = tuple(self.catalogue.pending(TODAY))
        made = Publication(name, "wu", at, len(articles), changed)
        self.catalogue.published(made, revisions)
        self.snapshots[name] = [article.revision for article in articles]
        assert self.catalogue.pending(TODAY) == []
        assert self.catalogue.due(TODAY) == []

    @precondition(lambda self: self.snapshots)
    @rule(data=st.data())
    def rolls_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.snapshots)))
        self.catalogue.rolled_back(name, WU)
        nothing: tuple[str, ...] = ()
        articles = self.catalogue.effective(TODAY, include=nothing)
        assert [article.revision for article in articles] == self.snapshots[name]

    @invariant()
    def an_item_has_at_most_one_working_and_one_published_revision(self) -> None:
        for kind in Kind:
            for item in self.bench.store.items(kind):
                states = [one.state for one in self.catalogue.revisions(kind, item.id)]
                assert sum(state in WORKING for state in states) <= 1
                assert states.count(State.PUBLISHED) <= 1

    @invariant()
    def nobody_approved_the_own_text(self) -> None:
        for (kind, item, number), wrote in self.writers.items():
            revision = self.catalogue.revision(kind, item, number)
            assert wrote <= set(revision.authors)
            if revision.state in {State.APPROVED, State.PUBLISHED}:
                assert revision.reviewer not in {None, *revision.authors}

    @invariant()
    def history_only_grows(self) -> None:
        for kind in Kind:
            for item in self.bench.store.items(kind):
                numbers = [one.number for one in self.catalogue.revisions(kind, item.id)]
                assert numbers == list(range(len(numbers), 0, -1))
        assert self.catalogue.revision(Kind.ARTICLE, "card-loss", 1).content["body"] == LOSS["body"]
        assert self.catalogue.revision(Kind.VALUE, "hotline", 1).content == HOTLINE


TestStaff = Staff.TestCase
TestStaff.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
