"""Staff accounts on this installation's records, and the demo ones."""

from __future__ import annotations

from datetime import date

from handoff.accounts import Accounts, Role
from handoff.errors import LoginTaken
from handoff.qualifications import Qualification
from handoff.sql_accounts import SqlAccounts
from yinqiao.records import open_records
from yinqiao.settings import Settings

# Only ever for `make demo`; a real installation makes its accounts with `yinqiao accounts`.
DEMO_PASSWORD = "yinqiao-demo-2026"  # noqa: S105 - printed on the terminal, by design
_GROUPS = ("general", "complaints", "fraud")
_VALID_UNTIL = date(2028, 12, 31)
_FUND = Qualification("fund", _VALID_UNTIL)
_INSURANCE = Qualification("insurance", _VALID_UNTIL)
_DEMO = (
    ("agent1", "坐席一号", (Role.AGENT,), (*_GROUPS, "fund"), (_FUND,)),
    ("agent2", "坐席二号", (Role.AGENT,), (*_GROUPS, "insurance"), (_INSURANCE,)),
    ("supervisor", "值班主管", (Role.AGENT, Role.SUPERVISOR), (), (_FUND, _INSURANCE)),
    ("editor", "内容编辑", (Role.EDITOR,), (), ()),
    ("reviewer", "内容审核", (Role.REVIEWER,), (), ()),
)


def open_accounts(settings: Settings) -> Accounts:
    """Return the accounts."""
    return Accounts(SqlAccounts(open_records(settings)))


def ensure_demo_accounts(settings: Settings) -> None:
    """Make the demo accounts that are missing."""
    accounts = open_accounts(settings)
    for login, name, roles, groups, passed in _DEMO:
        try:
            accounts.create(
                *(login, name, DEMO_PASSWORD, roles), groups=groups, qualifications=passed
            )
        except LoginTaken:
            continue
