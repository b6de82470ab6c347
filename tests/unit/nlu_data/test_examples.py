"""The training data keeps its own rules: sizes, no sentence twice, nothing held out, no alarms."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from language.lexicon import Lexicon
from language.normalise import compact, normalise

DATA = Path(__file__).parents[3] / "nlu_data"
DOMAIN = DATA.parent / "bot" / "domain" / "intents.yml"
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_QUIET = ("ask_", "guide_")
_SMALL_TALK = frozenset(
    {
        *("greet", "goodbye", "thanks", "bot_identity", "help_menu", "affirm", "deny"),
        *("resolved", "not_resolved", "unclear", "out_of_scope"),
    }
)


def key(text: str) -> str:
    """Return what two equal sentences share; a lone emoji is its own key."""
    return compact(text) or normalise(text)


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, str]]:
    """Return (intent, sentence) of every example."""
    found = []
    for file in sorted((DATA / "nlu").glob("*.yml")):
        for group in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            lines = group["examples"].splitlines() if "intent" in group else []
            found += [(group["intent"], _ENTITY.sub(r"\1", line[2:]).strip()) for line in lines]
    return found


def held_out() -> list[dict[str, str]]:
    files = sorted((DATA / "held_out").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_every_intent_of_the_domain_has_enough_examples(examples: list[tuple[str, str]]) -> None:
    counts = Counter(intent for intent, _ in examples)
    assert set(counts) == set(yaml.safe_load(DOMAIN.read_text("utf-8"))["intents"])
    assert {intent: count for intent, count in counts.items() if count < 40} == {}
    assert len(counts) >= 45
    assert sum(counts.values()) >= 5000


def test_no_sentence_stands_twice(examples: list[tuple[str, str]]) -> None:
    counts = Counter(key(text) for _, text in examples)
    assert [text for text, count in counts.items() if count > 1] == []


def test_nothing_held_out_is_trained_on(examples: list[tuple[str, str]]) -> None:
    trained = {key(text) for _, text in examples}
    assert sum(key(row["text"]) in trained for row in held_out()) == 0


def test_held_out_sentences_name_known_intents(examples: list[tuple[str, str]]) -> None:
    assert len(held_out()) >= 1200
    named = {row["intent"] for row in held_out() if "intent" in row}
    assert named <= {intent for intent, _ in examples}


def test_the_lexicon_raises_no_alarm_on_questions_and_small_talk(
    examples: list[tuple[str, str]],
) -> None:
    lexicon = Lexicon.load()
    quiet = [t for i, t in examples if i.startswith(_QUIET) or i in _SMALL_TALK]
    assert [text for text in quiet if lexicon.match(text) is not None] == []
