"""Drafts of an import: new items, or new drafts of the items they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import WrongState
from knowledge_base.catalogue.revision import Kind, Person, State
from knowledge_base.errors import KnowledgeError
from knowledge_base.exchange.document import Draft
from knowledge_base.studio.jobs import Progress

_UNSAID = Draft(title="", body="", place="").content()


@dataclass
class Drafted:
    """What became of the chosen drafts."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refused: list[tuple[str, KnowledgeError]] = field(default_factory=list)


def draft_all(
    catalogue: Catalogue, by: Person, chosen: Sequence[Draft], note: str, progress: Progress
) -> Drafted:
    """Make a draft of each; what one of them trips over stops no other."""
    done = Drafted()
    for number, draft in enumerate(chosen, 1):
        try:
            _draft(catalogue, by, draft, note, done)
        except KnowledgeError as error:
            done.refused.append((draft.changes or draft.id, error))
        progress(number / len(chosen), draft.title)
    return done


def _draft(catalogue: Catalogue, by: Person, draft: Draft, note: str, done: Drafted) -> None:
    if not draft.changes:
        catalogue.create(by, Kind.ARTICLE, draft.id, draft.content(), note)
        done.made.append(draft.id)
        return
    revision = catalogue.edit(by, Kind.ARTICLE, draft.changes)
    if revision.state is not State.DRAFT:
        raise WrongState(revision.state)
    # A file says less than an article holds: what it does not say stays as it is. A default is not
    # said either: an internal article must not become the customers' because a file was silent.
    said = {
        name: value
        for name, value in draft.content().items()
        if value and value != _UNSAID.get(name)
    }
    catalogue.save(by, revision, {**revision.content, **said}, note)
    done.changed.append(draft.changes)
