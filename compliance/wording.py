"""Prohibited wording: finds in a text what may not leave the system, and says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from compliance.data_file import Review, SourceStatus, load, load_lines
from compliance.errors import DataFileError
from compliance.likeness import SHORTEST, Example, ExampleModel
from compliance.reading import Reader, Sentence
from conversation.errors import Finding

DEFAULT_PATH = Path(__file__).parent / "data" / "wording.yml"
EXAMPLES_PATH = DEFAULT_PATH.with_name("wording_examples.jsonl")
# Where a sentence counts as like a violation; higher for questions, and where a rule's words
# stood in a harmless use. Found by leaving labelled sets out (docs/decisions/0014, 0034).
_LIKE = 0.55
_LIKE_OFF_TOPIC = 0.6
_LIKE_THOUGH_EXCUSED = 0.7
# Below it a rule's words are let through, if something in the sentence may excuse them at all.
_UNLIKE = 0.45
# The share of what the tuned encoder says beside what the n-grams say (0034).
_HEARD = 0.4
Judge = Callable[[str], float]
"""Returns the probability in [0, 1] that a plain sentence is a violation."""
_GAP = re.compile(r"(\[\^(?:,:|。)\])(\{\d+,\d+\}\??)")
_DENIAL = "不(?!仅|但|只|光|止|管|论|用|必|怕|错|少)|没|无(?!论|忧)|未(?!来)|非(?!常)"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Respelling(_Strict):
    """Sensitive words, and how their characters are disguised."""

    terms: tuple[str, ...]
    spellings: dict[str, tuple[str, ...]]


class Frame(_Strict):
    """What must stand before *and* behind a match to make it harmless."""

    before: str = ""
    after: str = ""


class Allowance(_Strict):
    """A way in which the words of a rule may be used: denied, warned of, quoted, asked."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    both: tuple[Frame, ...] = ()


class Rule(_Strict):
    """One family of wording that may not be used.

    A finding of a rule that is not `releasable` blocks for good: nobody may overrule it.
    """

    id: str
    family: str
    why: str
    source: str
    source_status: SourceStatus
    patterns: tuple[str, ...] = Field(min_length=1)
    allow: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    denied_by: str = ""
    affirmed: bool = False
    releasable: bool = True


class WordingFile(_Strict):
    """The shape of `data/wording.yml`."""

    review: Review
    respelling: Respelling
    topics: str
    cues: str
    words: dict[str, str]
    allowances: dict[str, Allowance]
    rules: tuple[Rule, ...] = Field(min_length=1)


class _CompiledAllowance:
    """An allowance, ready to be asked; `asked` ones do not hold for a question answered yes."""

    def __init__(self, allowance: Allowance, words: dict[str, str]) -> None:
        self._before = _any_of(allowance.before, words)
        self._after = _any_of(allowance.after, words)
        self._both = [
            (_compiled(frame.before, words), _compiled(frame.after, words))
            for frame in allowance.both
        ]

    def covers(self, before: str, after: str, *, answered: bool) -> bool:
        if self._before is not None and self._before.search(before):
            return True
        if self._after is not None and self._after.search(after):
            return True
        if answered:
            return False
        return any(lead.search(before) and tail.search(after) for lead, tail in self._both)


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    rule: Rule
    patterns: tuple[re.Pattern[str], ...]
    allowances: tuple[_CompiledAllowance, ...]
    unless: re.Pattern[str] | None
    denied_by: re.Pattern[str] | None

    def matches(self, sentence: Sentence) -> Iterator[tuple[re.Match[str], bool]]:
        """Yield what matches, and whether something excuses it."""
        text = sentence.text
        for pattern in self.patterns:
            for match in pattern.finditer(text):
                yield match, self._allowed(match, sentence)

    def _allowed(self, match: re.Match[str], sentence: Sentence) -> bool:
        if self.denied_by is not None and self.denied_by.search(match.group()):
            return True
        if self.unless is not None and self.unless.search(sentence.text):
            return True
        before = sentence.text[: match.start()]
        after = sentence.text[match.end() :].rstrip("\n。!;")
        # A question that is answered within the match, or with a yes behind it, is a statement.
        answered = "?" in match.group() or (sentence.answered and "?" in after)
        return any(
            allowance.covers(before, after, answered=answered) for allowance in self.allowances
        )


