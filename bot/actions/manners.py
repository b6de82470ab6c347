"""The rules of the dialogue that are data: limits, follow-ups, ordinals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from language.normalise import normalise

DEFAULT = Path(__file__).parent / "data" / "manners.yml"


class _Held(BaseModel):
    model_config = ConfigDict(extra="forbid")
    intents: list[str]
    topics: list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    review: date
    source: str = Field(min_length=1)
    refusals_before_offer: PositiveInt
    refusals_before_handoff: PositiveInt
    anger_before_handoff: PositiveInt
    anger: str
    held_after_fraud: _Held
    candidates_shown: PositiveInt
    short_question: PositiveInt
    refers_back: str
    new_topic: str
    correction: str
    dissatisfied: str
    asks: str
    complaint_number: str
    cannot_manage: str
    without_context: list[str]
    sure_of_intent: float = Field(gt=0, le=1)
    beyond_from: float = Field(gt=0, le=1)
    surely_beyond: float = Field(gt=0, le=1)
    consultation: list[str]
    ordinals: list[list[str]]
    none_of_these: list[str]


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient the bot is and how it reads short replies.

    A text of at most `short_question` characters may follow up the last question; one that
    `refers_back` certainly does. Intents in `without_context` never do; intents that begin with
    one of `consultation` are about the bank's matters. The latter are believed from a confidence of
    `sure_of_intent`, the former from `beyond_from`, and from `surely_beyond` even against a search
    that has found an answer. `held_intents` and `held_topics` are not
    answered once a fraud was reported.
    """

    refusals_before_offer: int
    refusals_before_handoff: int
    candidates_shown: int
    short_question: int
    back: re.Pattern[str]
    without_context: frozenset[str]
    ordinals: dict[str, int]
    none: frozenset[str]
    anger_before_handoff: int
    angry_words: re.Pattern[str]
    held_intents: frozenset[str]
    held_topics: frozenset[str]
    sure_of_intent: float
    beyond_from: float
    surely_beyond: float
    consultation: tuple[str, ...]
    complaint: re.Pattern[str]
    topic_change: re.Pattern[str]
    corrects: re.Pattern[str]
    unhappy: re.Pattern[str]
    question: re.Pattern[str]
    helpless: re.Pattern[str]

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Manners:
        """Read and validate the file; raises pydantic's ValidationError or re.error."""
        file = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
        return cls(
            file.refusals_before_offer,
            file.refusals_before_handoff,
            file.candidates_shown,
            file.short_question,
            re.compile(file.refers_back),
            frozenset(file.without_context),
            {word: index for index, words in enumerate(file.ordinals) for word in words},
            frozenset(file.none_of_these),
            file.anger_before_handoff,
            re.compile(file.anger),
            frozenset(file.held_after_fraud.intents),
            frozenset(file.held_after_fraud.topics),
            file.sure_of_intent,
            file.beyond_from,
            file.surely_beyond,
            tuple(file.consultation),
            re.compile(file.complaint_number),
            re.compile(file.new_topic),
            re.compile(file.correction),
            re.compile(file.dissatisfied),
            re.compile(file.asks),
            re.compile(file.cannot_manage),
        )

    def refers_back(self, text: str) -> bool:
        """Tell whether `text` cannot be understood without what came before it."""
        return self.back.match(bare(text)) is not None

    def new_topic(self, text: str) -> str | None:
        """Return what `text` asks after it has dropped the old topic, None if it does not."""
        return _behind(self.topic_change, text)

    def correction(self, text: str) -> str | None:
        """Return what `text` says is meant instead, None where it corrects nothing."""
        return _behind(self.corrects, text)

    def goes_on(self, text: str) -> bool:
        """Tell whether a no is more than one: it corrects the question or asks another."""
        asks = self.question.search(bare(text)) is not None and not self.is_dissatisfied(text)
        return asks or self.correction(text) is not None

    def is_dissatisfied(self, text: str) -> bool:
        """Tell whether `text` says that the last reply was of no use."""
        return self.unhappy.search(bare(text)) is not None

    def names_complaint(self, text: str) -> bool:
        """Tell whether the number of a complaint stands in `text`."""
        return self.complaint.search(bare(normalise(text))) is not None

    def cannot_manage(self, text: str) -> bool:
        """Tell whether `text` says no more than that its writer does not know how."""
        return self.helpless.fullmatch(bare(text)) is not None

    def is_angry(self, text: str) -> bool:
        """Tell whether `text` scolds."""
        return self.angry_words.search(bare(text)) is not None

    def is_short(self, text: str) -> bool:
        """Tell whether `text` is short enough to be half a question."""
        return len(bare(text)) <= self.short_question

    def pick(self, text: str, offered: Sequence[str]) -> int | None:
        """Return the index of the offer that is named by its words or its number ("第二个")."""
        said = bare(text)
        for index, words in enumerate(offered):
            if said == bare(words):
                return index
        index = self.ordinals.get(said, len(offered))
        return index if index < len(offered) else None

    def refuses_all(self, text: str) -> bool:
        """Tell whether `text` says that no candidate is meant."""
        return bare(text) in self.none


def _behind(lead: re.Pattern[str], text: str) -> str | None:
    plain = normalise(text)
    match = lead.match(plain)
    rest = plain[match.end() :].strip(" ,.。!?;") if match else ""
    return rest or None


def bare(text: str) -> str:
    """Return `text` without spaces and punctuation, lower case."""
    return re.sub(r"[\s,.!?;:~，。！？；：、～…]+", "", text).lower()
