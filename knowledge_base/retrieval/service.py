"""One loaded snapshot in service: how a single question is looked up in it and decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.calibration import describe
from knowledge_base.retrieval.decision import LEAST_OPTIONS, Decision, decide, sharing
from knowledge_base.retrieval.encoding import PREFIX
from knowledge_base.retrieval.features import candidates
from knowledge_base.retrieval.signals import QueryVectors, signals
from language.normalise import compact

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from knowledge_base.article import Audience
    from knowledge_base.retrieval.encoding import SentenceEncoder
    from knowledge_base.retrieval.snapshot import Snapshot

VIEWS_KEPT = 8
WORTH_OFFERING = 0.02
"""Least share of the evidence for an article to be offered as a third option."""
SUGGESTED = 10
"""A follow-up may only raise an article among so many that the question alone suggests."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found; `score` is its share of the evidence among the candidates, 0..1."""

    article_id: str
    title: str
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Result:
    """What to do with a question; `probability` is that of the first hit being right.

    `hits` are ordered best first, whatever the decision; `options` are those to offer when asking
    back, two or three, empty for the other decisions.
    """

    decision: Decision
    probability: float
    hits: tuple[Hit, ...]
    options: tuple[Hit, ...]
    latency_ms: float
    snapshot: str


@dataclass(frozen=True)
class View:
    """What one audience may see on one day."""

    hidden: NDArray[np.bool_] | None
    visible: frozenset[int]


class Service:
    """A loaded snapshot with its encoder; never altered but for the cache of views."""

    def __init__(
        self, snapshot: Snapshot, encoder: SentenceEncoder, tuned: SentenceEncoder | None = None
    ) -> None:
        """Prepare the look-ups by id and by exact wording; `tuned` is the corpus's own encoder."""
        self.snapshot = snapshot
        self.encoder = encoder
        self.tuned = tuned
        self.number = {article.id: n for n, article in enumerate(snapshot.articles)}
        keys: list[list[str]] = [[] for _ in snapshot.articles]
        exact: dict[str, set[int]] = {}
        for owner, key in zip(snapshot.wordings.owner, snapshot.wordings.keys, strict=True):
            keys[owner].append(key)
            exact.setdefault(key, set()).add(int(owner))
        self.keys_of = keys
        self.exact = exact
        self._views: dict[tuple[str, date], View] = {}

    def view(self, audience: Audience, day: date) -> View:
        """Return (and remember for a few days) what may be seen."""
        known = self._views.get((audience, day))
        if known is None:
            shown = [article.visible(audience, day) for article in self.snapshot.articles]
            visible = frozenset(n for n, yes in enumerate(shown) if yes)
            hidden = ~np.array(shown)[self.snapshot.wordings.owner][None, :]
            known = View(hidden if hidden.any() else None, visible)
            if len(self._views) >= VIEWS_KEPT:
                self._views = {}
            self._views[audience, day] = known
        return known

    def find(self, view: View, clean: str, depth: int) -> Result:
        """Look up a normalised question among what `view` shows; at most `depth` hits."""
        key = compact(clean)
        if not key or not view.visible:
            return self._result("refuse", 0.0, [], depth)
        same = self.exact.get(key, set()) & view.visible
        if len(same) == 1:
            (number,) = same
            return self._result("answer", 1.0, [(number, 1.0)], depth)
        models, settings = self.snapshot.models, self.snapshot.manifest.settings
        vectors = self._encode(clean)
        found = signals(self.snapshot.wordings, [clean], vectors)
        chosen = candidates(self.snapshot.wordings, found, view.hidden, settings.candidates)
        ranking = models.ranker.rank(chosen)
        domain = models.domain.evidence(self.snapshot.wordings.base.centre(vectors.base))
        probability = float(models.calibrator.probability(describe(ranking, domain))[0])
        decision = decide(probability, models.thresholds)
        present = np.isfinite(ranking.scores[0])
        pairs = [
            (int(number), float(share))
            for number, share in zip(
                ranking.numbers[0][present], ranking.shares[0][present], strict=True
            )
        ]
        if len(key) > settings.bare_term_length:
            return self._result(decision, probability, pairs, depth)
        named = sharing(key, [number for number, _ in pairs], self.keys_of)
        if len(named) < LEAST_OPTIONS:
            return self._result(decision, probability, pairs, depth)
        pairs.sort(key=lambda pair: pair[0] not in named)
        return self._result("clarify", probability, pairs, depth, sure=len(named))

    def follow_up(self, view: View, texts: tuple[str, str], alone: Result, depth: int) -> Result:
        """Look up a question that needs what was asked before it: `texts` are (question, before).

        The two together may only raise an article that the question alone already suggests, and
        only to asking back when it is just the earlier question's own article: “谢谢” after a
        question must not answer that question again.
        """
        question, before = texts
        joined = self.find(view, f"{before} {question}", depth)
        if joined.decision == "refuse" or joined.probability <= alone.probability:
            return alone
        if not alone.hits or alone.probability < self.snapshot.models.thresholds.clarify / 2:
            return alone
        suggested = {hit.article_id for hit in self.find(view, question, SUGGESTED).hits}
        top = joined.hits[0].article_id
        if top not in suggested:
            return alone
        earlier = self.find(view, before, 1).hits
        if joined.decision == "answer" and earlier and earlier[0].article_id == top:
            most = self.snapshot.manifest.settings.clarify_options
            return replace(joined, decision="clarify", options=joined.hits[:most])
        return joined

    def _encode(self, clean: str) -> QueryVectors:
        if self.tuned is None:
            return QueryVectors(self.encoder.encode([clean], prefix=PREFIX))
        both = self.tuned.encode([clean], prefix=PREFIX)
        return QueryVectors(*np.split(both, 2, axis=1))

    def _result(
        self,
        decision: Decision,
        probability: float,
        pairs: list[tuple[int, float]],
        depth: int,
        *,
        sure: int = 0,
    ) -> Result:
        """Make hits of (article number, share) pairs, best first.

        The options are the first `sure` ones, or as many as have a share worth offering.
        """
        most = self.snapshot.manifest.settings.clarify_options
        first = pairs[0][1] if pairs else 1.0
        hits = [
            Hit(
                article_id=self.snapshot.articles[number].id,
                title=self.snapshot.articles[number].title,
                score=share,
                probability=min(probability * share / max(first, 1e-9), probability),
            )
            for number, share in pairs[: max(depth, most)]
        ]
        worth = sure or sum(hit.score >= WORTH_OFFERING for hit in hits)
        options = hits[: min(max(worth, LEAST_OPTIONS), most)] if decision == "clarify" else []
        name = self.snapshot.name
        return Result(decision, probability, tuple(hits[:depth]), tuple(options), 0.0, name)
