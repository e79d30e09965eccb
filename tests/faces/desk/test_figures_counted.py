"""Every figure is counted again from the bare rows: addresses, those paid, players, sales and earnings, by game and
step; and so is what the CSV says, read by its types."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat
from sqlalchemy import select

from app.catalogue.games import catalogue
from app.core import ids
from app.core.database.session import db
from app.core.ids import created_at
from app.faces.desk.figures import Figures, Row, figures
from app.faces.desk.lists import partner_account
from app.faces.desk.period import Period, period_of
from app.games.luckotto.models import LuckottoOrder, LuckottoPayment
from app.games.ticket_draw.models import OrderPayment, TicketOrder
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.played import following_app
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in

GAMES = {
    "rounds": (TicketOrder, OrderPayment, "player_public_identifier"),
    "luckotto": (LuckottoOrder, LuckottoPayment, "player_identifier"),
}
DAYS_AGO = (70, 31, 3, 1, 0)
"""Orders are made so long ago; of each day some are paid on the next."""
ASKED: tuple[dict[str, str], ...] = ({}, {"days": "7"}, {"days": "90"}, {"days": "365"}, {"until": "2020-01-01"})


@dataclass(frozen=True)
class Shop:
    lottery: Lottery
    owner: Persona
    name: str
    today: date

    def site(self) -> PartnerSite:
        return db.session.scalars(select(PartnerSite).where(PartnerSite.name == self.name)).one()


@pytest.fixture(scope="module")
def shop(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("figures")
    with (
        following_app(app_settings, fresh_database(), node.rpc_url, folder) as app,
        pytest.MonkeyPatch.context() as made,
    ):
        lottery = Lottery(app, node).begin()
        site, other = lottery.made(edge_percent=10), lottery.made(edge_percent=10)
        email = db.session.scalars(select(User.email).where(User.id == site.owner_user_id)).one()
        name = site.name
        lottery.finish(_play(lottery, [site.id, other.id], made))
        db.session.rollback()
        yield Shop(lottery, signed_in(app, str(email)), name, datetime.now(UTC).date())


def _play(lottery: Lottery, sites: list[UUID], patch: pytest.MonkeyPatch) -> int:
    """Days of orders in both games and at two sites; an order is not paid, one too little, one twice, one in a block
    that another takes the place of. The last round's number."""
    number = 0
    for days in DAYS_AGO:
        _live_days_ago(patch, days)
        for site_id in sites:
            site = db.session.get_one(PartnerSite, site_id)
            ann, bob, cid = (lottery.order(site, player) for player in ("ann", "bob", f"cid {days}"))
            lottery.order(db.session.get_one(PartnerSite, site_id), "never")
            number = ann.round_number
            drawn = lottery.buy(str(site_id), [1 + days % 5, 7, 8, 9, 10, 11], "ann")
            lottery.buy(str(site_id), [2, 3, 4, 5, 6, 12], "nobody")
            lottery.send(ann.address, 5_500 + days)
            lottery.send(cid.address, 400)
            lottery.mine()
            _live_days_ago(patch, max(days - 1, 0))
            lottery.send(ann.address, 2_200)
            lottery.send(bob.address, 3_300)
            lottery.pay(drawn)
            lottery.mine()
            jobs.seal()
            jobs.settle()
    lottery.reorganise(1)
    lottery.scan()
    return number


def _live_days_ago(patch: pytest.MonkeyPatch, days: int) -> None:
    """What is made from now on says that it was made then: an id is its moment."""
    back = int(timedelta(days=days).total_seconds() * 1000) << 80
    patch.setattr(ids, "uuid7", lambda: UUID(int=uuid_utils.compat.uuid7().int - back))


@dataclass(frozen=True)
class Told:
    """An order as its bare rows tell it: when, whose, and each payment that counts with its moment."""

    game: str
    made: date
    player: str
    credited: tuple[tuple[date, int], ...]


def every_order(shop: Shop) -> list[Told]:
    """All of the site, by walking over everything there is."""
    site, found = shop.site(), []
    for name, (order_of, payment_of, player) in GAMES.items():
        payments: list[Any] = list(db.session.scalars(select(payment_of)))
        for order in db.session.scalars(select(order_of)):
            if order.partner_site_id == site.id:
                counted = [one for one in payments if one.order_id == order.id and one.orphaned_at is None]
                credited = [(created_at(one.id).date(), one.credited_sats) for one in counted if one.credited_sats]
                found.append(Told(name, created_at(order.id).date(), getattr(order, player), tuple(credited)))
    return found


