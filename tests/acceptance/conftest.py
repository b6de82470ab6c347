"""The whole system on free ports, with the models that `yinqiao setup` has built."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT, free_port

_PORTS = ("valkey", "gateway", "desk", "rasa", "actions")


@dataclass(frozen=True)
class System:
    """A running installation."""

    gateway: str
    desk: str
    environment: dict[str, str]

    def run(self, *words: str, given: str = "") -> str:
        """Run one command of the command line; returns what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "yinqiao", *words],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Start everything by `yinqiao demo`; stop it by SIGTERM, as an operator would."""
    var = tmp_path_factory.mktemp("var")
    for part in ("models", "knowledge_base"):
        (var / part).symlink_to(ROOT / "var" / part)
    ports = {name: free_port() for name in _PORTS}
    environment = {
        **os.environ,
        "YINQIAO_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
        **{f"YINQIAO_{name.upper()}_PORT": str(port) for name, port in ports.items()},
    }
    command = [sys.executable, "-m", "yinqiao", "demo"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout
        for line in running.stdout:
            if line.startswith("ready"):
                break
        else:
            pytest.fail((var / "logs" / "yinqiao.log").read_text("utf-8")[-4000:])
        yield System(
            f"http://127.0.0.1:{ports['gateway']}",
            f"http://127.0.0.1:{ports['desk']}",
            environment,
        )
        running.send_signal(signal.SIGTERM)
        running.stdout.read()
    assert running.returncode == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium from the system's packages."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def customer(browser: Browser, system: System) -> Iterator[Page]:
    """Open the customer's page, and its chat, as a new visitor."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(system.gateway)
        page.get_by_test_id("launcher").click()
        yield page


@pytest.fixture
def agent(browser: Browser, system: System) -> Iterator[Page]:
    """Log an agent into the desk."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(system.desk)
        page.get_by_test_id("login-user").fill("agent1")
        page.get_by_test_id("login-password").fill("yinqiao-demo-2026")
        page.get_by_test_id("login-submit").click()
        page.get_by_test_id("me").wait_for()
        yield page


@pytest.fixture
def pictures() -> Path:
    """Return the folder for pictures of the running system."""
    folder = ROOT / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
