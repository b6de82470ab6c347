"""`AccountStore` in SQL: SQLite or PostgreSQL, by SQLAlchemy Core."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from handoff.accounts import Account, Attempts, LoginPolicy, Role
from handoff.errors import LoginTaken, UnknownAccount
from handoff.qualifications import Qualification

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine, RowMapping

metadata = sa.MetaData()

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("login", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("groups", sa.Text, nullable=False),
    sa.Column("load_limit", sa.Integer, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("password_hash", sa.String(255), nullable=False),
    # Kind → last valid day, as ISO 8601.
    sa.Column("qualifications", sa.Text, nullable=False, server_default="{}"),
)

login_attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("login", sa.String(64), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    # Milliseconds since 1970, UTC: SQLite has no time zones.
    sa.Column("last", sa.BigInteger, nullable=False, index=True),
)


class SqlAccounts:
    """Accounts in the tables above; `metadata.create_all` or a migration makes them."""

    def __init__(self, engine: Engine) -> None:
        """Work through a synchronous engine."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def get(self, login: str) -> tuple[Account, str] | None:
        """See `AccountStore.get`."""
        with self._engine.connect() as connection:
            query = sa.select(accounts).where(accounts.c.login == login)
            row = connection.execute(query).mappings().first()
        return (_account(row), row["password_hash"]) if row else None

    def all(self) -> list[Account]:
        """See `AccountStore.all`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.login)).mappings()
            return [_account(row) for row in rows]

    def add(self, account: Account, password_hash: str) -> None:
        """See `AccountStore.add`."""
        values = _values(account) | {"login": account.login, "password_hash": password_hash}
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(accounts).values(values))
        except IntegrityError as error:
            raise LoginTaken from error

    def put(self, account: Account, password_hash: str | None = None) -> None:
        """See `AccountStore.put`."""
        values = _values(account)
        if password_hash:
            values["password_hash"] = password_hash
        change = sa.update(accounts).where(accounts.c.login == account.login).values(values)
        with self._engine.begin() as connection:
            if connection.execute(change).rowcount != 1:
                raise UnknownAccount

    def attempt(self, login: str, at: datetime, policy: LoginPolicy) -> Attempts:
        """See `AccountStore.attempt`."""
        now = _milliseconds(at)
        over = _milliseconds(at - policy.lock_for)
        held = login_attempts.c
        counted = self._insert(login_attempts).values(login=login, count=1, last=now)
        counted = counted.on_conflict_do_update(
            index_elements=[held.login],
            set_={
                "count": sa.case((held.last <= over, 1), else_=held.count + 1),
                "last": sa.case(
                    (sa.or_(held.last <= over, held.count < policy.failures), now),
                    else_=held.last,
                ),
            },
        )
        with self._engine.begin() as connection:
            row = connection.execute(counted.returning(held.count, held.last)).one()
            # Logins that were only ever guessed must not pile up.
            connection.execute(sa.delete(login_attempts).where(held.last <= over))
        return Attempts(row[0], datetime.fromtimestamp(row[1] / 1000, UTC))

    def forgive(self, login: str) -> None:
        """See `AccountStore.forgive`."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(login_attempts).where(login_attempts.c.login == login))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _values(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "roles": json.dumps(sorted(account.roles)),
        "groups": json.dumps(sorted(account.groups)),
        "load_limit": account.load_limit,
        "disabled": account.disabled,
        "generation": account.generation,
        "qualifications": json.dumps(
            {one.kind: one.until.isoformat() for one in account.qualifications}, sort_keys=True
        ),
    }


def _account(row: RowMapping) -> Account:
    return Account(
        login=row["login"],
        name=row["name"],
        roles=frozenset(Role(role) for role in json.loads(row["roles"])),
        groups=frozenset(json.loads(row["groups"])),
        load_limit=row["load_limit"],
        disabled=row["disabled"],
        generation=row["generation"],
        qualifications=frozenset(
            Qualification(kind, date.fromisoformat(until))
            for kind, until in json.loads(row["qualifications"]).items()
        ),
    )
