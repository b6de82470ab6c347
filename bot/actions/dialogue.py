"""The bot's conduct: when it answers, asks back, refuses, offers a person, calls one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.actions.escalations import ANGRY, BOT_UNABLE, HUMAN, Escalation, escalation_of
from bot.actions.follow_ups import FollowUps
from bot.actions.manners import Manners
from bot.actions.memory import Memory
from bot.actions.ports import Answers, Article, Candidate, Decision, Outcome
from bot.actions.turn import Reply, Turn
from bot.actions.utterances import AFTER_ANSWER, Key, Means, Utterances
from conversation.conversation import Handoff, Reason
from conversation.message import Draft, Option, SourceRef
from conversation.turn import Route

_CLARIFICATIONS = frozenset({Key.CLARIFY, Key.ANOTHER})
_UNCLEAR = "unclear"
_FAILURES = frozenset(
    {Key.NONE_FIT, Key.NOT_RESOLVED, Key.ANOTHER, Key.DENY, Key.REFUSE, Key.OFFER_HUMAN}
)
"""What is said to somebody whom the last reply did not help."""
_OFFERS = frozenset(
    {Key.FRAUD_HOLD, Key.OFFER_HUMAN, Key.NONE_FIT, Key.NOT_RESOLVED, Key.COMPLAINT_STANDING}
)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Three ways to take a turn: `answer` a question, read `feedback`, `escalate`.

    It never asks back three times in a row, and after too many refusals in a row it first offers
    a person and then calls one (`Manners`); so it does when what it says is refused again and
    again, and for anger that lasts. After a report of
    fraud it never again tells how money is moved. It says articles and utterances only.
    """

    answers: Answers
    utterances: Utterances
    manners: Manners

    async def answer(self, turn: Turn) -> Reply:
        """Answer a question from the knowledge base, ask back, or refuse."""
        turn = self._heard(turn)
        if reply := await self._at_once(turn):
            return reply
        found, anchor = await FollowUps(self.answers, self.manners).decide(turn)
        decision = await self._harmless(found) if turn.memory.alarmed else found
        if decision is None:
            return self._hold(turn)
        if decision.article is not None and self._may_answer(turn, decision):
            return self._answered(turn, decision.article, decision.candidates, anchor)
        if self._worth_asking(turn, decision):
            return self._ask_again(turn, decision.candidates, anchor)
        return self._refuse(turn)

    async def feedback(self, turn: Turn) -> Reply:
        """Take a yes, a no, "solved" or "not solved"; what it means depends on the last reply."""
        if turn.intent == "deny" and self.manners.goes_on(turn.text):
            return await self.answer(replace(turn, intent=_UNCLEAR))
        turn = self._heard(turn)
        if reply := await self._at_once(turn):
            return reply
        match turn.intent:
            case "resolved":
                return self._say(Key.RESOLVED, turn.memory.cleared())
            case "affirm":
                return await self._affirm(turn)
        return self._turned_down(turn)

    def escalate(self, turn: Turn) -> Reply:
        """Ask for a person; the reason comes from the intent."""
        escalation = escalation_of(turn.intent)
        if escalation.reason is Reason.FRAUD:
            turn = replace(turn, memory=replace(turn.memory, alarmed=True))
        return self._call_person(turn, escalation, turn.text)

    def _heard(self, turn: Turn) -> Turn:
        """Return the turn with its tone counted: anger grows and fades by one."""
        anger = turn.memory.anger + (1 if self.manners.is_angry(turn.text) else -1)
        return replace(turn, memory=replace(turn.memory, anger=max(anger, 0)))

    async def _at_once(self, turn: Turn) -> Reply | None:
        """Return what needs no search: a person, a choice from the menu, a hold."""
        if turn.memory.anger >= self.manners.anger_before_handoff:
            return self._call_person(turn, ANGRY, turn.text)
        if self.manners.cannot_manage(turn.text):
            return self.escalate(replace(turn, intent="elderly_help"))
        if chosen := await self._chosen(turn):
            return chosen
        held = turn.memory.alarmed and turn.intent in self.manners.held_intents
        return self._hold(turn) if held else None

    def _may_answer(self, turn: Turn, decision: Decision) -> bool:
        """Tell whether the search is sure, and the intent not surer that it is none of ours."""
        manners = self.manners
        beyond = turn.intent in manners.without_context
        sure = beyond and turn.confidence >= manners.surely_beyond
        return decision.outcome is Outcome.ANSWER and not sure

    def _worth_asking(self, turn: Turn, decision: Decision) -> bool:
        """Tell whether the candidates are worth showing, by the search and by the intent.

        The search alone cannot tell a question beyond the bank's matters from one within them
        that no article fits well. The intent can.
        """
        manners = self.manners
        if turn.intent in manners.without_context and turn.confidence >= manners.beyond_from:
            return False
        if (
            turn.intent.startswith(manners.consultation)
            and turn.confidence >= manners.sure_of_intent
        ):
            return bool(decision.candidates)
        return decision.outcome is Outcome.CLARIFY and bool(decision.candidates)

    def _ask_again(self, turn: Turn, candidates: tuple[Candidate, ...], question: str) -> Reply:
        """Ask back; never three times in a row, nor a second time with the same choices."""
        if turn.asked not in _CLARIFICATIONS:
            return self._ask_back(turn, Key.CLARIFY, candidates, question)
        shown = candidates[: self.manners.candidates_shown]
        if turn.asked == Key.ANOTHER or set(shown) <= set(turn.memory.candidates):
            return self._offer_person(turn)
        return self._ask_back(turn, Key.ANOTHER, candidates, question)

    def _is_held(self, article: Article | None) -> bool:
        return article is not None and article.topic in self.manners.held_topics

    async def _harmless(self, decision: Decision) -> Decision | None:
        """Return what of the advice may be said although a fraud was reported."""
        found = [(c, await self.answers.article(c.id)) for c in decision.candidates]
        candidates = tuple(c for c, article in found if not self._is_held(article))
        empty = decision.outcome is Outcome.CLARIFY and not candidates
        if empty or self._is_held(decision.article):
            return None
        return replace(decision, candidates=candidates)

    def _hold(self, turn: Turn) -> Reply:
        memory = replace(turn.memory, asked=Key.FRAUD_HOLD, candidates=())
        return Reply((self.utterances.draft(Key.FRAUD_HOLD),), Route.REFUSE, memory)

    async def _chosen(self, turn: Turn) -> Reply | None:
        """Read the text as a choice from the open menu, by words or number."""
        if turn.asked is None:
            return None
        candidates = turn.memory.candidates if turn.asked != AFTER_ANSWER else ()
        meanings = self.utterances.meanings(turn.asked)
        offered = [*(c.title for c in candidates), *(text for text, _ in meanings)]
        index = self.manners.pick(turn.text, offered)
        if index is None:
            refused = turn.asked in _CLARIFICATIONS and self.manners.refuses_all(turn.text)
            return self._none_fit(turn) if refused else None
        if index < len(candidates):
            return await self._quote(turn, candidates[index])
        return self._meant(turn, meanings[index - len(candidates)][1])

    def _meant(self, turn: Turn, means: Means) -> Reply:
        match means:
            case Means.HUMAN:
                return self._accept(turn)
            case Means.NONE:
                return self._none_fit(turn)
            case Means.STAY:
                return self._say(Key.STAY_WITH_BOT, replace(turn.memory, asked=None))
            case Means.RESOLVED:
                return self._say(Key.RESOLVED, turn.memory.cleared())
            case Means.NOT_RESOLVED:
                return self._not_resolved(turn)

    def _answered(
        self, turn: Turn, article: Article, runners_up: tuple[Candidate, ...], question: str
    ) -> Reply:
        draft = Draft(
            article.text,
            categories=article.categories,
            sources=(source_of(article),),
            options=self.utterances.options(AFTER_ANSWER),
        )
        others = tuple(c for c in runners_up if c.id != article.id)
        memory = Memory(
            last_question=question,
            last_topic=turn.intent,
            last_article=article.id,
            candidates=others[: self.manners.candidates_shown],
            asked=AFTER_ANSWER,
            anger=turn.memory.anger,
            alarmed=turn.memory.alarmed,
        )
        return Reply((draft,), Route.ANSWER, memory)

    async def _quote(self, turn: Turn, candidate: Candidate) -> Reply:
        """Answer with a candidate that the customer chose; it may be gone by now."""
        article = await self.answers.article(candidate.id)
        if article is None:
            return self._refuse(turn)
        if turn.memory.alarmed and self._is_held(article):
            return self._hold(turn)
        others = tuple(c for c in turn.memory.candidates if c.id != candidate.id)
        return self._answered(turn, article, others, article.title)

    def _ask_back(
        self, turn: Turn, key: Key, candidates: tuple[Candidate, ...], question: str | None
    ) -> Reply:
        shown = candidates[: self.manners.candidates_shown]
        draft = self.utterances.draft(key, _options(shown))
        memory = replace(turn.memory, last_question=question, candidates=shown, asked=key)
        return Reply((draft,), Route.CLARIFY, memory)

    def _offer_person(self, turn: Turn) -> Reply:
        """Offer a person where it would have to ask back again; it counts as a refusal."""
        refusals = turn.memory.refusals + 1
        if self._gives_up(turn, refusals):
            return self._call_person(turn, BOT_UNABLE, turn.text)
        memory = replace(turn.memory, refusals=refusals, asked=Key.OFFER_HUMAN, candidates=())
        return Reply((self.utterances.draft(Key.OFFER_HUMAN),), Route.REFUSE, memory)

    def _gives_up(self, turn: Turn, refusals: int) -> bool:
        """Tell whether a person takes over; nobody who needs large text is sent round again."""
        return turn.large_text or refusals >= self.manners.refusals_before_handoff

    def _refuse(self, turn: Turn) -> Reply:
        """Say that it does not know; of who has not said what they want it asks that, once."""
        if turn.intent == _UNCLEAR and turn.asked != Key.ASK_WHAT:
            return self._ask_back(turn, Key.ASK_WHAT, (), turn.memory.last_question)
        refusals = turn.memory.refusals + 1
        if self._gives_up(turn, refusals):
            return self._call_person(turn, BOT_UNABLE, turn.text)
        if refusals >= self.manners.refusals_before_offer:
            return self._offer_person(turn)
        key = Key.OUT_OF_SCOPE if turn.intent == "out_of_scope" else Key.REFUSE
        memory = replace(turn.memory, refusals=refusals, asked=key, candidates=())
        return Reply((self.utterances.draft(key),), Route.REFUSE, memory)

    async def _affirm(self, turn: Turn) -> Reply:
        if turn.asked in _OFFERS:
            return self._accept(turn)
        if turn.asked in _CLARIFICATIONS and turn.memory.candidates:
            return await self._quote(turn, turn.memory.candidates[0])
        return self._say(Key.AFFIRM, replace(turn.memory, asked=None))

    def _accept(self, turn: Turn) -> Reply:
        escalation = BOT_UNABLE if turn.memory.refusals else HUMAN
        return self._call_person(turn, escalation, turn.memory.last_question or turn.text)

    def _deny(self, turn: Turn) -> Reply:
        memory = turn.memory
        if turn.asked in _OFFERS:
            return self._say(Key.STAY_WITH_BOT, replace(memory, asked=None))
        if turn.asked in _CLARIFICATIONS:
            return self._none_fit(turn)
        if turn.asked == AFTER_ANSWER and memory.candidates:
            return self._ask_back(turn, Key.ANOTHER, memory.candidates, memory.last_question)
        if turn.asked == AFTER_ANSWER:
            return self._none_fit(turn)
        return self._say(Key.DENY, replace(memory, asked=Key.DENY))

    def _turned_down(self, turn: Turn) -> Reply:
        """Try something else, but not after a try that was turned down as well."""
        if turn.asked in _FAILURES and self.manners.is_dissatisfied(turn.text):
            return self._call_person(turn, BOT_UNABLE, turn.text)
        return self._not_resolved(turn) if turn.intent == "not_resolved" else self._deny(turn)

    def _none_fit(self, turn: Turn) -> Reply:
        return self._say(Key.NONE_FIT, replace(turn.memory, asked=Key.NONE_FIT, candidates=()))

    def _not_resolved(self, turn: Turn) -> Reply:
        candidates = turn.memory.candidates if turn.follows else ()
        memory = replace(turn.memory, asked=Key.NOT_RESOLVED, candidates=candidates)
        draft = self.utterances.draft(Key.NOT_RESOLVED, _options(candidates))
        return Reply((draft,), Route.CHITCHAT, memory)

    def _say(self, key: Key, memory: Memory) -> Reply:
        return Reply((self.utterances.draft(key),), Route.CHITCHAT, memory)

    def _call_person(self, turn: Turn, escalation: Escalation, trigger: str) -> Reply:
        """Hand over with a clean memory: what was said before must not call a person again."""
        if turn.large_text:
            escalation = escalation.of_elderly()
        handoff = Handoff(escalation.reason, turn.intent, turn.confidence, trigger, turn.entities)
        drafts = tuple(self.utterances.draft(key) for key in escalation.says)
        return Reply(drafts, escalation.route, turn.memory.cleared(), handoff)


def source_of(article: Article) -> SourceRef:
    """Return how an article is cited."""
    return SourceRef(
        article.id,
        article.title,
        article.source,
        article.revision,
        article.valid_until,
        article.no_product,
    )


def _options(candidates: tuple[Candidate, ...]) -> tuple[Option, ...]:
    return tuple(Option(candidate.title, candidate.title) for candidate in candidates)
