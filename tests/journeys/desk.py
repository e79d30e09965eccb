"""The dashboard of an owner who has sold something, and a browser in which he is signed in."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext

from app.core.database.session import transaction
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from tests.factories.partners import make_site

from .conftest import Served


def signed_in(served: Served) -> dict[str, str]:
    """The session of the owner of a live site and of a draft, with some orders."""
    world = served.world
    with transaction():
        owner = accounts.user_with_email("owner@example.com")
        token = accounts.open_session(owner, agent="Mozilla/5.0")
        site = make_site(
            owner, status="live", name="lucky-shop", display_name="Lucky Shop", embed_origins=["https://shop.example"]
        )
        make_site(owner, name="corner", display_name="Corner Kiosk")
    for player, sats in (("ada", 5_600), ("bob", 1_200)):
        world.send(world.order(site, player).address, sats)
    world.order(site, "a-player-with-a-rather-long-identifier-that-never-paid", private="account-" + "9" * 60)
    world.mine()
    with served.app.test_request_context("/"):
        return {"name": session_cookie(), "value": token, "url": served.url}


def window(chrome: Browser, served: Served, cookie: dict[str, str], **options: object) -> BrowserContext:
    context = chrome.new_context(base_url=served.url, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context
