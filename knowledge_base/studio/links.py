"""The addresses of the studio's pages."""

from __future__ import annotations

from urllib.parse import quote

from knowledge_base.catalogue.revision import Kind

LIST = "/studio"
TRY = "/studio/try"
PUBLISH = "/studio/publish"
IMPORT = "/studio/import"
UNANSWERED = "/studio/unanswered"
VALUES = "/studio/values"
NOTICES = "/studio/notices"
NEW = {kind: f"/studio/new/{kind.value}" for kind in Kind}
HOME = {Kind.ARTICLE: "list", Kind.VALUE: "values", Kind.NOTICE: "notices"}
"""Kind of item → code of the page that lists it."""

NAVIGATION = {
    "list": LIST,
    "values": VALUES,
    "notices": NOTICES,
    "unanswered": UNANSWERED,
    "try": TRY,
    "import": IMPORT,
    "publish": PUBLISH,
}
"""Page code → address, in the order of the navigation."""


def item(kind: Kind, id_: str) -> str:
    """Return the address of an item's editor."""
    return f"/studio/{kind.value}/{quote(id_, safe='')}"


def history(kind: Kind, id_: str) -> str:
    """Return the address of an item's history."""
    return f"{item(kind, id_)}/history"


def try_it(question: str) -> str:
    """Return the address that tries a question."""
    return f"{TRY}?q={quote(question)}"


def given(id_: str) -> str:
    """Return the address of the conversations that were given an article's older answers."""
    return f"{item(Kind.ARTICLE, id_)}/given"
