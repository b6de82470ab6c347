"""A notice's content in the catalogue: the model is the compliance room's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from pydantic import ValidationError

from compliance.categories import CategoryFinder
from compliance.notices import Notice
from knowledge_base.catalogue.content import WordingCheck
from knowledge_base.catalogue.errors import Fault
from knowledge_base.catalogue.revision import Item, Kind, Revision, State

_SHOWN = ("title", "text", "confirm")


def notice_content(notice: Notice) -> dict[str, Any]:
    """Return a notice's content as revisions keep it."""
    return notice.model_dump(mode="json")


def notice_of(revision: Revision) -> Notice:
    """Return the notice of a valid revision, effective not before the day it was approved for."""
    notice = Notice.model_validate(tidied(revision.content))
    day = max(notice.effective, revision.publish_on or date.min)
    return notice.model_copy(update={"effective": day})


def tidied(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with what a form leaves empty as None."""
    optional = {"expires", "renew_after_days"}
    return {
        name: None if name in optional and value == "" else value for name, value in content.items()
    }


def notice_faults(
    item: str, content: Mapping[str, Any], items: Iterable[Item], check: WordingCheck
) -> list[Fault]:
    """Return everything that keeps a notice's content from going into service."""
    try:
        notice = Notice.model_validate(tidied(content))
    except ValidationError as error:
        return _model_faults(item, error)
    faults = [
        Fault(item, 0, name, why, "wording_refused", why)
        for name in _SHOWN
        for why in check(getattr(notice, name))
    ]
    held = list(items)
    own = next((one.published for one in held if one.id == item and one.published), None)
    others = [one.published for one in held if one.id != item and one.published]
    return [*faults, *_category_faults(notice, own, others), *_follows(notice, own)]


def _category_faults(
    notice: Notice, own: Revision | None, others: Sequence[Revision]
) -> Iterable[Fault]:
    taken = {category: one.item for one in others for category in one.content["categories"]}
    for category in notice.categories:
        if category not in _known():
            yield _fault(notice, "categories", "unknown_category", category)
        elif category in taken:
            yield _fault(notice, "categories", "category_taken", f"{category} ({taken[category]})")
    left = set(own.content["categories"]) - set(notice.categories) if own else set()
    for category in sorted(left):
        yield _fault(notice, "categories", "category_left", category)


def _follows(notice: Notice, own: Revision | None) -> Iterable[Fault]:
    """A version is a name for one text: another text needs another version, and a later day."""
    if own is None or own.content == notice_content(notice):
        return
    if own.content["version"] == notice.version:
        yield _fault(notice, "version", "version_used", notice.version)
    if notice.effective <= date.fromisoformat(own.content["effective"]):
        yield _fault(notice, "effective", "not_later", own.content["effective"])


def _fault(notice: Notice, field: str, code: str, detail: str) -> Fault:
    return Fault(notice.id, 0, field, f"{code}: {detail}", code, detail)


def _model_faults(item: str, error: ValidationError) -> list[Fault]:
    found: list[Fault] = []
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"])
        code = "id_invalid" if place == "id" else one["type"]
        if not place:
            asked = "confirm" in one["msg"]
            place, code = ("confirm", "confirm_words") if asked else ("expires", "dates_order")
        found.append(Fault(item, 0, place, one["msg"], code, str(one.get("input", ""))[:200]))
    return found


@cache
def _known() -> frozenset[str]:
    return frozenset(CategoryFinder.load().names)


def in_service(revision: Revision | None) -> bool:
    """Tell whether a revision may be shown from its day on: published, or approved by another."""
    return (
        revision is not None
        and revision.kind is Kind.NOTICE
        and revision.state in {State.APPROVED, State.PUBLISHED}
    )
