"""Every page in every state, in a real browser: checked here, and photographed by `make screenshots`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsing import Looks, unsound
from tests.journeys.conftest import Shop

from . import (
    checks,
    console_shots,
    desk_shots,
    game_shots,
    language_shots,
    luckotto_shots,
    phone,
    plain,
    play_shots,
    site_shots,
    snippets,
    swertres_shots,
)
from .shots import Shot, every_claim_is_judged
from .world import SCENES, Gallery, go_to

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOTS: tuple[Shot, ...] = (
    *site_shots.SHOTS,
    *game_shots.SHOTS,
    *luckotto_shots.SHOTS,
    *language_shots.SHOTS,
    *play_shots.SHOTS,
    *swertres_shots.SHOTS,
    *desk_shots.SHOTS,
    *console_shots.SHOTS,
)
PICTURES = os.environ.get("SCREENSHOTS")
"""A folder to photograph every page into; without it pages are checked and not kept."""
ONLY = os.environ.get("SCREENSHOTS_ONLY", "")
"""Photograph the shots whose `scene/name` has this in it."""
WIDTHS, SCHEMES = (360, 1280), ("light", "dark")


def _asked(shot: Shot) -> bool:
    return ONLY in f"{shot.scene}/{shot.name}" if PICTURES else shot.checked


@pytest.mark.parametrize("scene", SCENES)
def test_every_page_keeps_its_promises(
    scene: str,
    gallery: Gallery,
    visitors: Callable[[str], BrowserContext],
    windows_of: Callable[[str], checks.Window],
    looks: Looks,
) -> None:
    if not (shown := [shot for shot in SHOTS if shot.scene == scene and _asked(shot)]):
        return  # a scene that is only photographed
    go_to(gallery, scene)
    wrong = [
        f"{shot.scene}/{shot.name}: {one}"
        for shot in shown
        for one in (
            photograph(gallery, visitors(shot.who), shot)
            if PICTURES
            else check(gallery, windows_of(shot.who), looks, shot)
        )
    ]
    assert not wrong, "\n".join(wrong)


def check(gallery: Gallery, window: checks.Window, looks: Looks, shot: Shot) -> list[str]:
    page = window.page
    wrong = checks.answered(window.open(gallery.url + gallery.path(shot.path)), shot.status)
    wrong += window.wire.too_heavy(shot.most_bytes) + ([] if shot.moves else checks.steady(page))
    if shot.act:
        shot.act(page)
    wrong += checks.form(page) + checks.fits(page) + ([] if shot.reworded else unsound(page, looks))
    return wrong + window.troubles


def photograph(gallery: Gallery, context: BrowserContext, shot: Shot) -> list[str]:
    folder = Path(str(PICTURES)) / shot.scene
    folder.mkdir(parents=True, exist_ok=True)
    page = context.new_page()
    wrong: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wrong += _open(page, gallery, shot)
        if shot.act:
            shot.act(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate("() => document.fonts.ready.then(() => true)")
            page.screenshot(path=folder / f"{shot.name}-{width}-{scheme}.png", full_page=True)
    page.close()
    return wrong


def _open(page: Page, gallery: Gallery, shot: Shot) -> list[str]:
    return checks.answered(page.goto(gallery.url + gallery.path(shot.path)), shot.status)


pictures_alone = pytest.mark.skipif(bool(PICTURES), reason="only pictures were asked for")


@pictures_alone
def test_every_snippet_of_the_documentation_works(
    gallery: Gallery, visitors: Callable[[str], BrowserContext], shop: Shop, tmp_path: Path
) -> None:
    go_to(gallery, "settled")
    snippets.open_to(gallery, shop)
    page, found = visitors("nobody").new_page(), []
    for path in snippets.PAGES:
        page.goto(gallery.url + path)
        found += snippets.on(page, path)
    page.close()
    assert [one.label for one in found if one.copied != one.code] == [], "what is copied is what is shown"
    assert {one.kind for one in found} == {"shell", "python", "js", "html", snippets.PATTERN}
    given = snippets.environment(gallery)
    for number, snippet in enumerate(found):
        if snippet.kind == "html":
            snippets.paste(snippet, visitors("nobody"), shop)
        elif snippet.kind != snippets.PATTERN:
            (folder := tmp_path / str(number)).mkdir()
            snippets.run(snippet, given, folder)


@pictures_alone
@pytest.mark.parametrize(("game", "path"), [("rounds", "/verify"), ("luckotto", "/luckotto/verify")])
def test_a_slow_phone_verifies_a_round_of_the_demo_in_two_minutes(
    gallery: Gallery, visitors: Callable[[str], BrowserContext], game: str, path: str
) -> None:
    go_to(gallery, "settled")
    page = visitors("nobody").new_page()
    page.goto(f"{gallery.url}{path}?round=1")
    every_claim_is_judged(page)
    assert page.locator("progress:visible").evaluate("bar => bar.value / bar.max") == 1
    taken = phone.seconds(page, game)
    page.close()
    assert taken < 120, f"{taken:.0f} seconds"


@pictures_alone
def test_the_website_needs_neither_mouse_nor_scripts(
    gallery: Gallery, chrome: Browser, visitors: Callable[[str], BrowserContext]
) -> None:
    go_to(gallery, "settled")
    page = visitors("nobody").new_page()
    wrong = []
    for path in (*plain.READ, "/demo?player=ada", "/login", "/verify", "/hash-draw"):
        page.goto(gallery.url + path)
        wrong += [f"{path}: {one}" for one in plain.walk(page)]
    page.close()
    assert not wrong, "\n".join(wrong)
    plain.without_scripts(chrome, gallery, gallery.owner_token())
