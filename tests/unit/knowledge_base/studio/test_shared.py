"""What tabs share: who edits, and what was left unsaved."""

from __future__ import annotations

from datetime import UTC, datetime

from knowledge_base.catalogue.revision import Person
from knowledge_base.studio.presence import STALE, Presence
from knowledge_base.studio.unsaved import KEPT, Left, Unsaved

LI = Person("li", "李编辑", may_edit=True)
WANG = Person("wang", "王编辑", may_edit=True)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_others_are_named_once_and_oneself_never() -> None:
    presence = Presence(Clock())
    presence.beat("a", "tab1", LI)
    presence.beat("a", "tab2", LI)
    presence.beat("a", "tab3", WANG)
    presence.beat("b", "tab4", WANG)
    assert presence.others("a", "wang") == ["李编辑"]
    assert presence.others("a", "li") == ["王编辑"]
    assert presence.others("b", "wang") == []
    assert presence.others("nothing", "li") == []


def test_a_tab_that_left_or_fell_silent_is_forgotten() -> None:
    clock = Clock()
    presence = Presence(clock)
    presence.beat("a", "tab1", LI)
    presence.leave("a", "tab1")
    assert presence.others("a", "wang") == []
    presence.beat("a", "tab1", LI)
    clock.now += STALE + 1
    assert presence.others("a", "wang") == []


def test_what_was_left_is_kept_for_its_writer_until_dropped() -> None:
    unsaved = Unsaved()
    left = Left({"title": "写了一半"}, 1, 2, NOW)
    unsaved.keep("li", "article:a", left)
    assert unsaved.get("li", "article:a") == left
    assert unsaved.get("wang", "article:a") is None
    unsaved.drop("li", "article:a")
    assert unsaved.get("li", "article:a") is None


def test_what_is_kept_has_an_end() -> None:
    unsaved = Unsaved()
    for number in range(KEPT + 1):
        unsaved.keep("li", str(number), Left({}, 1, 1, NOW))
    assert unsaved.get("li", "0") is None
    assert unsaved.get("li", str(KEPT)) is not None
