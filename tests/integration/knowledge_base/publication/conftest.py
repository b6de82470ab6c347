"""The bench over the small bank and the real encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.article import Article
from knowledge_base.retrieval.build import Builder
from language.encoder import Encoder
from tests.integration.knowledge_base.publication.bench import Bench


@pytest.fixture
def bench(tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path) -> Bench:
    """Return the bench; nothing is in service yet."""
    return Bench(small_bank, tmp_path / "kb", Builder(encoder, cache=vector_cache))
