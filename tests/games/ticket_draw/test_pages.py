"""The public records on the website: what each state shows, whole and as a fragment, and what is never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.chain.deposits.commitment import commitment, output_key, p2tr_address
from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.ticket_draw.models import OrderPayment, PartnerWin
from dev.node.process import NodeProcess
from tests.factories.played import following_app
from tests.factories.world import Placed, World

PRIVATE = "private-"
HTMX = {"HX-Request": "true"}


@dataclass
class Scene:
    """Two rounds with an order in every state."""

    app: Flask
    client: FlaskClient
    world: World
    orders: dict[str, Placed] = field(default_factory=dict)
    drawn: int = 0
    selling: int = 0
    win: str = ""

    def page(self, path: str, **headers: str) -> str:
        answer = self.client.get(path, headers=headers)
        assert answer.status_code in (200, 286), (path, answer.status_code)
        return answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def scene(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    with following_app(app_settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("scene")) as app:
        world = World(app, node).begin()
        made = Scene(app, app.test_client(), world)
        _a_round_that_is_drawn(made)
        _a_round_that_sells(made)
        yield made


def _order(scene: Scene, site: object, player: str, sats: int = 0) -> Placed:
    placed = scene.world.order(site, player)  # type: ignore[arg-type]
    scene.orders[player] = placed
    if sats:
        scene.world.send(placed.address, sats)
    return placed


def _a_round_that_is_drawn(scene: Scene) -> None:
    site, world = scene.world.site(display_name="Lucky Shop", edge_percent=10), scene.world
    small = _order(scene, site, "small", 600)
    _order(scene, site, "first", 55_550)
    late = _order(scene, site, "late")
    world.mine()
    none_left = _order(scene, site, "none-left")
    _order(scene, site, "most", 1_200_000)
    world.mine()
    world.send(none_left.address, 3_300)
    world.mine()
    scene.drawn = small.round_number
    world.mine_to(world.round(scene.drawn).sales_end_height - 1)
    world.send(late.address, 3_300)
    world.finish(scene.drawn)
    scene.win = str(db.session.query(PartnerWin).one().slip_id)


def _a_round_that_sells(scene: Scene) -> None:
    world, site = scene.world, scene.world.site(edge_percent=0)
    world.mine_to(world.round(scene.drawn + 2).opens_at_height)
    _order(scene, site, "paid", 5_700)
    _order(scene, site, "partly", 500)
    world.mine()
    _order(scene, site, "seen", 4_000)
    mempool.Watcher().look(chain_node.client())
    scene.selling = _order(scene, site, "waiting").round_number


def test_the_list_shows_every_round_and_pages(scene: Scene) -> None:
    page = scene.page("/rounds")
    table, below = page.split("</table>")
    listed = [int(number) for number in re.findall(r'<th scope="row".*?href="/rounds/(\d+)"', table, re.S)]
    assert listed == list(range(scene.selling, 0, -1)), "what can be played now comes first"
    coming = [int(number) for number in re.findall(r'href="/rounds/(\d+)"', below)]
    assert len(coming) > 1
    assert coming == list(range(scene.selling + 1, scene.selling + 1 + len(coming)))
    assert "Next rounds" in below
    assert page.count("<h1") == 1
    assert "every 3s" in page
    older = scene.page(f"/rounds?before={scene.drawn + 1}")
    assert f'href="/rounds/{scene.drawn}"' in older
    assert f'href="/rounds/{scene.drawn + 1}"' not in older
    assert "every 3s" not in older
    assert "Next rounds" not in older
    assert "No older rounds" in scene.page("/rounds?before=1")


def test_a_drawn_round_shows_its_work(scene: Scene) -> None:
    page = scene.page(f"/rounds/{scene.drawn}")
    round_ = scene.world.round(scene.drawn)
    ticket = f"{round_.winning_ticket:03d}"
    text = re.sub(r"<[^>]+>", "", page)
    for hash_bytes in (round_.seal_root, round_.closing_block_hash, round_.internal_key):
        assert hash_bytes is not None
        assert hash_bytes.hex() in text
    assert f"Ticket {ticket} won" in page
    assert f'href="/slips/{scene.win}"' in page
    assert f"{round_.closing_block_hash.hex()} 3 1000 --expect {ticket}" in page  # type: ignore[union-attr]
    assert f'href="/verify?round={scene.drawn}"' in page
    assert f'href="/api/rounds/{scene.drawn}/bundle"' in page
    assert "every 3s" not in page
    assert page.count("<h1") == 1
    for player in ("late", "none-left", "small"):
        assert f'href="/slips/{scene.orders[player].id}"' in page


def test_a_selling_round_says_what_comes_next(scene: Scene) -> None:
    page = scene.page(f"/rounds/{scene.selling}")
    assert "Tickets are on sale" in page
    assert "left to order in" in page
    assert "What cheating would cost" in page
    assert "every 3s" in page
    assert "Not open yet" in scene.page(f"/rounds/{scene.selling + 1}")


def test_one_address_has_two_faces_and_history_gets_the_whole(scene: Scene) -> None:
    for path in ("/rounds", f"/rounds/{scene.selling}", f"/slips/{scene.orders['paid'].id}"):
        assert "<html" in scene.page(path)
        assert "<html" not in scene.page(path, **HTMX)
        assert "<html" in scene.page(path, **HTMX, **{"HX-History-Restore-Request": "true"})


def test_polling_ends_where_nothing_will_change(scene: Scene) -> None:
    drawn = [placed for placed in scene.orders.values() if placed.round_number == scene.drawn]
    waits = {
        str(row) for row in db.session.scalars(select(OrderPayment.order_id).where(OrderPayment.refundable_sats > 0))
    }
    db.session.rollback()
    assert waits & {str(placed.id) for placed in drawn}
    ends = {
        f"/rounds/{scene.drawn}": 200,  # its jackpot is owed
        **{f"/slips/{placed.id}": 200 if str(placed.id) in waits else 286 for placed in drawn},
        f"/slips/{scene.win}": 200,
        f"/rounds/{scene.selling}": 200,
        f"/slips/{scene.orders['paid'].id}": 200,
    }
    for path, status in ends.items():
        assert scene.client.get(path, headers=HTMX).status_code == status
        assert scene.client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("player", "words"),
    [
        ("waiting", "Waiting for your payment"),
        ("seen", "Payment seen"),
        ("partly", "Not enough for a ticket"),
        ("paid", "5 tickets, confirmed"),
        ("late", "Your payment came too late"),
        ("none-left", "Sold out before your payment"),
    ],
)
def test_a_receipt_says_its_state_and_the_next_step(scene: Scene, player: str, words: str) -> None:
    page = scene.page(f"/slips/{scene.orders[player].receipt_secret}")
    assert words in page
    assert f"private-{player}" in page
    assert scene.orders[player].address in re.sub(r"<[^>]+>", "", page)


def test_a_drawn_slip_is_won_or_lost(scene: Scene) -> None:
    other = next(
        placed for name, placed in scene.orders.items() if name in ("first", "most") and str(placed.id) != scene.win
    )
    drawn = f"{scene.world.round(scene.drawn).winning_ticket:03d}"
    assert f'<h2 id="slip-state">Ticket {drawn} won</h2>' in scene.page(f"/slips/{scene.win}")
    lost = scene.page(f"/slips/{other.id}")
    assert f'<h2 id="slip-state">Ticket {drawn} was drawn</h2>' in lost
    assert "It is not in this order." in lost


def test_every_fate_of_a_payment_is_explained(scene: Scene) -> None:
    expected = {
        "small": "Below the least payment",
        "late": "Confirmed after sales end",
        "none-left": "No ticket was left",
        "most": "bought the last tickets",
        "first": "55,000 sats bought 50 tickets. 550 sats were paid beyond whole tickets and bought nothing. They "
        "became income of Lucky Shop.",
        "seen": "Not in a block yet",
    }
    for player, words in expected.items():
        assert words in scene.page(f"/slips/{scene.orders[player].receipt_secret}")


def test_slips_come_in_pages(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.catalogue.windows.contexts.ORDERS_A_PAGE", 1)
    first = scene.page(f"/rounds/{scene.drawn}")
    assert f'href="/slips/{scene.orders["first"].id}"' in first
    following = re.search(rf'rel="next" href="(/rounds/{scene.drawn}\?after=[^"]+)#slips"', first)
    assert following is not None
    second = scene.page(following.group(1))
    assert f'href="/slips/{scene.orders["most"].id}"' in second
    listed = second.partition('id="slips"')[2]  # the draw above it may name the first slip as the winner's
    assert f'href="/slips/{scene.orders["first"].id}"' not in listed
    assert 'rel="next"' not in second


def test_where_to_pay_is_shown_while_a_payment_still_counts(scene: Scene) -> None:
    for player, is_shown in (("waiting", True), ("partly", True), ("late", False), ("first", False)):
        page = scene.page(f"/slips/{scene.orders[player].receipt_secret}")
        assert ("bitcoin:" in page) == is_shown, player


def test_an_order_without_a_confirmed_payment_is_not_public(scene: Scene) -> None:
    for player in ("waiting", "seen"):
        assert scene.client.get(f"/slips/{scene.orders[player].id}").status_code == 404
        assert str(scene.orders[player].id) not in scene.page(f"/rounds/{scene.selling}")


def test_no_public_page_shows_anything_private(scene: Scene) -> None:
    paths = ["/", "/rounds", f"/rounds/{scene.drawn}", f"/rounds/{scene.selling}", f"/verify?round={scene.drawn}"]
    paths += [f"/slips/{scene.orders[name].id}" for name in ("first", "most", "late", "small", "none-left", "paid")]
    for path in paths:
        for headers in ({}, HTMX):
            page = scene.page(path, **headers)
            assert PRIVATE not in page
            assert not any(placed.receipt_secret in page for placed in scene.orders.values())


def test_a_private_page_is_kept_by_nobody_and_leaks_to_nobody(scene: Scene) -> None:
    secret = scene.orders["paid"].receipt_secret
    for path in (f"/slips/{secret}", f"/slips/{secret}/receipt.json", f"/slips/{secret}/receipt.pdf"):
        answer = scene.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    links = re.findall(r'(?:href|src|hx-get)="([^"]*)"', scene.page(f"/slips/{secret}"))
    own = {link.partition("?")[0] for link in links if secret in link}
    assert own == {f"/slips/{secret}", f"/slips/{secret}/receipt.json", f"/slips/{secret}/receipt.pdf"}
    public = scene.client.get(f"/slips/{scene.orders['paid'].id}")
    assert public.headers.get("Cache-Control") != "no-store"


def test_the_receipt_file_proves_the_address_and_names_no_secret(scene: Scene) -> None:
    placed = scene.orders["waiting"]
    answer = scene.client.get(f"/slips/{placed.receipt_secret}/receipt.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="tiraj-receipt-{placed.id}.json"'
    text = answer.get_data(as_text=True)
    receipt = json.loads(text)
    key = output_key(bytes.fromhex(receipt["internalKey"]), commitment(receipt["terms"]))
    assert p2tr_address(key, receipt["network"]) == receipt["depositAddress"] == placed.address
    assert PRIVATE not in text
    assert placed.receipt_secret not in text
    assert scene.client.get(f"/slips/{placed.id}/receipt.json").status_code == 404
    assert scene.client.get(f"/slips/{scene.orders['paid'].id}/receipt.json").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/rounds/999999", "/rounds/0", "/rounds/01", "/rounds/x", "/rounds/99999999999", "/slips/x", "/slips/" + "a" * 32],
)
def test_what_is_not_there_is_a_page_that_says_so(scene: Scene, path: str) -> None:
    answer = scene.client.get(path)
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in answer.get_data(as_text=True)


def test_the_records_may_not_be_framed(scene: Scene) -> None:
    for path in ("/rounds", f"/rounds/{scene.drawn}", f"/slips/{scene.win}"):
        answer = scene.client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_more_slips_take_no_more_queries(scene: Scene) -> None:
    world, path = scene.world, f"/rounds/{scene.selling}"
    before = _queries(scene, path)
    site = world.site(edge_percent=0)
    for player in range(4):
        world.send(world.order(site, f"more-{player}", requested_round=scene.selling).address, 5_000)
    world.mine()
    assert "more-3" in scene.page(path)
    assert _queries(scene, path) == before


def _queries(scene: Scene, path: str) -> int:
    counted: list[str] = []

    def note(*call: object) -> None:
        counted.append(str(call[2]))

    scene.page(path)  # warm
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        scene.page(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(counted)
