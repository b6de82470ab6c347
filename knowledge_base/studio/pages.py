"""Every page of the studio, registered with NiceGUI in the desk's process."""

from __future__ import annotations

from compliance.categories import CategoryFinder
from knowledge_base.studio import (
    given_page,
    history_page,
    import_page,
    item_page,
    list_page,
    new_page,
    notices_page,
    publish_page,
    try_page,
    unanswered_page,
    values_page,
)
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import serve_static

_PAGES = (
    list_page,
    new_page,
    item_page,
    history_page,
    given_page,
    values_page,
    notices_page,
    try_page,
    import_page,
    unanswered_page,
    publish_page,
)


def register(studio: Studio) -> None:
    """Register all pages and their static files; once a process."""
    shared = Shared(CategoryFinder.load().names)
    serve_static()
    for page in _PAGES:
        page.register(studio, shared)
