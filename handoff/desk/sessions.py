"""Who is logged in: a signed, HttpOnly, SameSite=Strict cookie, checked against the account.

The cookie names the login and the account's generation, so a new password or disabling the
account ends every session at its next step, wherever it runs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from handoff.errors import AccountError, UnknownAccount

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from handoff.accounts import Account, Accounts
    from handoff.audit import Audit
    from handoff.desk.settings import DeskSettings

COOKIE = "yinqiao_desk"
# argon2 takes 64 MB a check: a flood of logins must not take the process's memory.
_CHECKS_AT_ONCE = 2


class Sessions:
    """Begin, end and look up sessions."""

    def __init__(
        self,
        accounts: Accounts,
        audit: Audit,
        settings: DeskSettings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Check passwords against `accounts`."""
        self._accounts = accounts
        self._audit = audit
        self._lifetime = settings.session_lifetime.total_seconds()
        self._clock = clock
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def begin(self, request: HTTPConnection, login: str, password: str) -> Account:
        """Log in; raises `LoginFailed` or `LockedOut`. The session is a new one."""
        try:
            async with self._checks:
                address = request.client.host if request.client else None
                account = await asyncio.to_thread(self._accounts.verify, login, password, address)
        except AccountError as error:
            actor = await self._known(login)
            await self._audit.record("desk.login_failed", actor, "desk", {"why": error.code})
            raise
        await self._audit.record("desk.login", account.login, "desk", {})
        request.session.clear()
        request.session.update(
            login=account.login, generation=account.generation, since=self._clock()
        )
        return account

    async def _known(self, login: str) -> str:
        """Return the login if it exists: people type passwords into the wrong field."""
        try:
            return (await asyncio.to_thread(self._accounts.get, login)).login
        except UnknownAccount:
            return "unknown"

    async def end(self, request: HTTPConnection) -> None:
        """Log out."""
        login = request.session.get("login")
        request.session.clear()
        if login:
            await self._audit.record("desk.logout", login, "desk", {})

    async def account(self, request: HTTPConnection) -> Account | None:
        """Return who is logged in, None when nobody is (any more)."""
        session = request.session
        login, since = session.get("login"), session.get("since", 0.0)
        if not login or self._clock() - since > self._lifetime:
            return None
        return await self.still(login, session.get("generation"))

    async def still(self, login: str, generation: object) -> Account | None:
        """Return the account as it is now, None when its sessions have ended."""
        try:
            account = await asyncio.to_thread(self._accounts.get, login)
        except UnknownAccount:
            return None
        valid = not account.disabled and account.generation == generation
        return account if valid else None
