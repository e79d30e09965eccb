"""The demo's page of a partner on a phone: what is to be paid stands before the game and covers nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from dev.world.page import create_page

from .test_world import PAGE, make_settings

EMBED = Path(__file__).parents[2] / "static" / "embed.js"
_GAME = """<!doctype html><title>Game</title><style>button { display: block; height: 48px; margin: 8px }</style>
<button>Copy the address</button>%s<script>
  const say = (news) => parent.postMessage({ tiraj: 1, ...news }, "*");
  say({ type: "height", height: document.documentElement.scrollHeight });
  document.querySelector("button").onclick = () => say({
    type: "order.created", orderId: "one", bip21: "bitcoin:bcrt1qexample?amount=0.00003300", amountSats: 3300 });
</script>"""


class _Nothing:
    """A wallet, a miner and a teller of a page that only looks."""

    def now(self) -> None:
        return None


@pytest.fixture
def page(chrome: Browser, app_settings: dict[str, str]) -> Any:
    """The page on a phone, whose game has twenty buttons below each other."""
    world, nothing = make_settings(app_settings, "http://a:b@127.0.0.1:1"), _Nothing()
    house: Any = create_page(world, nothing, nothing, nothing).test_client()  # type: ignore[arg-type]
    context = chrome.new_context(viewport={"width": 360, "height": 740})

    def answer(route: Route) -> None:
        address = route.request.url
        if address.startswith(PAGE):
            got = house.get(address.removeprefix(PAGE), base_url=PAGE)
            route.fulfill(status=got.status_code, body=got.data, content_type=got.content_type)
        elif address.endswith("/static/embed.js"):
            route.fulfill(path=EMBED, content_type="text/javascript")
        else:
            route.fulfill(body=_GAME % ("<button>One more</button>" * 20), content_type="text/html")

    context.route("**/*", answer)
    shown = context.new_page()
    shown.goto(f"{PAGE}/?player=ada")
    yield shown
    context.close()


def test_focus_is_never_behind_the_wallet(page: Page) -> None:
    game = page.frame_locator("iframe")
    game.locator("button").first.press("Enter")
    page.get_by_role("button", name="Pay 3,300 sats").wait_for()
    order = "document.querySelector('#wallet').compareDocumentPosition(document.querySelector('.play'))"
    assert page.evaluate(order) == 4, "the game follows the wallet, for the eye and for the keyboard"
    for _ in range(20):
        page.keyboard.press("Tab")
        box = game.locator(":focus").bounding_box()
        assert box is not None
        at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", at) == "IFRAME", box
