"""P4 and P7 together: what is approved to be said is never blocked by its own gate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from compliance.wording import Wording

ROOT = Path(__file__).parents[3]
ARTICLES = sorted((ROOT / "knowledge_base" / "content" / "articles").rglob("*.md"))
TEXTS = ("conversation/data/utterances.yml", "bot/domain/responses.yml")


def test_there_are_articles() -> None:
    assert len(ARTICLES) > 100


def test_no_article_is_blocked(wording: Wording) -> None:
    found = {}
    for path in ARTICLES:
        _, head, body = path.read_text("utf-8").split("---", 2)
        title = yaml.safe_load(head)["title"]
        found[path.name] = [*wording.check(title), *wording.check(body)]
    assert not {name: findings for name, findings in found.items() if findings}


@pytest.mark.parametrize("name", TEXTS)
def test_no_utterance_is_blocked(wording: Wording, name: str) -> None:
    texts = list(_texts(yaml.safe_load((ROOT / name).read_text("utf-8"))))
    assert texts
    assert not [finding for text in texts for finding in wording.check(text)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
