"""What a partner's owner sees of the game: orders, wins, earnings; each says when it is empty."""

from __future__ import annotations

import re
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
        return tuple(unescape(panel(site)) for panel in (panels.orders, panels.wins, panels.earnings))  # type: ignore[return-value]


def _figure(panel: str, name: str) -> str:
    """The amount that stands under this name."""
    found = re.search(rf"<dt>{name}</dt>\s*<dd>\s*<data[^>]*>([0-9,]+) ", panel)
    assert found, panel
    return found[1]


def test_a_new_site_has_empty_panels(player: Player, world: World) -> None:
    orders, wins, earnings = _panels(world, player.partner)
    assert "No orders yet." in orders
    assert "No win yet." in wins
    assert "0 of 0 addresses paid" in earnings
    assert "<svg" not in earnings  # there is nothing to draw


def test_the_owner_sees_both_identifiers_the_win_and_the_money(player: Player, world: World) -> None:
    unpaid, paid = player.buy(), player.buy()
    assert unpaid != paid
    world.send(address_on(player.page(paid)), 1_100_500)
    world.mine()
    orders, _, earnings = _panels(world, player.partner)
    assert orders.count("account-7") == 2
    assert "1,100,500" in orders
    assert "1,100,500" in earnings  # the sale
    assert "100,500 more when running rounds are settled" in earnings  # the edge
    assert _figure(earnings, "Balance") == "0"
    assert "1 of 2 addresses paid" in earnings

    world.finish(db.session.scalars(select(TicketOrder.round_number)).first() or 0)
    _, wins, earnings = _panels(world, player.partner)
    assert "account-7" in wins
    assert "1,000,000" in wins
    assert [_figure(earnings, name) for name in ("Earned", "Balance")] == ["100,500", "100,500"]
    assert "more when running rounds" not in earnings
    assert _panels(world, world.site().name)[0].count("account-7") == 0
