"""The conversations that a page has open, each followed in its log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nicegui import Client

from conversation.errors import Unavailable
from handoff.accounts import Account
from handoff.desk.opened import Opened
from handoff.service import DeskService

_LOG = logging.getLogger(__name__)
_RETRY = 2.0


class Held:
    """What the agent holds, and what the page still shows of what was lost."""

    def __init__(
        self, service: DeskService, client: Client, refresh: Callable[[Opened], Awaitable[None]]
    ) -> None:
        """Call `refresh`, in the page's context, whenever a conversation may have changed."""
        self._service = service
        self._client = client
        self._refresh = refresh
        self._opened: dict[str, Opened] = {}
        self._followers: dict[str, asyncio.Task[None]] = {}
        self.ids: list[str] = []

    @property
    def mine(self) -> list[Opened]:
        """The conversations held, longest held first."""
        return [self._opened[identifier] for identifier in self.ids]

    def of(self, identifier: str) -> Opened | None:
        """Return an open conversation."""
        return self._opened.get(identifier)

    async def load(self, account: Account, shown: Opened | None) -> None:
        """Follow what the agent holds now, and nothing else but what is shown."""
        held = await self._service.mine(account)
        self.ids = [conversation.id for conversation in held]
        for conversation in held:
            if conversation.id not in self._opened:
                opened = Opened(conversation)
                self._opened[conversation.id] = opened
                await opened.catch_up(self._service)
                self._follow(opened)
        for identifier in self._opened.keys() - set(self.ids):
            if shown and shown.id == identifier:
                await self._refresh(shown)
            else:
                self.forget(identifier)

    def lost(self, identifier: str) -> None:
        """Note that a conversation is held no more."""
        if identifier in self.ids:
            self.ids.remove(identifier)

    def forget(self, identifier: str) -> None:
        """Close a conversation on this page."""
        self._opened.pop(identifier, None)
        if task := self._followers.pop(identifier, None):
            task.cancel()

    def stop(self) -> None:
        """Follow nothing any more."""
        for task in self._followers.values():
            task.cancel()
        self._followers.clear()

    def _follow(self, opened: Opened) -> None:
        task = asyncio.create_task(self._keep_in_step(opened), name=f"follow {opened.id}")
        self._followers[opened.id] = task

    async def _keep_in_step(self, opened: Opened) -> None:
        while True:
            try:
                async for _ in self._service.follow(opened.id):
                    with self._client:
                        await self._refresh(opened)
            except Unavailable:
                await asyncio.sleep(_RETRY)
            except Exception:  # noqa: BLE001 - whatever it is, the page must keep following
                _LOG.exception("a page fell out of step", extra={"conversation": opened.id})
                await asyncio.sleep(_RETRY)