class Wording:
    """The rules, compiled once, and the examples behind them; thread safe.

    A `judge` has learnt the same examples in another way and is asked beside the n-grams.
    """

    def __init__(
        self, file: WordingFile, examples: Sequence[Example], judge: Judge | None = None
    ) -> None:
        """Take a validated file; raises `DataFileError` for examples of no rule."""
        known = {rule.id: rule for rule in file.rules}
        unknown = {example.rule for example in examples} - {*known, None}
        if unknown:
            message = f"examples of unknown rules: {sorted(map(str, unknown))}"
            raise DataFileError(message)
        self.rules = file.rules
        self._by_id = known
        self._compiled = _compiled_rules(file)
        self._topics = re.compile(file.topics)
        self._cues = re.compile(file.cues)
        self._reader = Reader(file.respelling.terms, file.respelling.spellings)
        self._model = ExampleModel(examples, [self.plain(item.text) for item in examples])
        self.examples = tuple(examples)
        self._judge = judge

    @classmethod
    def load(
        cls,
        path: Path = DEFAULT_PATH,
        examples: Path = EXAMPLES_PATH,
        judge: Judge | None = None,
    ) -> Self:
        """Read rules and examples; raises `DataFileError` that names the place of a mistake."""
        return cls(load(path, WordingFile), load_lines(examples, Example), judge)

    def check(self, text: str) -> tuple[Finding, ...]:
        """Return every violation, in order of place; spans are offsets into `text` itself."""
        found: dict[tuple[str, tuple[int, int]], Finding] = {}
        for sentence in self._reader.sentences(text):
            for finding in self._in_sentence(sentence, text):
                found[finding.rule, finding.span] = finding
        return tuple(sorted(found.values(), key=lambda finding: (finding.span, finding.rule)))

    def releasable(self, finding: Finding) -> bool:
        """Tell whether a supervisor may overrule this finding, with a reason."""
        return self._by_id[finding.rule].releasable

    def _in_sentence(self, sentence: Sentence, text: str) -> list[Finding]:
        words = sentence.text.strip("\n")
        probability = self._probability(words)
        found: list[Finding] = []
        around = words
        excused = "?" in words
        for compiled in self._compiled:
            for match, allowed in compiled.matches(sentence):
                excused = excused or allowed
                if not allowed:
                    span = sentence.raw_span(match.start(), match.end())
                    found.append(_finding(compiled.rule, span, text))
                    around = around.replace(match.group(), "|")
        if found:
            overruled = not sentence.answered and self._harmless(words, around, probability)
            return [] if overruled else found
        if len(words) < SHORTEST or probability < self._threshold(words, excused=excused):
            return []
        return self._alike(sentence, text)

    def _harmless(self, words: str, around: str, probability: float) -> bool:
        """Tell whether a rule's words are used harmlessly, in a way that no allowance foresaw.

        `around` is the sentence without these words: what excuses them stands outside.
        """
        return (
            len(words) >= SHORTEST
            and probability < _UNLIKE
            and self._cues.search(around) is not None
        )

    def _threshold(self, words: str, *, excused: bool) -> float:
        if excused:
            return _LIKE_THOUGH_EXCUSED
        return _LIKE if self._topics.search(words) else _LIKE_OFF_TOPIC

    def _alike(self, sentence: Sentence, text: str) -> list[Finding]:
        like = self._model.likeness(sentence.text.strip("\n"))
        rule = self._by_id[like.example.rule or ""]
        note = f"（与违规表述“{like.example.text}”相近）"
        return [replace(_finding(rule, sentence.raw_span(*like.clause), text), why=rule.why + note)]

    def _probability(self, words: str) -> float:
        alike = self._model.probability(words)
        if self._judge is None:
            return alike
        return (1 - _HEARD) * alike + _HEARD * self._judge(words)

    def plain(self, text: str) -> str:
        """Return a text as it is read: disguises undone, marks and blanks in one form."""
        return "".join(sentence.text for sentence in self._reader.sentences(text)).strip("\n")


def _finding(rule: Rule, span: tuple[int, int], text: str) -> Finding:
    return Finding(rule.id, span, text[span[0] : span[1]], rule.why, rule.source)


def _compiled_rules(file: WordingFile) -> tuple[_CompiledRule, ...]:
    words = file.words
    allowances = {
        name: _CompiledAllowance(allowance, words) for name, allowance in file.allowances.items()
    }
    return tuple(
        _CompiledRule(
            rule,
            tuple(_compiled(_affirmed(rule, item), words) for item in rule.patterns),
            tuple(allowances[name] for name in rule.allow),
            _any_of(rule.unless, words),
            _any_of((rule.denied_by,) if rule.denied_by else (), words),
        )
        for rule in file.rules
    )


def _affirmed(rule: Rule, pattern: str) -> str:
    """Keep denials out of the gaps of a pattern: 「本金没有保障」 promises nothing."""
    if not rule.affirmed:
        return pattern
    return _GAP.sub(rf"(?:(?!{_DENIAL})\1)\2", pattern)


def _expanded(pattern: str, words: dict[str, str]) -> str:
    for _ in range(3):  # words may use words
        for name, meaning in words.items():
            pattern = pattern.replace("{" + name + "}", meaning)
    return pattern


def _compiled(pattern: str, words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(_expanded(pattern, words))


def _any_of(patterns: tuple[str, ...], words: dict[str, str]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{_expanded(pattern, words)})" for pattern in patterns))
