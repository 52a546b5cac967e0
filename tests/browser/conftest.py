"""A real Chromium, pointed at the site under test. Skipped where there is none, except in CI."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.launching import CHROMIUM, launch
from tests.browser.pages import watch

NewPage = Callable[..., Page]
Scheme = Literal["light", "dark"]
PATIENCE = 60_000  # milliseconds until what should come is said not to: a busy machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    # Playwright keeps an event loop in this thread, beside which Django would refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _database_outlives_the_server(django_db_setup: None) -> None:
    """The live server is stopped first: a connection of its would keep the database from being dropped."""


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[NewPage]:
    """Open a window on the site: `new_page(user=clinician, width=390, scheme="dark", javascript=False)`.

    A `user` is signed in by their session cookie; the page answers paths, as in `page.goto("/alerts/")`.
    """
    opened = []

    def open_page(
        *,
        user: Any = None,
        width: int = 1280,
        height: int = 900,
        scheme: Scheme = "light",
        javascript: bool = True,
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=javascript,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        watch(page, live_server.url)
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A window nobody has signed in to."""
    return new_page()
