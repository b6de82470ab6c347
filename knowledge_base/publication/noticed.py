"""Which notices come with an article: found exactly as the compliance gate finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.categories import CategoryFinder
from compliance.notices import NoticeBook
from knowledge_base.answer import answer_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from compliance.notices import Notice, Notices
    from knowledge_base.article import Article


@dataclass(frozen=True, slots=True)
class NoticedCategories:
    """Tells the categories whose notice, in force at `at`, precedes an article.

    As in the gate: the article's own categories and those of its title; without any of its own,
    those found in its text; of one reviewed to be about no product, those that only a person may
    talk about. What the gate adds for the customer's intent is left out, so a check
    never depends on it.
    """

    finder: CategoryFinder
    book: Notices
    at: datetime

    @classmethod
    def load(cls, at: datetime) -> NoticedCategories:
        """Read the shipped categories and notices; `at` is an aware time."""
        return cls(CategoryFinder.load(), NoticeBook.load(), at)

    def __call__(self, article: Article) -> frozenset[str]:
        """Return the categories; raises what the gate does when a notice is missing."""
        return frozenset(one for notice in self.notices(article) for one in notice.categories)

    def notices(self, article: Article) -> Sequence[Notice]:
        """Return the notices themselves; raises as calling does."""
        return self.book.required(self._about(article), self.at)

    def _about(self, article: Article) -> frozenset[str]:
        if article.no_product:
            return self.finder.for_person(self.finder.in_text(answer_text(article)))
        read = article.title if article.products else answer_text(article)
        return frozenset(article.products) | self.finder.in_text(read)
