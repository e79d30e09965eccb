"""Every page of the dashboard in a real browser: axe finds nothing wrong, and it fits every window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browsing import Looks, findings, overflow, unsound
from tests.journeys.conftest import Served
from tests.journeys.desk import signed_in, window
from tests.settings import EXPLORE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "",
    "/figures",
    "/orders",
    "/payments",
    "/wins",
    "/balance",
    "/settings",
    "/verification",
    "/keys",
    "/team",
    "/webhooks",
    "/events",
    "/orders?round=x",
)
NARROW, DESK = (320, 640), 1280
"""The narrowest phone, a desk at 200 %, and a desk."""
TAB_IN_SIGHT = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const line = document.querySelector(".tabs").getBoundingClientRect();
  const tab = document.querySelector(".tabs [aria-current]").getBoundingClientRect();
  return tab.left >= line.left - 1 && tab.right <= line.right + 1;
}"""


@pytest.fixture
def cookie(served: Served) -> dict[str, str]:
    return signed_in(served)


def test_every_page_of_the_dashboard_is_accessible_and_fits(
    served: Served, cookie: dict[str, str], chrome: Browser
) -> None:
    refused: list[str] = []
    looks, wrong = Looks(), []
    context = window(chrome, served, cookie, viewport={"width": DESK, "height": 800})
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    for path in PAGES:
        page.goto(f"/partners/lucky-shop{path}")
        for width in (*NARROW, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [(path, f"too wide at {width}")] if overflow(page) > 0 else []
            wrong += [] if page.evaluate(TAB_IN_SIGHT) else [(path, f"its tab is out of sight at {width}")]
            wrong += [(path, one) for one in findings(page, "target-size")] if width == NARROW[0] else []
        wrong += [(path, one) for one in unsound(page, looks)]
    assert wrong == []
    context.close()
    assert refused == []


@pytest.mark.skipif(not EXPLORE, reason="the whole cross: EXPLORE=1")
@pytest.mark.parametrize(("scheme", "width"), [("dark", NARROW[0]), ("light", NARROW[0]), ("dark", DESK)])
def test_the_dashboard_in_every_look(
    served: Served, cookie: dict[str, str], chrome: Browser, scheme: str, width: int
) -> None:
    context = window(chrome, served, cookie, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in PAGES:
        page.goto(f"/partners/lucky-shop{path}")
        assert findings(page) == [], (path, scheme, width)
    context.close()
