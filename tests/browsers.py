"""Chromium for the tests, as a pytest plugin: the whole browser, or its shell, which is the engine without windows.

A page of its own costs half a second of processor in the whole browser, which draws a window around it for nobody, and
a tenth in the shell. Only the whole browser keeps nothing for frames of other sites, so they are tried there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from dev.setup import BROWSERS, SHELLS

_NONE = "Chromium is missing: sudo apt-get install chromium"
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars")


def _found(names: tuple[str, ...]) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(_NONE)
    return found


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A suite without its browser tests must not look complete."""
    missed = [report for report in terminalreporter.stats.get("skipped", []) if _NONE in str(report.longrepr)]
    if missed:
        terminalreporter.write_line(f"NOT RUN: {len(missed)} browser tests. {_NONE}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of what opens pages cheapest; a test that asks for it is reported as not run where there is none."""
    return _found((*SHELLS, *BROWSERS))


@pytest.fixture(scope="session")
def whole_chromium() -> str:
    """The path of a browser with a profile and settings, as people have it."""
    return _found(BROWSERS)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What tells browsers what to do; there can be one at a time."""
    with sync_playwright() as made:
        yield made


def _launched(driver: Playwright, path: str) -> Iterator[Browser]:
    made = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    yield made
    made.close()


@pytest.fixture(scope="session")
def _shell(driver: Playwright, chromium: str) -> Iterator[Browser]:
    yield from _launched(driver, chromium)


@pytest.fixture(scope="session")
def _whole(driver: Playwright, whole_chromium: str) -> Iterator[Browser]:
    yield from _launched(driver, whole_chromium)


def _alone(browser: Browser) -> Iterator[Browser]:
    yield browser
    for context in browser.contexts:
        context.close()  # a page that is left open would go on asking


@pytest.fixture(scope="module")
def chrome(_shell: Browser) -> Iterator[Browser]:
    """One for a worker: each test takes a context of its own, in which nothing of the others is known."""
    yield from _alone(_shell)


@pytest.fixture(scope="module")
def whole_chrome(_whole: Browser) -> Iterator[Browser]:
    """The same with a whole browser, which lets no frame of another site keep anything."""
    yield from _alone(_whole)
