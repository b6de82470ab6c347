"""Every route × every role, by the applications' own route tables and docs/security.md."""

from __future__ import annotations

import re

import psutil
import pytest

from tests.security.conftest import NAMES, ROLES, Application, House
from tests.security.table import Call, Rule, rule_for, rules

METHODS = ("GET", "POST", "PUT", "DELETE")
VALUES = {
    "/studio/article/": "card-activate",
    "/studio/value/": "hotline",
    "/studio/notice/": "wealth-risk",
    "/tickets/": "none",
}
"""What stands for the parameter of a path that begins so."""
_FILES = re.compile(r"/_nicegui|.*(\*|path\}|\{name\})$").match


def address(application: Application, call: Call) -> str:
    """Return a URL for a route."""
    value = next((value for start, value in VALUES.items() if call.path.startswith(start)), "x")
    return application.url + re.sub(r"\{[^}]*\}|\*$", value, call.path)


def allowed(application: str, call: Call, role: str) -> bool:
    """Tell what the table says."""
    rule = rule_for(application, call)
    return rule is not None and bool(rule.who & {"anybody", role})


@pytest.mark.parametrize("name", NAMES)
def test_the_table_and_the_routes_are_the_same(house: House, name: str) -> None:
    routes = house.applications[name].routes
    assert [call for call in routes if rule_for(name, call) is None] == []
    gone = [rule for rule in rules(name) if not any(rule.call.covers(call) for call in routes)]
    assert gone == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", NAMES)
def test_nobody_gets_what_is_not_theirs(house: House, name: str, role: str) -> None:
    application, client = house.applications[name], house.clients[role]
    unexpected = [
        (method, call.path, answer.status_code)
        for call in sorted(set(application.routes), key=str)
        for method in METHODS
        if not allowed(name, Call(method, call.path), role)
        and (answer := client.request(method, address(application, call))).is_success
    ]
    assert unexpected == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_what_is_theirs(house: House, name: str, role: str) -> None:
    application, client = house.applications[name], house.clients[role]
    pages = [call for call in application.routes if call.method == "GET" and not _FILES(call.path)]
    missing = [
        (call.path, answer.status_code)
        for call in pages
        if allowed(name, call, role)
        and not (answer := client.get(address(application, call))).is_success
    ]
    assert missing == []


def test_the_table_is_read() -> None:
    board = rule_for("desk", Call("GET", "/board"))
    assert board == Rule("desk", Call("GET", "/board"), frozenset({"supervisor", "admin"}))
    studio = rule_for("desk", Call("GET", "/studio/article/{item_id}"))
    assert studio
    assert "agent" not in studio.who
    assert rule_for("desk", Call("POST", "/board")) is None


def test_the_action_server_listens_on_loopback_only(house: House) -> None:
    listening = psutil.Process(house.applications["actions"].pid).net_connections("inet")
    assert {each.laddr.ip for each in listening if each.status == psutil.CONN_LISTEN} == {
        "127.0.0.1"
    }
