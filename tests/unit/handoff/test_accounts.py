"""Passwords, roles and the lock-out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from handoff.accounts import Accounts, LoginPolicy, Role
from handoff.errors import LockedOut, LoginFailed, UnknownAccount, WeakPassword
from handoff.memory_accounts import MemoryAccounts
from tests.unit.handoff.people import NOON

PASSWORD = "长江-silver-42"


class Watched(PasswordHash):
    """A light argon2 that notes every hash it checked a password against."""

    def __init__(self) -> None:
        """Cost as little as argon2 allows: these tests are not about strength."""
        super().__init__((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
        self.checked: list[str] = []

    def verify_and_update(
        self,
        password: str | bytes,
        hash: str | bytes,  # noqa: A002 - the parent's name
    ) -> tuple[bool, str | None]:
        """Check, and note it."""
        self.checked.append(str(hash))
        return super().verify_and_update(password, hash)


class Desk:
    """Accounts with a clock that can be moved."""

    def __init__(self) -> None:
        """Start at noon, without any account."""
        self.now = NOON
        self.hasher = Watched()
        self.store = MemoryAccounts()
        policy = LoginPolicy(3, 6, timedelta(minutes=10))
        self.accounts = Accounts(self.store, policy, lambda: self.now, self.hasher)

    def fail(self, login: str, times: int) -> None:
        """Fail to log in."""
        for _ in range(times):
            with pytest.raises(LoginFailed):
                self.accounts.verify(login, "something-else")


@pytest.fixture
def desk() -> Desk:
    """Return a desk with one account, zhou."""
    desk = Desk()
    desk.accounts.create("Zhou", "周晓", PASSWORD, [Role.AGENT], groups=["general"], load_limit=3)
    return desk


def test_the_right_password_opens_the_account(desk: Desk) -> None:
    account = desk.accounts.verify(" ＺＨＯＵ ", PASSWORD)
    assert (account.login, account.name, account.load_limit) == ("zhou", "周晓", 3)
    assert account.groups == {"general"}


def test_the_password_is_stored_as_argon2(desk: Desk) -> None:
    held = desk.store.get("zhou")
    assert held is not None
    assert held[1].startswith("$argon2id$")
    assert PASSWORD not in held[1]


def test_a_wrong_password_and_an_unknown_login_are_told_alike(desk: Desk) -> None:
    with pytest.raises(LoginFailed) as wrong:
        desk.accounts.verify("zhou", "something-else")
    with pytest.raises(LoginFailed) as unknown:
        desk.accounts.verify("nobody", "something-else")
    assert str(wrong.value) == str(unknown.value)


def test_an_unknown_login_costs_a_hash_as_well(desk: Desk) -> None:
    desk.fail("nobody", 1)
    desk.fail("zhou", 1)
    assert len(desk.hasher.checked) == 2
    assert all(held.startswith("$argon2id$") for held in desk.hasher.checked)


@pytest.mark.parametrize("login", ["zhou", "nobody"])
def test_failures_lock_a_login_whether_it_exists_or_not(desk: Desk, login: str) -> None:
    desk.fail(login, 3)
    with pytest.raises(LockedOut) as locked:
        desk.accounts.verify(login, PASSWORD)
    assert locked.value.until == NOON + timedelta(minutes=10)


def test_many_logins_tried_from_one_address_lock_the_address(desk: Desk) -> None:
    for number in range(6):
        with pytest.raises(LoginFailed):
            desk.accounts.verify(f"guess{number}", "wrong-river", "203.0.113.7")
    with pytest.raises(LockedOut) as locked:
        desk.accounts.verify("zhou", PASSWORD, "203.0.113.7")
    assert locked.value.until == NOON + timedelta(minutes=10)
    assert desk.accounts.verify("zhou", PASSWORD, "203.0.113.8")
    desk.now += timedelta(minutes=10)
    assert desk.accounts.verify("zhou", PASSWORD, "203.0.113.7")


def test_colleagues_behind_one_address_may_all_log_in(desk: Desk) -> None:
    for _ in range(20):
        assert desk.accounts.verify("zhou", PASSWORD, "203.0.113.7")


@pytest.mark.parametrize("typed", ["ADDRESS 203.0.113.7", "address 203.0.113.7"])
def test_nobody_locks_an_address_by_typing_it(desk: Desk, typed: str) -> None:
    for number in range(8):
        with pytest.raises((LoginFailed, LockedOut)):
            desk.accounts.verify(typed, "wrong-river", f"198.51.100.{number}")
    assert desk.accounts.verify("zhou", PASSWORD, "203.0.113.7")


def test_this_machine_s_address_is_not_counted(desk: Desk) -> None:
    for number in range(8):
        with pytest.raises(LoginFailed):
            desk.accounts.verify(f"guess{number}", "wrong-river", "127.0.0.1")
    assert desk.accounts.verify("zhou", PASSWORD, "127.0.0.1")


def test_a_lock_ends(desk: Desk) -> None:
    desk.fail("zhou", 3)
    desk.now += timedelta(minutes=10)
    assert desk.accounts.verify("zhou", PASSWORD).login == "zhou"


def test_a_success_forgives_the_failures(desk: Desk) -> None:
    for _ in range(3):
        desk.fail("zhou", 2)
        assert desk.accounts.verify("zhou", PASSWORD)


def test_a_new_password_ends_lock_and_sessions(desk: Desk) -> None:
    desk.fail("zhou", 3)
    desk.accounts.set_password("zhou", "another-river-7")
    account = desk.accounts.verify("zhou", "another-river-7")
    assert account.generation == 2
    desk.fail("zhou", 1)


def test_a_disabled_account_cannot_log_in_and_may_nothing(desk: Desk) -> None:
    desk.accounts.disable("zhou")
    with pytest.raises(LoginFailed):
        desk.accounts.verify("zhou", PASSWORD)
    assert not desk.accounts.get("zhou").may(Role.AGENT)
    desk.accounts.disable("zhou", disabled=False)
    assert desk.accounts.verify("zhou", PASSWORD).may(Role.AGENT)


def test_the_default_hasher_is_the_recommended_argon2() -> None:
    accounts = Accounts(MemoryAccounts())
    accounts.create("zhou", "周晓", PASSWORD, [Role.AGENT])
    assert accounts.verify("zhou", PASSWORD).name == "周晓"


def test_roles(desk: Desk) -> None:
    agent = desk.accounts.get("zhou")
    assert agent.may(Role.AGENT)
    assert not agent.may(Role.SUPERVISOR, Role.EDITOR)
    changed = desk.accounts.change("zhou", roles=[Role.ADMIN], groups=["fraud"], load_limit=1)
    assert changed.may(Role.REVIEWER)
    assert desk.accounts.all() == [changed]


@pytest.mark.parametrize("password", ["short", "x" * 129, "my-zhou-secret", "ababababab"])
def test_weak_passwords_are_refused(desk: Desk, password: str) -> None:
    with pytest.raises(WeakPassword):
        desk.accounts.set_password("zhou", password)
    assert desk.accounts.verify("zhou", PASSWORD)


@pytest.mark.parametrize("login", ["", "a", "周晓", "with space", "x" * 40, "-dash"])
def test_bad_logins_are_refused(desk: Desk, login: str) -> None:
    with pytest.raises(ValueError, match="login"):
        desk.accounts.create(login, "周晓", PASSWORD, [Role.AGENT])


def test_an_unknown_account_is_said_so(desk: Desk) -> None:
    for step in (desk.accounts.get, desk.accounts.disable):
        with pytest.raises(UnknownAccount):
            step("nobody")
