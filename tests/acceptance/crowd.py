"""A stage for several people at once, each in a browser session: gateway, worker and desk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from redis import Redis as BlockingRedis

from tests.acceptance.studio_site import wait_until_served
from tests.conftest import ROOT, free_port
from yinqiao.accounts import DEMO_PASSWORD

WITHIN = 15_000
"""Milliseconds for what passes through a handoff."""


@dataclass(frozen=True)
class Crowd:
    """Everybody's pages."""

    gateway: str
    desk: str
    browser: Browser
    stack: ExitStack

    def page(self, width: int = 1440) -> Page:
        """Return a page of a new browser session."""
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        return self.stack.enter_context(context).new_page()

    def customer(self) -> Page:
        """Open the chat as a new visitor."""
        page = self.page(1000)
        page.goto(self.gateway)
        page.get_by_test_id("launcher").click()
        return page

    def staff(self, login: str) -> Page:
        """Log a member of staff into the desk."""
        page = self.page()
        page.goto(self.desk)
        page.get_by_test_id("login-user").fill(login)
        page.get_by_test_id("login-password").fill(DEMO_PASSWORD)
        page.get_by_test_id("login-submit").click()
        page.get_by_test_id("me").wait_for()
        return page


@contextmanager
def crowded(
    browser: Browser, folder: Path, valkey: str, *pushed: str, **settings: object
) -> Iterator[Crowd]:
    """Serve an empty stage, with some settings; everybody leaves at the end."""
    chosen = {f"YINQIAO_{name.upper()}": str(value) for name, value in settings.items()}
    environment = os.environ | chosen
    ports = free_port(), free_port()
    words = (str(folder), valkey, *(str(port) for port in ports), *pushed)
    command = [sys.executable, "-m", "tests.acceptance.crowd_app", *words]
    with BlockingRedis.from_url(valkey) as client:
        client.flushall()
    gateway, desk = (f"http://127.0.0.1:{port}" for port in ports)
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment) as process,
        ExitStack() as stack,
    ):
        stack.callback(process.terminate)
        wait_until_served(process, f"{desk}/healthz")
        yield Crowd(gateway, desk, browser, stack)
