"""A world in which every state of a round and of an order can be looked at, on a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text
from werkzeug.serving import make_server

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.ticket_draw.models import PartnerWin
from app.people.partners.models import PartnerSite
from app.selling.windows import jobs
from dev.node.process import NodeProcess, free_port
from tests.factories.played import following_app
from tests.factories.world import Placed, World

PRIVATE = "account-7"


@dataclass
class Stage:
    """`pages` by name: website pages, and those beginning with "frame" in the partner's frame."""

    url: str
    world: World
    shop: PartnerSite
    pages: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Placed] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)

    def frame(self, path: str, **more: object) -> str:
        query = {"partner": "lucky-shop", "playerPublicIdentifier": "ada", "playerPrivateIdentifier": PRIVATE}
        return f"{self.url}{path}?{urlencode(query | more)}"

    def order(self, name: str, sats: int = 0) -> Placed:
        """An order of the shop's player, its receipt as a page of the website and of the frame."""
        placed = self.orders[name] = self.world.order(self.shop, "ada", private=PRIVATE)
        if sats:
            self.world.send(placed.address, sats)
        self.pages[f"receipt-{name}"] = f"{self.url}/slips/{placed.receipt_secret}"
        self.pages[f"frame-{name}"] = self.frame(f"/embed/slips/{placed.receipt_secret}")
        return placed

    def record(self, name: str, number: int) -> None:
        self.rounds[name] = number
        self.pages[f"round-{name}"] = f"{self.url}/rounds/{number}"
        self.pages[f"frame-round-{name}"] = self.frame(f"/embed/rounds/{number}")


@contextmanager
def staged(
    settings: dict[str, str], fresh_database: Callable[[], str], node: NodeProcess, folder: Path
) -> Iterator[Stage]:
    """For a module's own fixture."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with following_app({**settings, "BASE_URL": url}, fresh_database(), node.rpc_url, folder) as app:
        world = World(app, node).begin()
        shop = world.site(
            name="lucky-shop", display_name="Lucky Shop", edge_percent=10, embed_origins=["https://shop.example"]
        )
        stage = Stage(url, world, shop)
        _won(stage)
        void(stage)
        drawing(stage)
        _selling(stage)
        _plain_pages(stage)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield stage
        server.shutdown()
        thread.join()


def _won(stage: Stage) -> None:
    """A round whose every ticket is sold: somebody won it, others lost it, came late or found nothing left."""
    world, other = stage.world, stage.world.site(display_name="Corner Kiosk", edge_percent=0)
    stage.order("too-little", 600)
    stage.order("few", 3_300)
    late, none_left = stage.order("late"), stage.order("sold-out")
    for at in range(28):
        world.send(world.order(other, f"player {at}").address, 3_000)
    world.mine()
    most = stage.order("most", 1_200_000)
    world.mine()
    world.send(none_left.address, 3_300)
    world.mine_to(world.round(most.round_number).sales_end_height - 1)
    world.send(late.address, 3_300)
    world.finish(most.round_number)
    stage.record("won", most.round_number)
    slip = db.session.query(PartnerWin).filter_by(round_number=most.round_number).one().slip_id
    stage.pages["slip-won"], stage.pages["frame-slip-won"] = (
        f"{stage.url}/slips/{slip}",
        stage.frame(f"/embed/slips/{slip}"),
    )


def void(stage: Stage) -> None:
    """The closing block came, and no seal before it."""
    world, paid = stage.world, stage.order("void", 3_300)
    stage.order("expired")
    world.mine()
    round_ = world.round(paid.round_number)
    world.mine_to(round_.closing_height + round_.settlement_depth)
    jobs.seal()
    stage.record("void", paid.round_number)


def drawing(stage: Stage) -> None:
    """A draw that stands still in its middle: two digits are known."""
    paid = stage.order("drawing", 5_500)
    stage.world.mine()
    stage.world.finish(paid.round_number)
    number = paid.round_number
    subject = {"subject": str(number), "number": number}
    found = text("SELECT id, outcome FROM draws WHERE game = 'rounds' AND subject = :subject")
    draw = db.session.execute(found, subject).one()
    digests = draw.outcome["drawDigests"][:2]
    checkpoint = {
        "draw_digits": draw.outcome["drawDigits"][-2:],
        "digests": digests,
        "state": digests[1],
        "digit_index": 2,
        "steps_done": 400,
    }
    for statement in (
        "SET session_replication_role = replica",
        "UPDATE rounds SET status = 'drawing', winning_ticket = NULL, settled_at = NULL WHERE round_number = :number",
        "UPDATE draws SET state = 'provisional', outcome = NULL WHERE id = :id",
        "UPDATE draws SET checkpoint = CAST(:checkpoint AS jsonb) WHERE id = :id",
        "UPDATE ticket_slips SET status = 'assigned' WHERE round_number = :number",
        "DELETE FROM partner_wins WHERE round_number = :number",
        "SET session_replication_role = origin",
    ):
        db.session.execute(text(statement), subject | {"checkpoint": json.dumps(checkpoint), "id": draw.id})
    db.session.commit()
    stage.record("drawing", number)


def _selling(stage: Stage) -> None:
    """An order in every state before the end of sales."""
    world, tip = stage.world, stage.world.tip
    upcoming = [world.round(number) for number in range(stage.rounds["drawing"] + 1, stage.rounds["drawing"] + 4)]
    selling = next(round_ for round_ in upcoming if round_.opens_at_height >= tip)
    opens = selling.opens_at_height
    number = selling.round_number
    world.mine_to(opens)
    stage.order("partly-paid", 500)
    stage.order("confirmed", 5_700)
    world.mine()
    stage.order("seen", 4_000)
    mempool.Watcher().look(chain_node.client())
    waiting = stage.order("waiting")
    assert waiting.round_number == number
    stage.pages["frame-adding"] = f"{stage.pages['frame-confirmed']}&add=1"
    stage.record("open", number)
    stage.record("scheduled", number + 1)


def _plain_pages(stage: Stage) -> None:
    number = stage.rounds["won"]
    stage.pages |= {
        "rounds": f"{stage.url}/rounds",
        "frame-rounds": stage.frame("/embed/rounds"),
        "frame": stage.frame("/embed"),
        "frame-nobody": f"{stage.url}/embed?partner=lucky-shop",
        "frame-price": stage.frame("/embed/house-edge"),
        "frame-player": stage.frame(f"/embed/players/ada/rounds/{number}"),
        "frame-player-empty": stage.frame(f"/embed/players/nobody/rounds/{number}"),
        "verify": f"{stage.url}/verify",
        "verify-round": f"{stage.url}/verify?round={number}",
        "verify-slip": f"{stage.url}/verify?q={stage.pages['slip-won']}",
        "hash-draw": f"{stage.url}/hash-draw",
        "hash-tweak": f"{stage.url}/hash-tweak",
    }