def every_earning(shop: Shop) -> list[tuple[str, date, int]]:
    """Game, day and sats of whatever the ledger says was settled in the site's favour."""
    kinds = {one.round_kind: one.name for one in catalogue().records}
    lines = ledger.lines(partner_account(shop.site()), None, 10_000)
    return [(kinds[one.source], one.posted_at.date(), one.amount) for one in lines if one.kind == "settle"]


def again(orders: list[Told], earnings: list[tuple[str, date, int]], period: Period, row: Row, games: set[str]) -> Row:
    """One row, counted anew."""
    asked = [one for one in orders if one.game in games and row.game in (None, one.game)]
    within: Callable[[date], bool] = lambda day: _within(day, period, row.begins)  # noqa: E731
    given = [one for one in asked if within(one.made)]
    paid = [one for one in given if one.credited]
    return Row(
        row.begins,
        row.game,
        len(given),
        len(paid),
        len({one.player for one in paid}),
        sum(sats for one in asked for day, sats in one.credited if within(day)),
        sum(sats for game, day, sats in earnings if game in games and row.game in (None, game) and within(day)),
    )


def _within(day: date, period: Period, begins: date | None) -> bool:
    return period.since <= day <= period.until and (begins is None or period.step_of(day) == begins)


def shown(shop: Shop, asked: dict[str, str], game: str | None) -> tuple[Figures, Period]:
    records = next((one for one in catalogue().records if one.name == game), None)
    period = period_of(asked, shop.today)
    assert not period.errors
    return figures(shop.site(), period, records), period


@pytest.mark.parametrize("game", [None, *GAMES])
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: "-".join(asked.values()) or "usual")
def test_every_figure_is_what_the_rows_say(shop: Shop, asked: dict[str, str], game: str | None) -> None:
    found, period = shown(shop, asked, game)
    games = {game} if game else set(GAMES)
    orders, earnings = every_order(shop), every_earning(shop)
    for row in (found.total, *found.games, *found.rows, *found.steps):
        assert row == again(orders, earnings, period, row, games)
    assert sum(row.addresses for row in found.rows) == found.total.addresses, "nothing is left out of the table"
    assert sum(row.sales for row in found.rows) == found.total.sales
    assert sum(row.earned for row in found.rows) == found.total.earned
    assert sum(row.paid for row in found.rows) == found.total.paid
    bars = found.orders
    heights = [round(100 * step.paid / bars.most, 2) for step in found.steps if step.paid]
    assert [bar.height for bar in bars.part] == heights, "and the picture shows the same"
    sold = found.money
    assert [bar.height for bar in sold.whole] == [
        round(100 * one.sales / sold.most, 2) for one in found.steps if one.sales
    ]


def test_there_is_something_to_count(shop: Shop) -> None:
    total = shown(shop, {"days": "90"}, None)[0].total
    assert total.addresses == len(DAYS_AGO) * 6
    assert 0 < total.paid < total.addresses
    assert total.players == 2, "one who plays in two games and on five days counts once"
    assert 0 < total.earned < total.sales


READ: dict[str, Callable[[str], object]] = {
    "begins": date.fromisoformat,
    "game": str,
    "addresses": int,
    "paid": int,
    "conversionPercent": lambda text: float(text) if text else None,
    "players": int,
    "salesSats": int,
    "earnedSats": int,
}


@pytest.mark.parametrize("reader", ["people", "machine"])
@pytest.mark.parametrize("asked", ["", "&days=365", "&days=90&game=luckotto"])
def test_the_csv_is_read_by_its_types(shop: Shop, reader: str, asked: str) -> None:
    answer = shop.owner.get(f"/partners/{shop.name}/figures.csv?format={reader}{asked}")
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""))
    assert rows.fieldnames == list(READ), "its header is a promise"
    read = [[READ[name](value) for name, value in row.items()] for row in rows]
    given = dict(one.split("=") for one in asked.split("&") if one)
    game = given.pop("game", None)
    expected = shown(shop, given, game)[0].rows
    assert read == [row.cells() for row in expected]
    assert read
