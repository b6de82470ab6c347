"""One tab of one person: may they (still) act, run it, say what went wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from nicegui import context, ui
from starlette.requests import Request

from knowledge_base.article import NO_PRODUCT
from knowledge_base.catalogue.revision import Person
from knowledge_base.errors import ContentInvalid, KnowledgeError
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)


class SessionOver(KnowledgeError):
    """Nobody is logged in any more, or the account lost its rights."""

    code = "session_over"


class Visit:
    """What every page is given."""

    def __init__(self, studio: Studio, shared: Shared, request: Request, person: Person) -> None:
        """Keep the request: its session tells later who is still logged in."""
        self.studio = studio
        self.shared = shared
        self.person = person
        self._request = request
        self._client = context.client

    @property
    def labels(self) -> Labels:
        """What things are called."""
        return self.studio.labels

    @property
    def tags(self) -> dict[str, str]:
        """What an article may be said to be about: product categories, or no product."""
        return dict(self.shared.categories) | {NO_PRODUCT: self.labels("no_product")}

    async def who(self) -> Person:
        """Return the person as they are now.

        Raises:
            SessionOver: they may not act any more.
        """
        person = await self.studio.person(self._request)
        if person is None or not (person.may_edit or person.may_review):
            raise SessionOver
        self.person = person
        return person

    async def run(self, deed: Callable[[Person], Result]) -> Result:
        """Run blocking work in a thread, in the name of the person; its errors come through."""
        person = await self.who()
        return await asyncio.to_thread(deed, person)

    def guarded(self, handler: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """Return a handler whose errors are told to the person instead of being lost."""

        async def safely() -> None:
            with self._client:  # the button that was pressed may be gone by the end
                try:
                    await handler()
                except KnowledgeError as error:
                    self.tell(error)
                except Exception:  # noqa: BLE001 - the page must live on, and what is written with it
                    _LOG.exception("a page's deed failed")
                    self.say("failed", kind="negative")

        return safely

    def tell(self, error: KnowledgeError) -> None:
        """Say what went wrong; a session that is over leads to the login."""
        if isinstance(error, SessionOver):
            ui.navigate.to("/login?error=session_over")
            return
        message = self.labels.of("errors", error.code)
        if isinstance(error, ContentInvalid):
            wrong = {problem.field.partition(".")[0] for problem in error.problems}
            known = [name for name in self.labels.names["fields"] if name in wrong]
            fields = "、".join(self.labels.of("fields", name) for name in known)
            message = f"{message}：{fields}"
        ui.notify(message, type="negative", position="top", close_button="✕", timeout=8000)

    def say(
        self,
        key: str,
        kind: Literal["positive", "negative", "warning"] = "positive",
        **values: object,
    ) -> None:
        """Say a sentence of the labels in passing."""
        ui.notify(self.labels(key, **values), type=kind, position="top", timeout=3500)
