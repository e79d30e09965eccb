"""A round that was played, and a browser to look at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from dev.node.process import NodeProcess, free_port
from tests.factories.played import following_app
from tests.factories.world import World


@pytest.fixture(scope="module")
def played(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, int, str]]:
    """A settled round on a real server: its address, the round's number, and a slip of it."""
    port = free_port()
    settings = {**app_settings, "BASE_URL": f"http://127.0.0.1:{port}", "HASHES_PER_DIGIT": "20000"}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("verify")) as app:
        world = World(app, node).begin()
        site, other = world.site(edge_percent=10), world.site(edge_percent=0)
        orders = [world.order(site if at % 2 else other, f"player {at}") for at in range(4)]
        for at, order in enumerate(orders):
            world.send(order.address, 3_500 + 2_100 * at)
        world.mine()
        world.send(orders[1].address, 4_400)  # a top-up, whose tickets come later in the sequence
        world.send(world.order(site, "too small").address, 700)
        world.mine()
        world.finish(orders[0].round_number)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port}", orders[0].round_number, str(orders[1].id)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def page(chrome: Browser) -> Page:
    return chrome.new_page()
