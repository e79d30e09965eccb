"""The one world of the gallery: a served product with people in it, moved from scene to scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text

from app.chain.node import client as node
from app.chain.scan import mempool
from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.games.luckotto import service as luckotto
from app.money.gateways import service as payments
from app.money.gateways.clients.interface import Begun
from app.money.gateways.service import Wanted
from app.money.wallets.exchange import service as exchange
from app.money.wallets.topups.service import begin as begin_topup
from app.money.wallets.withdrawals import service as withdrawals
from app.people.accounts import service as accounts
from app.people.accounts.passwords import hashing
from app.people.accounts.passwords import service as passwords
from app.people.partners.models import PartnerSite
from app.selling.windows import jobs
from tests.factories.partners import make_site
from tests.factories.world import Placed, World
from tests.games.ticket_draw import stage
from tests.games.ticket_draw.stage import Stage
from tests.money.wallets.money import player, top_up
from tests.personas import FIREFOX, signed_in

from . import swertres_shots

SITE, TITLE = "lucky-shop", "Lucky Shop"
SHOP = "https://shop.example"
PUBLIC, PRIVATE = "ada", "account-7"
OWNER = "owner@example.com"


@dataclass
class Gallery:
    """`places` are the words that addresses of pages may use: `/rounds/{round}`, `/embed/slips/{waiting}?{frame}`."""

    app: Flask
    url: str
    world: World
    places: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Placed] = field(default_factory=dict)
    lottery: dict[str, str] = field(default_factory=dict)  # addresses of Luckotto's orders
    scene: str = ""

    def owner_token(self) -> str:
        """The session cookie of the site's owner."""
        person = signed_in(self.app, OWNER)
        cookie = person.browser.get_cookie("tiraj_session")
        assert cookie is not None
        self.places["owner_id"] = str(person.id)
        return cookie.value

    def player_token(self) -> str:
        """The session cookie of somebody who has registered, with a password, money in a wallet and on its way out."""
        password = hashing.hashed(b"a lamp in the harbour")
        with transaction():
            user_id, phone = player()
            top_up(user_id, 123_450, phone)
            top_up(user_id, 2_000, None, currency="USD", provider="stripe", is_card=True, clearing_of="stripe")
            drawn = withdrawals.ask(user_id, "HTG", 50_000, "moncash", phone)
            topup = begin_topup(user_id, "HTG", 20_000)
            payment = payments.create(Wanted(user_id, "moncash", "HTG", 20_000), "topup", topup)
            payments.began(payment, Begun("", "https://gateway.example/pay"))
            exchange.say_rate(new_id(), "USD", "HTG", "130.5", actor="operator:ada", reason="as the bank says")
            quote = exchange.quote(user_id, "USD", "HTG", 1_000)
            self.places |= {"payment": str(payment), "drawn": str(drawn.id), "quote": str(quote.id)}
            passwords.put(user_id, password)
            return accounts.open_session(user_id, agent=FIREFOX)

    def bettor_token(self) -> str:
        """The session cookie of somebody with cards of Swertres."""
        token, places = swertres_shots.begin(self.app)
        self.places |= places
        return token

    def path(self, pattern: str) -> str:
        return pattern.format(**self.places)

    def order(self, name: str, player: str = PUBLIC) -> Placed:
        """One more order; its receipt is the place `name`, its public record `name_id`."""
        made = self.world.order(self.site(), player, private=f"{PRIVATE}-{name}")
        self.orders[name] = made
        self.places |= {name: made.receipt_secret, f"{name}_id": str(made.id)}
        return made

    def lottery_order(self, name: str, numbers: Sequence[int], player: str = PUBLIC) -> None:
        """One more order of Luckotto; its record is the place `name`."""
        tip = node.require_synced()
        db.session.rollback()
        with transaction():
            site = db.session.query(PartnerSite).filter_by(name=SITE).one()
            made = luckotto.create_order(site, list(numbers), player, player, tip)
            self.places[name], self.lottery[name] = str(made.order.id), made.address.address
            self.places[f"{name}_round"] = str(made.order.round_number)

    def pay(self, name: str, sats: int) -> None:
        self.world.send(self.orders[name].address, sats)

    def look_at_mempool(self) -> None:
        mempool.Watcher().look(node.client())

    def site(self) -> PartnerSite:
        db.session.rollback()
        return db.session.query(PartnerSite).filter_by(name=SITE).one()


def begin(gallery: Gallery) -> None:
    """Nothing has been sold, and no coin is there to promise with."""
    gallery.world.scan()


def selling(gallery: Gallery) -> None:
    """A round on sale, and an order in each state that a sale knows."""
    gallery.world.begin()
    with transaction():
        owner_id = signed_in(gallery.app, OWNER).id
        make_site(
            owner_id,
            status="live",
            name=SITE,
            display_name=TITLE,
            edge_percent=10,
            embed_origins=[SHOP, gallery.url],
            theme={"accentColor": "#0f766e"},
        )
    player = {"partner": SITE, "playerPublicIdentifier": PUBLIC, "playerPrivateIdentifier": PRIVATE}
    gallery.places |= {"site": SITE, "player": PUBLIC, "frame": urlencode(player), "nobody": f"partner={SITE}"}
    for name in ("won", "waiting", "seen", "partly_paid", "confirmed", "late", "sold_out"):
        gallery.order(name)
    number = gallery.orders["won"].round_number
    gallery.places |= {"round": str(number), "next_round": str(number + 1)}
    gallery.pay("confirmed", 25_700)
    gallery.pay("partly_paid", 600)
    gallery.world.mine()
    lottery(gallery)
    gallery.pay("seen", 3_300)
    gallery.look_at_mempool()


