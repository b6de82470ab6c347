"""The table "Who may call what" of docs/security.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.conftest import ROOT

_ROW = re.compile(r"\| (gateway|actions|desk) \| (.+) \| (.+) \|")
_CALL = re.compile(r"`([A-Z]+) (/\S*)`")


@dataclass(frozen=True)
class Call:
    """One way to call an application; a path that ends in * stands for all below it."""

    method: str
    path: str

    def covers(self, other: Call) -> bool:
        """Tell whether this row of the table is about a route."""
        if self.method != other.method:
            return False
        if self.path.endswith("*"):
            return other.path.startswith(self.path[:-1])
        return self.path == other.path


@dataclass(frozen=True)
class Rule:
    """Who may make a call to an application."""

    application: str
    call: Call
    who: frozenset[str]


def rules(application: str) -> list[Rule]:
    """Return the rows about an application."""
    return [rule for rule in _rules() if rule.application == application]


def _rules() -> Iterator[Rule]:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    for application, calls, who in _ROW.findall(text):
        named = frozenset(each.strip() for each in who.split(","))
        for method, path in _CALL.findall(calls):
            yield Rule(application, Call(method, path), named)


def rule_for(application: str, call: Call) -> Rule | None:
    """Return the rule for a route, the most exact one."""
    found = [rule for rule in rules(application) if rule.call.covers(call)]
    return max(found, key=lambda rule: len(rule.call.path), default=None)
