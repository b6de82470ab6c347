"""What a message asks about: itself, the question before it, or both."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.actions.manners import Manners
from bot.actions.ports import Answers, Candidate, Decision, Outcome, Question
from bot.actions.turn import Turn

_UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Reads a question with the one before it, where it cannot be understood alone.

    A follow-up ("那要多久") is read with the question before it, and so is a correction ("不是这个,
    是存折"); a short text that stands on its own is first read alone, so that an old topic never
    bends a new question.
    """

    answers: Answers
    manners: Manners

    async def decide(self, turn: Turn) -> tuple[Decision, str]:
        """Return the advice and the question that it is about."""
        context = turn.memory.last_question
        if rest := self.manners.new_topic(turn.text):
            return await self.answers.decide(Question(rest, turn.intent)), rest
        if context is None or turn.intent in self.manners.without_context:
            return await self.answers.decide(Question(turn.text, turn.intent)), turn.text
        if rest := self.manners.correction(turn.text):
            return await self._corrected(replace(turn, text=rest), context)
        return await self._in_context(turn, context)

    async def _corrected(self, turn: Turn, context: str) -> tuple[Decision, str]:
        """Read what was meant instead: alone if it is a whole question, else with the old one."""
        alone = await self.answers.decide(Question(turn.text, turn.intent))
        if alone.outcome is Outcome.ANSWER and not self.manners.is_short(turn.text):
            return alone, turn.text
        together = await self._together(turn, context)
        return (alone, turn.text) if together.outcome is Outcome.REFUSE else (together, context)

    async def _in_context(self, turn: Turn, context: str) -> tuple[Decision, str]:
        alone = Question(turn.text, turn.intent)
        if self.manners.refers_back(turn.text):
            together = await self._together(turn, context)
            if together.outcome is not Outcome.REFUSE:
                return together, context
            return await self.answers.decide(alone), turn.text
        decision = await self.answers.decide(alone)
        if decision.outcome is Outcome.ANSWER or not self.manners.is_short(turn.text):
            return decision, turn.text
        if self._is_question(turn):
            together = await self._together(turn, context)
            if together.outcome is not Outcome.REFUSE:
                return together, context
        followed = await self.answers.decide(replace(alone, context=context))
        new = followed.article is not None and followed.article.id != turn.memory.last_article
        return (followed, context) if new else (decision, turn.text)

    async def _together(self, turn: Turn, context: str) -> Decision:
        """Look up both as one; the article that has just been read is only offered again."""
        found = await self.answers.decide(Question(f"{context} {turn.text}", turn.intent))
        article = found.article
        if found.outcome is not Outcome.ANSWER or article is None:
            return found
        if article.id != turn.memory.last_article:
            return found
        others = tuple(c for c in found.candidates if c.id != article.id)
        again = (*others[:1], Candidate(article.id, article.title), *others[1:])
        return Decision(Outcome.CLARIFY, None, again, found.probability)

    def _is_question(self, turn: Turn) -> bool:
        return turn.intent == _UNCLEAR or turn.intent.startswith(self.manners.consultation)
