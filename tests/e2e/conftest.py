"""Fixtures of the running product: `stack`, `browser`, `page`, `signed_in`.

def test_sofia_sees_her_inbox(signed_in):
    page = signed_in("sofia")
    page.goto("/")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.stack import Stack
from webapp.accounts.demo import PASSWORD
from webapp.building.proof import CHROMIUM
from webapp.building.stamps import ROOT

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1360, "height": 850}}
FAILURES = ROOT / "var" / "test" / "failures"
# Playwright's loop runs in this thread, and Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """One running product with the demo world, for all tests that do not break it."""
    with Stack() as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless. Not for longer: while it runs no other event loop may."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert program, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, stack: Stack, request: Any) -> Iterator[Callable[..., Page]]:
    """Open pages, each in a context of its own: `new_page(**PHONE, locale="zh-CN")`.

    A script error on any of them fails the test; after a failure a picture of each is kept.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(**options: Any) -> Page:
        given = {**DESKTOP, "locale": "en-GB", "timezone_id": "Asia/Shanghai", **options}
        context = browser.new_context(base_url=stack.url, **given)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    if request.node.stash.get(_FAILED, False):
        _keep_pictures(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert not errors, f"Scripts failed on a page: {errors}"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A desktop page in English, nobody signed in."""
    return new_page()


@pytest.fixture
def signed_in(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Sign a person of the demo world in: `signed_in("sofia", **PHONE)`."""

    def sign_in(login: str, **options: Any) -> Page:
        page = new_page(**options)
        page.goto("/login/")
        enter(page, login)
        return page

    return sign_in


def enter(page: Page, login: str) -> None:
    """Fill in the login form."""
    page.locator("input[name=username]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)


def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    FAILURES.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"\W+", "_", name)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=FAILURES / f"{stem}-{number}.png", full_page=True)
