"""Who may work at the desk: accounts, roles, passwords, lock-out."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pwdlib import PasswordHash

from conversation.address import site_of
from handoff.errors import LockedOut, LoginFailed, UnknownAccount, WeakPassword
from handoff.qualifications import Qualification

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_LONGEST = 128


class Role(StrEnum):
    """What an account may do; one account may have several roles."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    UNMASK = "unmask"
    """Sees masked values for a reason; given by name, no other role includes it."""
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff.

    `groups` are the queue groups served; a supervisor sees all. `load_limit` is how many
    conversations may be held at once. `qualifications` are the certificates without which some
    groups are not served. `generation` grows with every change that must end the sessions that
    run: a new password, disabling.
    """

    login: str
    name: str
    roles: frozenset[Role]
    groups: frozenset[str] = frozenset()
    load_limit: int = 5
    disabled: bool = False
    generation: int = 1
    qualifications: frozenset[Qualification] = frozenset()

    def qualified(self, kind: str, day: date) -> bool:
        """Return whether the account has a qualification of a kind that is valid on a day."""
        return any(one.covers(kind, day) for one in self.qualifications)

    def may(self, *roles: Role) -> bool:
        """Return whether the account has one of these roles; an admin has all."""
        return not self.disabled and bool(self.roles & {*roles, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """How many failures lock a login, for how long, and how long a password must be.

    `address_failures` in a row, whatever the logins, lock the address that they come from.
    """

    failures: int = 5
    address_failures: int = 30
    lock_for: timedelta = timedelta(minutes=15)
    shortest: int = 10


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts since the last success, this one included, and when the counted last one was."""

    count: int
    last: datetime


class AccountStore(Protocol):
    """Where accounts are kept. Blocking; every method is one transaction."""

    def get(self, login: str) -> tuple[Account, str] | None:
        """Return an account and its password hash."""

    def all(self) -> list[Account]:
        """Return every account, by login."""

    def add(self, account: Account, password_hash: str) -> None:
        """Add an account; raises `LoginTaken`."""

    def put(self, account: Account, password_hash: str | None = None) -> None:
        """Change an account, and its hash if given; raises `UnknownAccount`."""

    def attempt(self, login: str, at: datetime, policy: LoginPolicy) -> Attempts:
        """Count an attempt, atomically; the count begins anew `lock_for` after the last one.

        Attempts beyond `policy.failures` do not move `last`, so a lock ends in due time
        however often somebody knocks. Works for logins that do not exist.
        """

    def forgive(self, login: str) -> None:
        """Forget the attempts."""


def _system_clock() -> datetime:
    return datetime.now(UTC)


class Accounts:
    """Create, check and change accounts. Passwords are hashed with argon2id."""

    def __init__(
        self,
        store: AccountStore,
        policy: LoginPolicy | None = None,
        clock: Callable[[], datetime] = _system_clock,
        hasher: PasswordHash | None = None,
    ) -> None:
        """Keep accounts in `store`; `hasher` is argon2id unless given."""
        self._store = store
        self._policy = policy or LoginPolicy()
        self._clock = clock
        self._hasher = hasher or PasswordHash.recommended()
        # Somebody to check the password against when the login does not exist.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def create(  # noqa: PLR0913 - an account's own fields
        self,
        login: str,
        name: str,
        password: str,
        roles: Iterable[Role],
        *,
        groups: Iterable[str] = (),
        load_limit: int = 5,
        qualifications: Iterable[Qualification] = (),
    ) -> Account:
        """Create an account; raises `LoginTaken`, `WeakPassword`, ValueError for a bad login."""
        login = normal(login)
        if not _LOGIN.fullmatch(login):
            message = f"a login is 2 to 32 of a-z, 0-9, dot, dash, underscore: {login!r}"
            raise ValueError(message)
        account = Account(
            *(login, name, frozenset(roles), frozenset(groups), load_limit),
            qualifications=frozenset(qualifications),
        )
        self._store.add(account, self._hash(login, password))
        return account

    def verify(self, login: str, password: str, address: str | None = None) -> Account:
        """Return the account; raises `LoginFailed` or `LockedOut`.

        `address` is where the attempt comes from: many logins tried with a few passwords each
        lock it. A success forgives both: colleagues behind one address log in all day.

        Costs the same whether the login exists, is disabled, or has another password, and
        locks unknown logins as well: neither time nor answer tells which logins exist. The
        attempt is counted before the password is checked, so parallel guesses count too.
        """
        login = normal(login)
        # In capitals: whatever is typed as a login is not.
        site = f"ADDRESS {where}" if (where := site_of(address)) else None
        if site:
            self._count(site, self._policy.address_failures)
        self._count(login, self._policy.failures)
        found = self._store.get(login)
        held = found[1] if found else self._nobody
        right, better = self._hasher.verify_and_update(password[:_LONGEST], held)
        if not found or not right or found[0].disabled:
            raise LoginFailed
        for name in filter(None, (login, site)):
            self._store.forgive(name)
        if better:
            self._store.put(found[0], better)
        return found[0]

    def _count(self, name: str, failures: int) -> None:
        attempts = self._store.attempt(
            name, self._clock(), replace(self._policy, failures=failures)
        )
        if attempts.count > failures:
            raise LockedOut(attempts.last + self._policy.lock_for)

    def get(self, login: str) -> Account:
        """Return an account; raises `UnknownAccount`."""
        found = self._store.get(normal(login))
        if found is None:
            raise UnknownAccount
        return found[0]

    def all(self) -> list[Account]:
        """Return every account, by login."""
        return self._store.all()

    def set_password(self, login: str, password: str) -> None:
        """Set a new password; ends the account's sessions and its lock-out."""
        account = self.get(login)
        changed = replace(account, generation=account.generation + 1)
        self._store.put(changed, self._hash(account.login, password))
        self._store.forgive(account.login)

    def disable(self, login: str, *, disabled: bool = True) -> None:
        """Disable an account (or enable it again); ends its sessions."""
        account = self.get(login)
        self._store.put(replace(account, disabled=disabled, generation=account.generation + 1))

    def change(
        self,
        login: str,
        *,
        roles: Iterable[Role] | None = None,
        groups: Iterable[str] | None = None,
        load_limit: int | None = None,
        qualifications: Iterable[Qualification] | None = None,
    ) -> Account:
        """Change what an account may do; sessions go on and see it at their next step."""
        account = self.get(login)
        changed = replace(
            account,
            roles=account.roles if roles is None else frozenset(roles),
            groups=account.groups if groups is None else frozenset(groups),
            load_limit=account.load_limit if load_limit is None else load_limit,
            qualifications=(
                account.qualifications if qualifications is None else frozenset(qualifications)
            ),
        )
        self._store.put(changed)
        return changed

    def _hash(self, login: str, password: str) -> str:
        if not self._policy.shortest <= len(password) <= _LONGEST:
            message = f"a password has {self._policy.shortest} to {_LONGEST} characters"
            raise WeakPassword(message)
        if login in password.casefold() or len(set(password)) < self._policy.shortest // 2:
            message = "a password does not contain the login, nor the same few characters"
            raise WeakPassword(message)
        return self._hasher.hash(password)


def normal(login: str) -> str:
    """Return a login as it is compared: NFKC, case folded, trimmed, at most 64 characters."""
    return unicodedata.normalize("NFKC", login).casefold().strip()[:64]
