"""Fetches the news of every service account, by one replica at a time, page by page."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.wechat.kf.item import item_of
from connectors.wechat.kf.ports import Inbox, News, Visit
from connectors.wechat.kf.receiver import KfReceiver
from connectors.wechat.rounds import Rounds
from conversation.errors import Busy

_LOG = logging.getLogger(__name__)
_FIRST = 3600
"""Without a cursor WeCom tells of three days; what is older than this was for others."""


@dataclass(slots=True)
class Fetcher:
    """Starts where it rang, and looks around for what others left.

    The cursor moves only when a whole page was accepted. A crash in between makes the page come
    again, and each message in it is known by its id: none is lost, none is answered twice.
    """

    inbox: Inbox
    news: News
    receiver: KfReceiver
    round_seconds: float = 2.0
    clock: Callable[[], float] = time.time
    _rounds: Rounds = field(init=False)

    def __post_init__(self) -> None:
        """Wire the rounds."""
        self._rounds = Rounds(self.inbox.waiting, self._fetch, self.round_seconds)

    async def run(self) -> None:
        """Look after all service accounts until cancelled."""
        await self._rounds.run()

    def attend(self, kf_id: str) -> None:
        """Fetch an account's news unless this process does so already."""
        self._rounds.attend(kf_id)

    async def _fetch(self, kf_id: str) -> None:
        """Fetch until no ring is left; raises `HoldLost`, `ApiError`, `Unavailable`."""
        while visit := await self.inbox.take(kf_id):
            try:
                await self._pages(visit)
            finally:
                await self.inbox.let_go(visit)

    async def _pages(self, visit: Visit) -> None:
        more = True
        while more:
            page = await self.news.page(visit)
            await self._take(page.entries, since=0 if visit.cursor else self.clock() - _FIRST)
            visit, more = await self.inbox.advance(visit, page.cursor), page.more
        await self.inbox.done(visit)

    async def _take(self, entries: Sequence[dict[str, Any]], since: float) -> None:
        """Take a page; raises `Busy` at its end when one customer's messages must come again."""
        full: dict[str, Busy] = {}
        for item in filter(None, map(item_of, entries)):
            if item.at < since or item.customer_id in full:
                continue
            try:
                await self.receiver.receive(item)
            except Busy as error:  # the others need not wait for this one
                full[item.customer_id] = error
        if full:
            raise next(iter(full.values()))
