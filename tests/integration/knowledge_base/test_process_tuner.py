"""Fine-tuning in its own process, for real, on the small bank."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.errors import BuildFailed
from knowledge_base.retrieval.process_tuner import ProcessTuner
from knowledge_base.retrieval.tuning import ALONE, NONE, Sentences, deal, spare
from knowledge_base.retrieval.wordings import texts_of
from language.encoder import Encoder
from language.fine_tuning import Recipe
from tests.integration.knowledge_base.conftest import ENCODER


def sentences_of(articles: list[Article]) -> Sentences:
    groups = np.repeat(np.arange(len(articles)), [len(a.wordings) for a in articles])
    texts = (*texts_of(articles), "今天天气怎么样")
    parts, spared = np.append(deal(groups, 2), 0), np.append(spare(groups, 2), NONE)
    return Sentences(texts, np.append(groups, ALONE), parts, spared)


def spread(vectors: NDArray[np.float32], groups: NDArray[np.int64]) -> float:
    """Return how much closer sentences of one group are than those of different groups."""
    cosines = vectors @ vectors.T
    same = groups[:, None] == groups[None, :]
    np.fill_diagonal(same, val=False)
    other = groups[:, None] != groups[None, :]
    return float(cosines[same].mean() - cosines[other].mean())


def test_tuning_brings_wordings_of_one_article_together(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder
) -> None:
    sentences = sentences_of(small_bank)
    said: list[str] = []
    tuner = ProcessTuner(ENCODER, tmp_path / "cache")
    tuned = tuner.tune(sentences, said.append)
    assert tuned is not None
    own = Encoder.load(tuned.folder)
    assert own.fingerprint != encoder.fingerprint
    grouped = sentences.groups != ALONE
    texts = [text for text, use in zip(sentences.texts, grouped, strict=True) if use]
    groups = sentences.groups[grouped]
    before = spread(encoder.encode(texts), groups)
    untuned, tuned_vectors = np.split(own.encode(texts), 2, axis=1)
    assert untuned == pytest.approx(encoder.encode(texts), abs=1e-5)
    assert spread(tuned_vectors, groups) > 1.5 * before
    # A helper never saw the wordings of its own part, and still tells them apart better.
    for part, vectors in enumerate(tuned.vectors):
        unseen = grouped & (sentences.parts == part)
        chosen = [text for text, use in zip(sentences.texts, unseen, strict=True) if use]
        plain = spread(encoder.encode(chosen), sentences.groups[unseen])
        assert spread(vectors[unseen], sentences.groups[unseen]) > plain
    assert any("step" in line for line in said)
    said.clear()
    again = tuner.tune(sentences, said.append)
    assert again is not None
    assert again.folder == tuned.folder
    assert said == [], "an unchanged corpus is not tuned again"


def test_a_part_of_a_corpus_is_seen_as_often_as_the_whole() -> None:
    recipe = Recipe(epochs=9, most_steps=600, groups=32)
    assert recipe.steps(640, of=640) == 90
    assert recipe.steps(320, of=640) == 45
    assert recipe.steps(12_800, of=12_800) == 600
    assert recipe.steps(6_400, of=12_800) == 300


def test_a_failed_process_says_how_it_ended_and_leaves_nothing(
    tmp_path: Path, small_bank: list[Article]
) -> None:
    broken = tmp_path / "encoder"
    broken.mkdir()
    (broken / "encoder.json").write_text("{}", encoding="utf-8")
    tuner = ProcessTuner(broken, tmp_path / "cache")
    with pytest.raises(BuildFailed, match="fine-tuning ended with 1"):
        tuner.tune(sentences_of(small_bank), lambda _line: None)
    assert list((tmp_path / "cache").iterdir()) == []
