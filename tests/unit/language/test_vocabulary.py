"""A trimmed tokenizer cuts Chinese and English text exactly as the whole one."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from language import vocabulary


def readable(character: str) -> bool:
    """Tell whether the character is readable in the form that the tokenizer gives it."""
    return all(map(vocabulary.is_readable, unicodedata.normalize("NFKC", character)))


READABLE = st.text(st.characters(codec="utf-8").filter(readable))


class Cutters:
    """The whole and the trimmed tokenizer of the built encoder."""

    def __init__(self, path: Path) -> None:
        """Read both from the encoder's directory."""
        source = path / "st" / "tokenizer.json"
        self.whole = Tokenizer.from_file(str(source))
        self.trimmed = Tokenizer.from_file(str(path / "tokenizer.json"))
        self.rows = vocabulary.trim(json.loads(source.read_text("utf-8")))[1]

    def trimmed_ids(self, text: str) -> list[int]:
        """Return the trimmed tokenizer's ids, as ids of the whole one."""
        return [self.rows[new] for new in self.trimmed.encode(text).ids]


@pytest.fixture(scope="module")
def cutters(encoder_path: Path) -> Cutters:
    return Cutters(encoder_path)


@settings(deadline=None)
@given(text=READABLE)
def test_readable_text_is_cut_alike(cutters: Cutters, text: str) -> None:
    assert cutters.trimmed_ids(text) == cutters.whole.encode(text).ids


def test_project_sentences_are_cut_alike(cutters: Cutters, sentences: list[str]) -> None:
    for text in sentences:
        assert cutters.trimmed_ids(text) == cutters.whole.encode(text).ids


def test_it_is_much_smaller(cutters: Cutters) -> None:
    assert cutters.trimmed.get_vocab_size() < cutters.whole.get_vocab_size() / 2


def test_other_scripts_become_unknown(cutters: Cutters) -> None:
    trimmed = cutters.trimmed
    unknown = trimmed.token_to_id("<unk>")
    assert unknown in trimmed.encode("привет").ids
    assert unknown not in trimmed.encode("你好, hello! 100% →🙂").ids


def tiny(processor: dict[str, object] | None) -> dict[str, object]:
    """Return a parsed tokenizer whose marks come after pieces that are trimmed away."""
    return {
        "added_tokens": [{"id": 3, "content": "</s>"}, {"id": 9, "content": "<extra>"}],
        "post_processor": processor,
        "model": {
            "type": "Unigram",
            "unk_id": 0,
            "vocab": [["<unk>", 0], ["привет", -1], ["存", -2], ["</s>", 0]],
        },
    }


def test_marks_of_every_processor_are_renumbered() -> None:
    template = {"special_tokens": {"</s>": {"id": "</s>", "ids": [3], "tokens": ["</s>"]}}}
    roberta = {"sep": ["</s>", 3], "cls": ["</s>", 3]}
    new, rows = vocabulary.trim(tiny({"processors": [template, roberta]}))
    assert rows == [0, 2, 3]
    assert new["model"]["vocab"] == [["<unk>", 0], ["存", -2], ["</s>", 0]]
    assert new["added_tokens"] == [{"id": 2, "content": "</s>"}]
    parts = new["post_processor"]["processors"]
    assert parts[0]["special_tokens"]["</s>"]["ids"] == [2]
    assert parts[1] == {"sep": ["</s>", 2], "cls": ["</s>", 2]}


def test_no_processor_and_other_models_stay_as_they_are() -> None:
    assert vocabulary.trim(tiny(None))[0]["post_processor"] is None
    words = {"model": {"type": "WordPiece", "vocab": {"存": 0}}}
    assert vocabulary.trim(words) == (words, [])
