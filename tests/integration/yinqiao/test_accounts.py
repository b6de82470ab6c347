"""`yinqiao accounts`: groups, limits and qualifications change by command, each in the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from handoff.accounts import Account
from handoff.routing import Routing
from handoff.sql_accounts import SqlAccounts
from yinqiao.accounts import ensure_demo_accounts, open_accounts
from yinqiao.cli import app
from yinqiao.records import open_records
from yinqiao.settings import Settings
from yinqiao.wiring import open_audit

PASSWORD = "a-long-password-1"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return an installation whose only account is zhou's."""
    monkeypatch.setenv("YINQIAO_VAR", str(tmp_path / "var"))
    made = accounts("create", "zhou", "周晓", "--role", "agent", "--password", PASSWORD)
    assert made.exit_code == 0, made.output
    return Settings()


def accounts(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["accounts", *arguments])


def done(*arguments: str) -> Account:
    result = accounts(*arguments)
    assert result.exit_code == 0, result.output
    return zhou()


def zhou() -> Account:
    found = SqlAccounts(open_records(Settings())).get("zhou")
    assert found
    return found[0]


def chain() -> list[tuple[str, str]]:
    return [(row.kind, row.subject) for row in open_audit(Settings()).rows()]


def test_groups_limit_and_qualifications_are_changed_and_audited() -> None:
    assert done("groups", "zhou", "general", "fund").groups == {"general", "fund"}
    assert done("groups", "zhou", "fund").groups == {"fund"}
    assert done("limit", "zhou", "7").load_limit == 7
    done("qualify", "zhou", "fund", "2027-01-31")
    account = done("qualify", "zhou", "fund", "2099-06-30")
    assert {(one.kind, str(one.until)) for one in account.qualifications} == {
        ("fund", "2099-06-30")
    }
    assert done("disqualify", "zhou", "fund").qualifications == frozenset()
    kinds = ("create", "groups", "groups", "limit", "qualify", "qualify", "disqualify")
    assert chain() == [(f"account.{kind}", "zhou") for kind in kinds]


def test_what_an_account_lacks_is_shown() -> None:
    done("groups", "zhou", "fund")
    done("qualify", "zhou", "fund", "2020-01-01")
    shown = accounts("show", "zhou").output
    assert "no valid qualification fund" in shown
    assert "fund until 2020-01-01" in shown
    done("qualify", "zhou", "fund", "2099-01-01")
    assert "no valid" not in accounts("show", "zhou").output
    assert "2099-01-01" in accounts("list").output.replace("\n", "")


WRONG = (
    ("groups", "zhou", "nobody"),
    ("groups", "lin", "general"),
    ("limit", "zhou", "51"),
    ("limit", "lin", "3"),
    ("qualify", "zhou", "flying", "2099-01-01"),
    ("qualify", "zhou", "fund", "tomorrow"),
    ("disqualify", "lin", "fund"),
    ("show", "lin"),
)


def test_what_there_is_not_is_refused_and_nothing_changes() -> None:
    before = zhou()
    for wrong in WRONG:
        refused = accounts(*wrong)
        assert refused.exit_code in {1, 2}, wrong
        assert isinstance(refused.exception, SystemExit)
        assert zhou() == before
    assert chain() == [("account.create", "zhou")]


def test_a_demo_has_somebody_qualified_for_every_group() -> None:
    ensure_demo_accounts(Settings())
    routing, now = Routing.load(), datetime.now(UTC)
    served: set[str] = set()
    for account in open_accounts(Settings()).all():
        served |= account.groups - routing.barred(account, now)
    assert served == set(routing.groups)
