"""`AccountStore` in dictionaries: the double for tests and trials in one process."""

from __future__ import annotations

from datetime import datetime

from handoff.accounts import Account, Attempts, LoginPolicy
from handoff.errors import LoginTaken, UnknownAccount


class MemoryAccounts:
    """Accounts that are gone with the process."""

    def __init__(self) -> None:
        """Start without any account."""
        self._accounts: dict[str, tuple[Account, str]] = {}
        self._attempts: dict[str, Attempts] = {}

    def get(self, login: str) -> tuple[Account, str] | None:
        """See `AccountStore.get`."""
        return self._accounts.get(login)

    def all(self) -> list[Account]:
        """See `AccountStore.all`."""
        return [self._accounts[login][0] for login in sorted(self._accounts)]

    def add(self, account: Account, password_hash: str) -> None:
        """See `AccountStore.add`."""
        if account.login in self._accounts:
            raise LoginTaken
        self._accounts[account.login] = (account, password_hash)

    def put(self, account: Account, password_hash: str | None = None) -> None:
        """See `AccountStore.put`."""
        if account.login not in self._accounts:
            raise UnknownAccount
        held = self._accounts[account.login][1]
        self._accounts[account.login] = (account, password_hash or held)

    def attempt(self, login: str, at: datetime, policy: LoginPolicy) -> Attempts:
        """See `AccountStore.attempt`."""
        before = self._attempts.get(login)
        if before is None or before.last <= at - policy.lock_for:
            now = Attempts(1, at)
        else:
            last = at if before.count < policy.failures else before.last
            now = Attempts(before.count + 1, last)
        self._attempts[login] = now
        return now

    def forgive(self, login: str) -> None:
        """See `AccountStore.forgive`."""
        self._attempts.pop(login, None)
