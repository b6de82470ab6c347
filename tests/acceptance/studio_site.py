"""Starts the studio in a process of its own and lets people log in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page

from tests.acceptance.studio_app import PASSWORD
from tests.conftest import ROOT, free_port

_STARTS_WITHIN = 120.0


@dataclass(frozen=True)
class Site:
    """A running studio and a browser to visit it with."""

    url: str
    browser: Browser
    contexts: list[BrowserContext]
    folder: Path = Path()

    def log_in(self, login: str) -> Page:
        """Return a page of a new browser session in which `login` is logged in."""
        context = self.browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.contexts.append(context)
        page = context.new_page()
        page.goto(f"{self.url}/login")
        page.get_by_test_id("login-user").fill(login)
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        page.wait_for_load_state()
        return page

    def open(self, login: str, path: str) -> Page:
        """Log in and open a page of the studio."""
        page = self.log_in(login)
        page.goto(f"{self.url}{path}")
        page.get_by_test_id("me").wait_for()
        return page

    def leave(self) -> None:
        """Close what was opened."""
        while self.contexts:
            self.contexts.pop().close()


@contextmanager
def running_studio(folder: Path, browser: Browser) -> Iterator[Site]:
    """Serve a studio from `folder` until the end of the body."""
    port = free_port()
    command = [sys.executable, "-m", "tests.acceptance.studio_app", str(folder), str(port)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_served(process, f"{url}/login")
            yield Site(url, browser, [], folder)
        finally:
            process.send_signal(signal.SIGTERM)


def wait_until_served(process: subprocess.Popen[bytes], address: str) -> None:
    """Return once the address answers."""
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        assert process.poll() is None, "the pages did not start"
        assert time.monotonic() < deadline, "the pages did not start in time"
        try:
            with urlopen(address):  # noqa: S310 - http, on loopback
                return
        except URLError:
            time.sleep(0.2)
