"""What the studio is wired with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from starlette.requests import Request

from knowledge_base.article import Article
from knowledge_base.catalogue.revision import Person
from knowledge_base.catalogue.similar import Similarity
from knowledge_base.retrieval.search import Searcher
from knowledge_base.studio.labels import Labels
from knowledge_base.unanswered.service import Unanswered
from knowledge_base.unanswered.superseded import GivenAnswers

if TYPE_CHECKING:
    from knowledge_base.catalogue.catalogue import Catalogue
    from knowledge_base.publication.publisher import Publisher
    from knowledge_base.publication.schedule import Waiting


def _nothing_waits() -> Waiting | None:
    return None


@dataclass(frozen=True)
class Studio:
    """The parts behind the pages; one per process."""

    catalogue: Catalogue
    search: Callable[[], Searcher | None]
    """The searcher of the snapshot in service; None while nothing is published."""
    notices_for: Callable[[Article, str], Sequence[str]]
    """The notices that the gate would put before this article as an answer to a question."""
    person: Callable[[Request], Awaitable[Person | None]]
    """Who is logged in; None: nobody (any more)."""
    publisher: Publisher | None = None
    """None where nothing can be published from."""
    waiting: Callable[[], Waiting | None] = _nothing_waits
    """What the timer that publishes by itself left to a person (`Schedule.waiting`)."""
    notices_refused: Callable[[], str] = str
    """Why approved notices are not in service (`NoticePublisher.refused`); empty when they are."""
    name_of: Callable[[str], str] = str
    """The name shown for a login."""
    similarity: Similarity | None = None
    """Compares meanings for the warnings while editing; None: by letters only."""
    unanswered: Unanswered | None = None
    """None while no archive is wired in."""
    given: GivenAnswers | None = None
    """What customers were given of an article; None as above."""
    bank: str = "示例银行"
    zone: tzinfo = timezone(timedelta(hours=8), "北京时间")
    labels: Labels = field(default_factory=Labels.load)

    def stamp(self, moment: datetime) -> str:
        """Return day and time of day as the bank's clocks show them."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"
