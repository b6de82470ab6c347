"""What becomes of a cluster or of an agent's good answer: the content of a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_base.unanswered.clusters import Cluster
from language.normalise import compact

DEFAULT_PATH = Path(__file__).parent / "data" / "notes.yml"
MOST_WORDINGS = 30
"""Wordings a draft takes from a cluster, the most frequent ones."""


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An agent's answer that the knowledge base might give itself; both texts are redacted."""

    question: str
    answer: str
    by: str
    """The agent's login."""
    conversation_id: str
    at: datetime
    id: str = ""
    """Given by the store."""
    state: ProposalState = ProposalState.OPEN
    decided_by: str = ""
    article: str = ""
    """The article that it became part of."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A wording that was not taken, because it is one of `article` already (or a check there)."""

    text: str
    article: str


@dataclass(frozen=True, slots=True)
class Content:
    """Content for the catalogue's `create` or `save`, the note for it, and what is not in it."""

    id: str
    content: dict[str, Any]
    note: str
    dropped: tuple[Dropped, ...] = ()


class Notes(BaseModel):
    """The notes under which drafts are made, from `data/notes.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: str
    cluster: str
    amended: str
    proposal: str

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Notes:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def new_content(cluster: Cluster, elsewhere: Mapping[str, str], notes: Notes) -> Content:
    """Return a draft with the cluster's wordings and an empty answer.

    `elsewhere` maps compacted wordings and checks of all articles to their article's id. The title
    is the representative, or the most frequent wording that no article has.
    """
    texts = [cluster.representative, *_texts(cluster)]
    taken, dropped = _free(texts, elsewhere)
    title = taken[0] if taken else cluster.representative
    content = {"title": title, "questions": taken[1:] or taken, "body": ""}
    return Content(f"asked-{cluster.id}", content, _note(notes.cluster, cluster), dropped)


def amended_content(
    article: str,
    content: Mapping[str, Any],
    cluster: Cluster,
    elsewhere: Mapping[str, str],
    notes: Notes,
) -> Content:
    """Return an article's content with those of the cluster's wordings that are new everywhere.

    Its own checks are not taken either: the article would then be tested with what it learns.
    """
    own = [str(content.get("title", "")), *_lines(content, "questions"), *_lines(content, "checks")]
    known = {**elsewhere, **{compact(text): article for text in own if text}}
    taken, dropped = _free([cluster.representative, *_texts(cluster)], known)
    amended = {**content, "questions": [*_lines(content, "questions"), *taken]}
    others = tuple(one for one in dropped if one.article != article)
    return Content(article, amended, _note(notes.amended, cluster), others)


def proposed_content(proposal: Proposal, elsewhere: Mapping[str, str], notes: Notes) -> Content:
    """Return a draft with an agent's answer as its text."""
    taken, dropped = _free([proposal.question], elsewhere)
    content = {"title": proposal.question, "questions": taken, "body": proposal.answer}
    note = notes.proposal.format(by=proposal.by, conversation=proposal.conversation_id)
    return Content(f"proposed-{proposal.id}", content, note, dropped)


def _texts(cluster: Cluster) -> list[str]:
    return [wording.text for wording in cluster.wordings[:MOST_WORDINGS]]


def _free(
    texts: Iterable[str], elsewhere: Mapping[str, str]
) -> tuple[list[str], tuple[Dropped, ...]]:
    """Return the texts that no article has, each once, and the others."""
    taken: dict[str, str] = {}
    dropped: dict[str, Dropped] = {}
    for text in texts:
        key = compact(text)
        if article := elsewhere.get(key):
            dropped.setdefault(key, Dropped(text, article))
        elif key:
            taken.setdefault(key, " ".join(text.split()))
    return list(taken.values()), tuple(dropped.values())


def _lines(content: Mapping[str, Any], name: str) -> list[str]:
    """Drafts may hold anything."""
    held = content.get(name)
    return [str(line) for line in held] if isinstance(held, (list, tuple)) else []


def _note(form: str, cluster: Cluster) -> str:
    return form.format(
        count=cluster.count, first=f"{cluster.first:%Y-%m-%d}", last=f"{cluster.last:%Y-%m-%d}"
    )
