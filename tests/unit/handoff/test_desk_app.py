"""The desk's HTTP edge: sessions, forms, headers, operations. One app: NiceGUI allows no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from handoff.accounts import Accounts, LoginPolicy, Role
from handoff.desk.app import create_desk
from handoff.desk.settings import DeskSettings
from handoff.desk.tickets import TICKETS
from handoff.memory_accounts import MemoryAccounts
from tests.unit.handoff.room import Room
from tests.unit.handoff.tickets.desk import TicketDesk

PASSWORD = "bridge-river-42"
SECRET = "a secret only for this test, long enough"


@dataclass(frozen=True)
class Site:
    """The app with what lies behind it."""

    client: TestClient
    accounts: Accounts
    room: Room
    answers: dict[str, bool]

    def log_in(self, login: str, password: str = PASSWORD) -> str:
        """Post the form from a fresh browser; returns where it leads."""
        self.client.cookies.clear()
        form = {"login": login, "password": password}
        return str(
            self.client.post("/login", data=form, follow_redirects=False).headers["location"]
        )

    def home(self) -> str:
        """Open the desk; returns where it leads, "" when it is shown."""
        answer = self.client.get("/", follow_redirects=False)
        return str(answer.headers.get("location", ""))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Yield the running app."""
    room = Room()
    policy = LoginPolicy(failures=3, lock_for=timedelta(minutes=10))
    accounts = Accounts(MemoryAccounts(), policy)
    accounts.create("zhou", "周晓", PASSWORD, [Role.AGENT], groups=["general"])
    accounts.create("lin", "林一", PASSWORD, [Role.AGENT])
    accounts.create("he", "何文", PASSWORD, [Role.EDITOR])
    accounts.create("qin", "秦安", PASSWORD, [Role.AGENT], groups=["complaints"])
    answers = {"ready": True}

    async def ready() -> bool:
        return answers["ready"]

    tickets = TicketDesk()
    settings = DeskSettings(tickets=TICKETS)
    app = create_desk(
        *(room.desk, accounts),
        secret=SECRET,
        ready=ready,
        settings=settings,
        tickets=tickets.service,
    )
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.portal
        client.portal.call(tickets.opened)
        yield Site(client, accounts, room, answers)


def test_nobody_sees_the_desk_without_logging_in(site: Site) -> None:
    site.client.cookies.clear()
    assert site.home() == "/login"
    assert "login-user" in site.client.get("/login").text


def test_logging_in_and_out(site: Site) -> None:
    assert site.log_in("zhou") == "/"
    shown = site.client.get("/")
    assert shown.status_code == 200
    assert "周晓" in shown.text
    assert "conversation-item" not in shown.text
    site.client.post("/logout")
    assert site.home() == "/login"
    assert [row[0] for row in site.room.book.rows][-2:] == ["desk.login", "desk.logout"]


def test_the_cookie_is_out_of_reach(site: Site) -> None:
    form = {"login": "zhou", "password": PASSWORD}
    plain = site.client.post("/login", data=form, follow_redirects=False)
    cookie = plain.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "; secure" not in cookie
    tls = site.client.post("https://127.0.0.1/login", data=form, follow_redirects=False)
    assert tls.headers["set-cookie"].lower().endswith("; secure")


def test_a_forged_cookie_is_nobody(site: Site) -> None:
    assert site.log_in("zhou") == "/"
    value = site.client.cookies["yinqiao_desk"]
    site.client.cookies.clear()
    site.client.cookies.set("yinqiao_desk", "x" + value[1:])
    assert site.home() == "/login"


def test_a_wrong_password_is_told_and_never_recorded(site: Site) -> None:
    assert site.log_in("zhou", "wrong-password-1") == "/login?error=login_failed"
    assert "账号或密码不正确" in site.client.get("/login?error=login_failed").text
    assert site.log_in("my-password-in-the-wrong-field") == "/login?error=login_failed"
    failures = [row for row in site.room.book.rows if row[0] == "desk.login_failed"]
    assert [row[1] for row in failures[-2:]] == ["zhou", "unknown"]
    assert "my-password" not in str(failures)
    site.log_in("zhou")


def test_an_error_that_is_no_code_of_ours_is_not_shown(site: Site) -> None:
    assert "evil" not in site.client.get("/login?error=evil").text


def test_repeated_failures_lock_the_login(site: Site) -> None:
    for _ in range(3):
        site.log_in("lin", "wrong-password-1")
    assert site.log_in("lin") == "/login?error=locked_out"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_forms_of_other_sites_are_refused(site: Site, path: str, headers: dict[str, str]) -> None:
    form = {"login": "zhou", "password": PASSWORD}
    assert site.client.post(path, data=form, headers=headers).status_code == 403


def test_our_own_forms_are_taken(site: Site) -> None:
    form = {"login": "zhou", "password": PASSWORD}
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    answer = site.client.post("/login", data=form, headers=headers, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_new_password_ends_the_sessions_that_run(site: Site) -> None:
    assert site.log_in("zhou") == "/"
    assert site.home() == ""
    site.accounts.set_password("zhou", PASSWORD)
    assert site.home() == "/login"


def test_disabling_ends_the_sessions_that_run(site: Site) -> None:
    assert site.log_in("zhou") == "/"
    site.accounts.disable("zhou")
    assert site.home() == "/login"
    site.accounts.disable("zhou", disabled=False)


def test_only_agents_and_supervisors_see_the_desk(site: Site) -> None:
    assert site.log_in("he") == "/"
    assert site.home() == "/login?error=forbidden"


def test_who_works_on_complaints_finds_the_tickets_from_the_desk(site: Site) -> None:
    assert site.log_in("qin") == "/"
    assert f'href":"{TICKETS}"' in site.client.get("/").text.replace(" ", "")
    assert "TS20260601-0001" in site.client.get(TICKETS).text


def test_who_does_not_is_sent_back_to_the_desk(site: Site) -> None:
    assert site.log_in("zhou") == "/"
    answer = site.client.get(TICKETS, follow_redirects=False)
    assert answer.headers["location"] == "/"
    site.client.cookies.clear()
    assert site.client.get(TICKETS, follow_redirects=False).headers["location"] == "/login"


def test_every_answer_forbids_other_hosts_and_frames(site: Site) -> None:
    for path in ("/healthz", "/login", "/desk/static/desk.css"):
        headers = site.client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_operations(site: Site) -> None:
    assert site.client.get("/healthz").json() == {"status": "ok"}
    assert site.client.get("/readyz").status_code == 200
    site.answers["ready"] = False
    assert site.client.get("/readyz").status_code == 503
    site.answers["ready"] = True
    assert "yinqiao_desk_logins_total" in site.client.get("/metrics").text


def test_the_api_is_described(site: Site) -> None:
    paths = site.client.get("/openapi.json").json()["paths"]
    assert {"/healthz", "/readyz", "/metrics", "/login", "/logout"} <= set(paths)
