"""A browser and a running installation for journeys through the Studio.

One browser per process: every module here says `DESK`, which puts its tests into one group of pytest-xdist and on
SQLite. Django refuses its database to a thread with a running event loop, and Playwright keeps one: the tests only
prepare and read rows between a browser's steps, never at once, so that is allowed while the browser runs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from tools.databases import Database

if TYPE_CHECKING:
    from tests.journeys.studio.desk import Desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from Debian."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def desk(each_database: Database, browser: Browser) -> Iterator[Desk]:
    """A campaign of two organisations, served with its worker by `itac run`."""
    from tests.journeys.studio.desk import Desk

    with Desk(each_database, browser) as made:
        yield made
