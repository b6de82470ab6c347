"""The frame of every page: who is logged in, the top bar, the navigation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.revision import Person
from knowledge_base.studio import links
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, dress, link, text
from knowledge_base.studio.visit import Visit

_ROLES = ("may_edit", "may_review")


async def enter(studio: Studio, shared: Shared, request: Request) -> Visit | RedirectResponse:
    """Return the visit of who is logged in, or where they have to go instead."""
    person = await studio.person(request)
    if person is None:
        return RedirectResponse("/login")
    if not (person.may_edit or person.may_review):
        return RedirectResponse("/login?error=forbidden")
    return Visit(studio, shared, request, person)


@contextmanager
def frame(visit: Visit, here: str, title: str) -> Iterator[None]:
    """Build the page's frame; the body of the `with` becomes its content.

    `here` is the code of the page in the navigation.
    """
    labels = visit.labels
    dress(f"{title} · {labels('studio')}")
    with box("studio"):
        _top(visit)
        with box("side", "nav", aria_label=labels("navigation")):
            for code, target in links.NAVIGATION.items():
                entry = link(labels.of("pages", code), target, "entry", data_testid=f"nav-{code}")
                if code == here:
                    entry.classes(add="here")
                    entry.props["aria-current"] = "page"
        with box("page", "main"):
            yield


def _top(visit: Visit) -> None:
    labels, person = visit.labels, visit.person
    with box("top", "header"):
        with box("brand"):
            link(labels("studio"), links.LIST)
            text(visit.studio.bank, "muted", tag="span")
        box("grow")
        with box("me"):
            text(person.name[:1], "avatar", aria_hidden="true")
            text(person.name, data_testid="me")
            text(_roles(visit, person), "muted optional")
        with box("", "form", method="post", action="/logout"):
            text(labels("log_out"), "btn small ghost", "button", type="submit")


def _roles(visit: Visit, person: Person) -> str:
    return "、".join(visit.labels.of("roles", role) for role in _ROLES if getattr(person, role))
