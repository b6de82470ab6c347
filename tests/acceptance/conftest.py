"""A running system, and a browser in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.acceptance.studio_site import Site, running_studio
from tests.conftest import ROOT
from tests.running import System, running_system

# What is expected comes; a busy machine only takes longer to show it.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Start everything once for all tests of this ring."""
    with running_system(tmp_path_factory.mktemp("var")) as system:
        yield system


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


@pytest.fixture(scope="session")
def studio_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start the desk with the studio alone, once for all of its tests."""
    with running_studio(tmp_path_factory.mktemp("studio"), browser) as site:
        yield site


@pytest.fixture
def studio(studio_site: Site) -> Iterator[Site]:
    """Yield the studio; what a test opened in it is closed at its end."""
    yield studio_site
    studio_site.leave()
