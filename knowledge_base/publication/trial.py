"""A snapshot that is not in service, searched by the code that would serve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge_base.errors import EncoderMismatch, UnknownArticle
from knowledge_base.retrieval.service import Result, Service
from knowledge_base.retrieval.snapshot import ENCODER
from language.encoder import Encoder
from language.normalise import normalise

if TYPE_CHECKING:
    from datetime import date

    from knowledge_base.article import Article, Audience
    from knowledge_base.retrieval.encoding import SentenceEncoder
    from knowledge_base.retrieval.snapshot import Snapshot

DEPTH = 3


class Trial:
    """Searches one given snapshot; a question stands alone, without a conversation before it."""

    def __init__(self, snapshot: Snapshot, encoder: SentenceEncoder) -> None:
        """Load the snapshot's own encoder where it has one.

        Raises:
            EncoderMismatch: it was built with another shared encoder.
        """
        if snapshot.manifest.encoder != encoder.fingerprint:
            raise EncoderMismatch
        own = Encoder.load(snapshot.folder / ENCODER) if snapshot.manifest.tuned else None
        self._service = Service(snapshot, encoder, own)

    def search(
        self, text: str, *, audience: Audience = "customer", at: date | None = None
    ) -> Result:
        """See `Searcher.search`; a day must be given."""
        return self._service.find(self._service.view(audience, _given(at)), normalise(text), DEPTH)

    def article(
        self, article_id: str, *, audience: Audience = "customer", at: date | None = None
    ) -> Article:
        """See `Searcher.article`; a day must be given."""
        number = self._service.number.get(article_id, -1)
        if number not in self._service.view(audience, _given(at)).visible:
            raise UnknownArticle
        return self._service.snapshot.articles[number]


def _given(at: date | None) -> date:
    if at is None:
        message = "a trial is about a day"
        raise ValueError(message)
    return at
