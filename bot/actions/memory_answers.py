"""The in-memory double of `Answers`: exact wordings and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.actions.ports import Article, Candidate, Decision, Outcome, Question


class MemoryAnswers:
    """Answers a known wording, asks back for an ambiguous one, refuses the rest.

    `wordings` maps a question to article ids: one answers, several ask back. With a context the
    wording is looked up as "context text" as well. The runners-up of an answer are `related`, the
    candidates of a refusal `distant`.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        wordings: Mapping[str, Sequence[str]],
        related: Mapping[str, Sequence[str]] | None = None,
        distant: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Hold the articles by id."""
        self._articles = {article.id: article for article in articles}
        self._wordings = dict(wordings)
        self._related = dict(related or {})
        self._distant = dict(distant or {})

    async def decide(self, question: Question) -> Decision:
        """See `Answers.decide`."""
        text = f"{question.context} {question.text}" if question.context else question.text
        ids = self._wordings.get(text, ())
        if not ids:
            candidates = self._candidates(self._distant.get(text, ()))
            return Decision(Outcome.REFUSE, candidates=candidates)
        if len(ids) > 1:
            return Decision(Outcome.CLARIFY, candidates=self._candidates(ids), probability=0.5)
        article = self._articles[ids[0]]
        runners_up = self._candidates(self._related.get(article.id, ()))
        return Decision(Outcome.ANSWER, article, runners_up, probability=1.0)

    async def article(self, article_id: str) -> Article | None:
        """See `Answers.article`."""
        return self._articles.get(article_id)

    def _candidates(self, ids: Sequence[str]) -> tuple[Candidate, ...]:
        return tuple(Candidate(i, self._articles[i].title) for i in ids)
