"""The gallery's server, its world, and a browser for each kind of visitor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from dev.node.process import NodeProcess, free_port
from tests.browsing import Looks
from tests.factories.played import following_app
from tests.factories.world import World
from tests.journeys.conftest import Quiet, served, shop  # noqa: F401  (fixtures here too)
from tests.settings import OPERATOR_PASSWORD

from .checks import Window
from .world import SITE, Gallery

WIDTH = 1280
_KEYS = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYMONGO_SECRET_KEY", "PAYMONGO_WEBHOOK_SECRET")
_OF_MONCASH = ("CLIENT_ID", "CLIENT_SECRET", "PREFUNDED_CLIENT_ID", "PREFUNDED_CLIENT_SECRET")
GATEWAYS = {
    "GATEWAYS": "moncash paymongo stripe",
    **dict.fromkeys(_KEYS, "nobody-is-asked"),
    **{f"MONCASH_{name}": "nobody-is-asked" for name in _OF_MONCASH},
}
"""Ways to pay in that are offered; no page of the gallery asks them anything."""


@pytest.fixture(scope="module")
def gallery(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gallery]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    lottery = {"LUCKOTTO_POOL_SIZE": "30", "LUCKOTTO_BASE_COMBINATION_PRICE_SATS": "50"}  # as in the demo
    settings = app_settings | lottery | GATEWAYS | {"BASE_URL": url, "DEMO_PARTNER_NAME": SITE}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("gallery")) as app:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Gallery(app, url, World(app, node))
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def visitors(chrome: Browser, gallery: Gallery) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser context for nobody, the owner, a player, a bettor or the operator; one of each."""
    made: dict[str, BrowserContext] = {}

    def context(who: str) -> BrowserContext:
        if who not in made:
            credentials = {"username": "operator", "password": OPERATOR_PASSWORD} if who == "operator" else None
            made[who] = chrome.new_context(
                viewport={"width": WIDTH, "height": 900},
                reduced_motion="reduce",
                locale="en",
                http_credentials=credentials,  # type: ignore[arg-type]
            )
            made[who].set_default_timeout(20_000)
            tokens = {"owner": gallery.owner_token, "player": gallery.player_token, "bettor": gallery.bettor_token}
            if who in tokens:
                token = tokens[who]()
                made[who].add_cookies([{"name": "tiraj_session", "value": token, "url": gallery.url}])
        return made[who]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture(scope="module")
def windows_of(visitors: Callable[[str], BrowserContext]) -> Callable[[str], Window]:
    """One page for each kind of visitor; it goes with the browser."""
    made: dict[str, Window] = {}

    def window(who: str) -> Window:
        if who not in made:
            made[who] = Window(visitors(who))
        return made[who]

    return window


@pytest.fixture(scope="module")
def looks() -> Looks:
    return Looks()
