"""Every state of the main game that test_gallery.py does not look at, in light and dark, on small screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from dev.node.process import NodeProcess
from tests.browsing import LARGE_TEXT, Looks, overflow, unsound
from tests.games.ticket_draw.stage import Stage, staged
from tests.settings import EXPLORE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The same parts as others: a receipt is a slip with one card more, a round in the frame is the round.
_ALIKE = re.compile("receipt-(?!waiting|confirmed|late|most)|frame-round-|frame-(few|slip-won)$")
# The same pages in the same states as test_gallery.py looks at.
_IN_THE_GALLERY = re.compile(
    "rounds|round-(won|open)|slip-won|verify|hash-"
    "|frame(-rounds|-nobody|-price|-player|-waiting|-seen|-partly-paid|-confirmed)?$"
)


@pytest.fixture(scope="module")
def stage(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    with staged(app_settings, fresh_database, node, tmp_path_factory.mktemp("faces")) as made:
        yield made


def test_every_state_is_sound_in_light_and_dark_and_fits_small_screens(chrome: Browser, stage: Stage) -> None:
    context = chrome.new_context(viewport={"width": 360, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    looks, wrong = Looks(), []
    for name, address in stage.pages.items():
        if not EXPLORE and (_ALIKE.match(name) or _IN_THE_GALLERY.match(name)):
            continue
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        page.set_viewport_size({"width": 320, "height": 800})
        wrong += [f"{name} at 320 px: {overflow(page)} too wide"] if overflow(page) else []
        page.emulate_media(reduced_motion="reduce")
        wrong += [f"{name}, {line}" for line in unsound(page, looks)]
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate(LARGE_TEXT)
        wrong += [f"{name} with text at 200%: {overflow(page)} too wide"] if overflow(page) else []
        wrong += [] if page.locator("h1").count() == 1 else [f"{name} has not one h1"]
    context.close()
    assert wrong == []
    assert errors == []
