"""The gate: the only maker of `Approved`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from compliance.categories import CategoryFinder
from compliance.clock import utc_now
from compliance.notices import Notices, bank_day
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation
from conversation.errors import Blocked, Finding
from conversation.message import Draft, Kind, Option, Sender

# What an author may ask for; a notice is made here and nowhere else.
_AUTHORS_KINDS = frozenset({Kind.TEXT, Kind.MENU, Kind.SYSTEM})


# Approved texts come again and again; what is kept holds no personal data.
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the gate sees in one text."""

    clean: str
    findings: tuple[Finding, ...]
    categories: frozenset[str]
    states_terms: bool


class _Redacted(Exception):
    """A text holds personal data; `clean` is the text without."""

    def __init__(self, clean: str) -> None:
        super().__init__()
        self.clean = clean


class ComplianceGate:
    """Implements `conversation.ports.Gate`.

    Nothing switches a part of it off: neither an author, nor a draft, nor an argument. Nothing
    is behind it; `UnknownCategory` and `NoNotice` mean that content is wrong, and then nothing
    is said.
    """

    def __init__(  # noqa: PLR0913 - every part is one that the gate consists of
        self,
        seal: Seal,
        notices: Notices,
        finder: CategoryFinder,
        wording: Wording,
        redactor: Redactor,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Put the gate together; `clock` returns an aware time."""
        self._seal = seal
        self._notices = notices
        self._finder = finder
        self._wording = wording
        self._redactor = redactor
        self._clock = clock
        self._known = lru_cache(_REMEMBERED)(self._reading_of_clean)

    def approve(
        self,
        conversation: Conversation,
        author: Author,
        drafts: Sequence[Draft],
        *,
        intent: str = "",
        entities: Sequence[Mapping[str, Any]] = (),
    ) -> Approved:
        """Return the drafts, redacted, behind the notices that are due; raises `Blocked`."""
        read = {words: self._read(words) for draft in drafts for words in _shown(draft)}
        if findings := _findings(read):
            raise Blocked(findings)
        return self._seal_up(conversation, author, drafts, read, intent, entities)

    def release(
        self, conversation: Conversation, author: Author, drafts: Sequence[Draft]
    ) -> Approved:
        """Return what a supervisor has released: notices and redaction as for everybody.

        Raises `Blocked` with the findings of rules that nobody may release.
        """
        read = {words: self._read(words) for draft in drafts for words in _shown(draft)}
        if final := tuple(one for one in _findings(read) if not self._wording.releasable(one)):
            raise Blocked(final)
        released = tuple(sorted({one.rule for one in _findings(read)}))
        return self._seal_up(conversation, author, drafts, read, "", (), released)

    def _seal_up(  # noqa: PLR0913, PLR0917 - what was read goes along with what is asked
        self,
        conversation: Conversation,
        author: Author,
        drafts: Sequence[Draft],
        read: Mapping[str, _Reading],
        intent: str,
        entities: Sequence[Mapping[str, Any]],
        released: tuple[str, ...] = (),
    ) -> Approved:
        now = self._clock()
        asked = self._finder.of_intent(intent) | self._finder.of_entities(entities)
        if author.sender is Sender.AGENT and any(read[one.text].states_terms for one in drafts):
            asked |= self._topic(conversation)
        about = self._about(author, drafts, asked, read)
        required = self._notices.required(about, now)
        day = bank_day(now)
        due = [notice.draft(day) for notice in required if notice.due(conversation.notices, day)]
        return Approved(
            conversation.id,
            author,
            (*due, *(_cleaned(draft, read, released) for draft in drafts)),
            tuple(notice.shown(day) for notice in required),
            person=author.sender is Sender.BOT and bool(self._finder.for_person(about)),
            seal=self._seal,
        )

    def _topic(self, conversation: Conversation) -> frozenset[str]:
        """Return what the customer was handed over for: an agent need not name it again."""
        handoff = conversation.handoff
        if handoff is None:
            return frozenset()
        return self._finder.of_intent(handoff.intent) | self._finder.of_entities(handoff.entities)

    def _read(self, text: str) -> _Reading:
        try:
            return self._known(text)
        except _Redacted as found:
            return self._reading(text, found.clean)

    def _reading_of_clean(self, text: str) -> _Reading:
        """Read a text without personal data; raises `_Redacted`, which is not remembered."""
        clean = self._redactor.redact(text).text
        if clean != text:
            raise _Redacted(clean)
        return self._reading(text, clean)

    def _reading(self, text: str, clean: str) -> _Reading:
        finder = self._finder
        return _Reading(
            clean, self._wording.check(text), finder.in_text(text), finder.states_terms(text)
        )

    def _about(
        self,
        author: Author,
        drafts: Sequence[Draft],
        asked: frozenset[str],
        read: Mapping[str, _Reading],
    ) -> frozenset[str]:
        """Return the categories that must have had their notice."""
        if author.sender is Sender.BOT:
            return _union(self._bots(draft, asked, read) for draft in drafts)
        return _union(
            draft.categories
            | read[draft.text].categories
            | (asked if author.sender is Sender.AGENT and draft.kind is Kind.TEXT else frozenset())
            for draft in drafts
        )

    def _bots(
        self, draft: Draft, asked: frozenset[str], read: Mapping[str, _Reading]
    ) -> frozenset[str]:
        """Return what a bot's draft is about.

        A reviewed article that names its categories is about these and its title's: what it sets
        them against, or mentions beside them, was weighed when it was approved. One that was found
        to be about no product is about none, but what only a person may talk about. All other text
        is about whatever is found in it, and an article also about what was asked. Small talk,
        refusals and the system's utterances quote nothing, and are about what was asked only where
        a notice is all that may be said.
        """
        text = read[draft.text].categories
        if draft.sources and draft.categories:
            return draft.categories | _union(read[one.title].categories for one in draft.sources)
        if draft.sources and all(source.no_product for source in draft.sources):
            return self._finder.for_person(asked | text)
        answers = draft.kind is Kind.TEXT and draft.sources
        return draft.categories | text | (asked if answers else self._finder.for_person(asked))


def _findings(read: Mapping[str, _Reading]) -> tuple[Finding, ...]:
    return tuple(found for reading in read.values() for found in reading.findings)


def _shown(draft: Draft) -> list[str]:
    """Return everything of a draft that a customer can read."""
    options = [words for option in draft.options for words in (option.label, option.text)]
    names = [file.name for file in draft.files]
    return [draft.text, *options, *names, *(source.title for source in draft.sources)]


def _cleaned(draft: Draft, read: Mapping[str, _Reading], released: tuple[str, ...]) -> Draft:
    return replace(
        draft,
        text=read[draft.text].clean,
        kind=draft.kind if draft.kind in _AUTHORS_KINDS else Kind.TEXT,
        options=tuple(
            Option(read[option.label].clean, read[option.text].clean) for option in draft.options
        ),
        files=tuple(replace(file, name=read[file.name].clean) for file in draft.files),
        notice=None,
        released=released,
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)
