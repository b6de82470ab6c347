"""Gateway, action server and desk as they are wired, on a live store and records of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from handoff.accounts import Role
from tests.conftest import ROOT, free_port
from tests.running import copy_records
from tests.security.table import Call
from yinqiao.accounts import open_accounts
from yinqiao.settings import Settings

PASSWORD = "bridge-river-42"
NAMES = ("gateway", "actions", "desk")
STAFF = {
    "agent": (Role.AGENT, ("general",)),
    "complaints": (Role.AGENT, ("complaints",)),
    "supervisor": (Role.SUPERVISOR, ()),
    "editor": (Role.EDITOR, ()),
    "reviewer": (Role.REVIEWER, ()),
    "unmask": (Role.UNMASK, ()),
    "admin": (Role.ADMIN, ()),
    "former": (Role.ADMIN, ()),
}
"""Who → role and groups; `former` logs in, and is disabled afterwards. `the-…` are the logins."""
ROLES = ("nobody", "visitor", *STAFF)
_STARTS_WITHIN = 120.0
_ONE_CALL = httpx.Limits(max_keepalive_connections=0)
"""A server may close a quiet line in the very moment in which it is used again."""


@dataclass(frozen=True)
class Application:
    """One running process."""

    name: str
    url: str
    routes: list[Call]
    pid: int


@dataclass(frozen=True)
class House:
    """The running applications, and a client of every role for them."""

    applications: dict[str, Application]
    clients: dict[str, httpx.Client]
    var: Path

    @property
    def gateway(self) -> str:
        """Where customers are served."""
        return self.applications["gateway"].url

    @property
    def desk(self) -> str:
        """Where staff are served."""
        return self.applications["desk"].url

    def visitor(self) -> str:
        """Return a new visitor's token."""
        answer = self.clients["nobody"].post(f"{self.gateway}/api/session", json={})
        return str(answer.json()["token"])


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[House]:
    """Start everything once; only Rasa is missing, and nobody asks it."""
    var = tmp_path_factory.mktemp("var")
    for part in ("models", "knowledge_base"):
        (var / part).symlink_to(ROOT / "var" / part)
    copy_records(ROOT / "var" / "records.db", var / "records.db")
    accounts = open_accounts(Settings(var=var))
    for login, (role, groups) in STAFF.items():
        accounts.create(f"the-{login}", login, PASSWORD, [role], groups=groups)
    with ExitStack() as stack:
        running = {name: stack.enter_context(_running(name, var, valkey_url)) for name in NAMES}
        applications = {name: _ready(*one) for name, one in running.items()}
        house = House(applications, {}, var)
        for who in ROLES:
            client = httpx.Client(limits=_ONE_CALL, trust_env=False, timeout=60)
            house.clients[who] = stack.enter_context(client)
            _introduce(house, who)
        accounts.disable("the-former")
        yield house


@contextmanager
def _running(
    name: str, var: Path, store: str
) -> Iterator[tuple[str, subprocess.Popen[bytes], str, Path]]:
    port, file = free_port(), var / f"{name}.routes.json"
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "YINQIAO_VAR": str(var),
        "YINQIAO_REDIS_URL": store,
        "YINQIAO_WORKER_IN_GATEWAY": "false",
        "YINQIAO_REST_SECONDS": "0.2",  # nobody answers here
        "YINQIAO_WECHAT_APP_ID": "wx0123456789abcdef",
        "YINQIAO_WECHAT_SECRET": "no-secret-of-anybody",
        "YINQIAO_WECHAT_TOKEN": "a-token-for-this-test",
        "YINQIAO_WECHAT_API": "http://127.0.0.1:9",
        "YINQIAO_WECHAT_KF_CORP_ID": "ww0123456789abcdef",
        "YINQIAO_WECHAT_KF_SECRET": "no-secret-of-anybody",
        "YINQIAO_WECHAT_KF_TOKEN": "a-token-for-this-test",
        "YINQIAO_WECHAT_KF_AES_KEY": "k" * 42 + "A",
        "YINQIAO_WECHAT_KF_API": "http://127.0.0.1:9",
        f"YINQIAO_{name.upper()}_PORT": str(port),
    }
    command = [sys.executable, "-m", "tests.security.serve", name, str(file)]
    log = (var / f"{name}.log").open("wb")
    with log, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log) as process:
        try:
            yield name, process, f"http://127.0.0.1:{port}", file
        finally:
            process.terminate()


def _ready(name: str, process: subprocess.Popen[bytes], url: str, file: Path) -> Application:
    deadline = time.monotonic() + _STARTS_WITHIN
    with httpx.Client(limits=_ONE_CALL, trust_env=False) as client:
        while True:
            assert process.poll() is None, f"{name} ended"
            assert time.monotonic() < deadline, f"{name} did not start"
            try:
                if client.get(f"{url}/readyz").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
    routes = [Call(*pair) for pair in json.loads(file.read_text("utf-8"))]
    return Application(name, url, routes, process.pid)


def _introduce(house: House, who: str) -> None:
    """Give a client what such a person's requests carry."""
    client = house.clients[who]
    if who == "visitor":
        client.headers["Authorization"] = f"Bearer {house.visitor()}"
    elif who in STAFF:
        form = {"login": f"the-{who}", "password": PASSWORD}
        assert client.post(f"{house.desk}/login", data=form).headers["location"] == "/"
