"""The bench every test of the catalogue starts from."""

from __future__ import annotations

import pytest

from knowledge_base.catalogue.catalogue import Catalogue
from tests.unit.knowledge_base.catalogue.parts import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def catalogue(bench: Bench) -> Catalogue:
    return bench.load()
