"""What a partner's owner sees of the game: orders, wins, balance; each says when it is empty."""

from __future__ import annotations

from html import unescape

from sqlalchemy import select

from app.core.database.session import db
from app.faces.desk import panels
from app.games.ticket_draw.models import TicketOrder
from app.people.partners.queries import site_by_name
from tests.factories.world import World

from .conftest import Player, address_on


def _panels(world: World, name: str) -> tuple[str, str, str]:
    with world.app.test_request_context("/partners"):
        site = site_by_name(name)
        assert site is not None
        return tuple(unescape(panel(site)) for panel in (panels.orders, panels.wins, panels.balance))  # type: ignore[return-value]


def test_a_new_site_has_empty_panels(player: Player, world: World) -> None:
    orders, wins, balance = _panels(world, player.partner)
    assert "No orders yet." in orders
    assert "No win yet." in wins
    assert "Nothing earned yet." in balance


def test_the_owner_sees_both_identifiers_the_win_and_the_money(player: Player, world: World) -> None:
    unpaid, paid = player.buy(), player.buy()
    assert unpaid != paid
    world.send(address_on(player.page(paid)), 1_100_500)
    world.mine()
    orders, _, balance = _panels(world, player.partner)
    assert orders.count("account-7") == 2
    assert "1,100,500" in orders
    assert "100,500" in balance  # the edge, not settled yet

    world.finish(db.session.scalars(select(TicketOrder.round_number)).first() or 0)
    _, wins, balance = _panels(world, player.partner)
    assert "account-7" in wins
    assert "1,000,000" in wins
    assert "+100,500" in balance
    assert _panels(world, world.site().name)[0].count("account-7") == 0
