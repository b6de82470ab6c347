"""Warnings while writing: by letters among all, by meaning among what search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from knowledge_base.catalogue.similar import Similarity
from knowledge_base.retrieval.search import Searcher
from knowledge_base.studio.likes import Likes
from knowledge_base.studio.parts import Studio
from tests.unit.knowledge_base.catalogue.parts import Bench


@dataclass
class Finds:
    """A search that always finds one article; notes what it was asked."""

    article_id: str
    asked: list[str] = field(default_factory=list)

    def search(self, text: str, **_: Any) -> SimpleNamespace:
        self.asked.append(text)
        return SimpleNamespace(hits=[SimpleNamespace(article_id=self.article_id)])


@dataclass
class Meanings:
    """Finds everything alike; notes how many texts it had to compare with."""

    compared: list[int] = field(default_factory=list)

    def __call__(self, own: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        self.compared.append(len(others))
        return [[0.99] * len(others) for _ in own]


def likes(finds: Finds, meanings: Similarity | None) -> Likes:
    studio = SimpleNamespace(
        catalogue=Bench().load(), search=lambda: cast("Searcher", finds), similarity=meanings
    )
    return Likes(cast("Studio", studio), "new-article")


def test_a_wording_that_another_article_has_is_found_by_letters() -> None:
    found = likes(Finds("branch-hours"), None).find({"title": "银行卡丢了怎么办"})
    assert [(one.code, one.article) for one in found] == [
        ("same_wording", "card-loss"),
        ("similar", "card-loss"),
    ]


def test_meanings_are_compared_with_what_search_finds_and_no_others() -> None:
    finds, meanings = Finds("branch-hours"), Meanings()
    found = likes(finds, meanings).find({"title": "几时上班"})
    assert {one.article for one in found} == {"branch-hours"}
    assert finds.asked == ["几时上班"]
    assert meanings.compared == [2]


def test_the_same_wordings_are_looked_at_once() -> None:
    finds = Finds("card-loss")
    watched = likes(finds, Meanings())
    first = watched.find({"title": "几时上班", "body": "一"})
    assert watched.find({"title": "几时上班", "body": "二"}) is first
    assert len(finds.asked) == 1
    watched.find({"title": "几时上班", "questions": ["何时开门"]})
    assert finds.asked == ["几时上班", "几时上班", "何时开门"]


def test_a_draft_may_hold_anything() -> None:
    assert not likes(Finds("card-loss"), Meanings()).find({"title": None, "questions": "x"})