def lottery(gallery: Gallery) -> None:
    """An order of Luckotto in each state that a sale knows; the second of two that asked for the same numbers."""
    same, other = range(3, 22, 2), (1, 2, 4, 6, 8, 9, 12, 16, 18, 20, 24, 29)
    for name, numbers in (
        ("l_first", same),
        ("l_changed", same),
        ("l_large", other),
        ("l_partly", range(11, 20)),
        ("l_waiting", range(1, 11)),
        ("l_seen", range(15, 26)),
    ):
        gallery.lottery_order(name, numbers)
    site = gallery.site()
    player = {"partnerId": str(site.id), "playerUname": "Ada", "playerIdentifier": PUBLIC}
    gallery.places |= {"lottery": urlencode(player), "chosen": ".".join(map(str, same))}
    for name in ("l_first", "l_changed", "l_large"):
        gallery.world.send(gallery.lottery[name], 60_000)
        gallery.world.mine()
    gallery.world.send(gallery.lottery["l_partly"], 2_400)
    gallery.world.mine()
    gallery.world.send(gallery.lottery["l_seen"], 30_000)


def closed(gallery: Gallery) -> None:
    """Sales are over; every ticket was sold, so that one of them must win."""
    gallery.pay("won", 1_100_000)
    gallery.world.mine()
    gallery.pay("sold_out", 2_200)
    round_ = gallery.world.round(int(gallery.places["round"]))
    sales_end = round_.sales_end_height
    gallery.world.mine_to(sales_end - 1)
    gallery.pay("late", 4_400)
    gallery.world.mine_to(sales_end)


def sealed(gallery: Gallery) -> None:
    """One root over all tickets is published; the closing block is still to come."""
    round_ = gallery.world.round(int(gallery.places["round"]))
    gallery.world.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
    jobs.seal()


def settled(gallery: Gallery) -> None:
    """Drawn, and the winner known."""
    gallery.world.finish(int(gallery.places["round"]))


def unlike_others(gallery: Gallery) -> None:
    """Rounds that go other ways: void for want of a seal, in the middle of its draw, halted."""
    others = Stage(gallery.url, gallery.world, gallery.site())
    _paid_lottery_order(gallery, "l_void")
    stage.void(others)
    _paid_lottery_order(gallery, "l_drawing")
    stage.drawing(others)
    _lottery_in_its_draw(int(gallery.places["l_drawing_round"]))
    _paid_lottery_order(gallery, "l_halted")
    halted = others.order("halted", 3_300).round_number
    gallery.world.mine()
    with transaction():
        db.session.execute(
            text("UPDATE luckotto_rounds SET status = 'halted' WHERE round_number = :n"),
            {"n": int(gallery.places["l_halted_round"])},
        )
    with transaction():
        db.session.execute(text("UPDATE rounds SET status = 'halted' WHERE round_number = :n"), {"n": halted})
    gallery.places |= {f"{name}_round": str(number) for name, number in others.rounds.items()}
    gallery.places |= {"halted_round": str(halted)}
    gallery.places |= {f"{name}_order": placed.receipt_secret for name, placed in others.orders.items()}


def _paid_lottery_order(gallery: Gallery, name: str) -> None:
    gallery.lottery_order(name, range(2, 12))
    gallery.world.send(gallery.lottery[name], 60_000)


def _lottery_in_its_draw(number: int) -> None:
    """A drawn round as it was while its hashes were counted."""
    with transaction():
        for statement in (
            "SET LOCAL session_replication_role = replica",
            (
                "UPDATE luckotto_rounds SET status = 'drawing', winning_numbers = NULL, settled_at = NULL "
                "WHERE round_number = :n"
            ),
            (
                "UPDATE draws SET state = 'provisional', outcome = NULL "
                "WHERE game = 'luckotto' AND subject = CAST(:n AS text)"
            ),
            "UPDATE luckotto_tickets SET status = 'assigned' WHERE round_number = :n",
            "DELETE FROM luckotto_wins WHERE round_number = :n",
        ):
            db.session.execute(text(statement), {"n": number} if ":n" in statement else {})


SCENES: dict[str, Callable[[Gallery], None]] = {
    "empty": begin,
    "selling": selling,
    "closed": closed,
    "sealed": sealed,
    "settled": settled,
    "unlike": unlike_others,
}
"""In the order of time. A scene is added by a line here, and its pages in a file of their own."""


def go_to(gallery: Gallery, scene: str) -> None:
    """Let time pass until the scene; it only goes forward."""
    names = list(SCENES)
    for name in names[names.index(gallery.scene) + 1 if gallery.scene else 0 : names.index(scene) + 1]:
        SCENES[name](gallery)
        gallery.scene = name
