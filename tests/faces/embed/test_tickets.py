"""My tickets: all that a player ordered at a partner, the newest first, with what became of it, in pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy import event

from app.catalogue.windows import tickets
from app.chain import queries as chain
from app.core.database.session import db, transaction
from app.games.luckotto import service as luckotto
from app.people.partners.models import PartnerSite
from tests.factories.world import World
from tests.money.payouts.conftest import Desk

from .conftest import Player

PATH = "/embed/players/ada"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def windows() -> dict[str, str]:
    return {"ROUND_LENGTH_BLOCKS": "4"}


@pytest.fixture
def site(world: World, player: Player) -> PartnerSite:
    return db.session.query(PartnerSite).filter_by(name=player.partner).one()


def paid_order(world: World, site: PartnerSite, sats: int) -> int:
    """An order of Ada's that a block has a payment to; its round."""
    with transaction():
        site = db.session.merge(site)
    order = world.order(site, "ada")
    world.send(order.address, sats)
    world.mine()
    return order.round_number


def cards(page: str) -> list[str]:
    """The orders of a page in words, one a card."""
    found = re.findall(r'<li id="order-[^"]*" class="card[^"]*">(.*?)</li>', page, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", card)).split()) for card in found]


def older(page: str) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    assert found, "this is the last page"
    return unescape(found[1])


def test_all_orders_across_rounds_in_pages_with_the_win_until_it_is_paid(
    world: World, player: Player, site: PartnerSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "TICKETS_A_PAGE", 2)
    assert "No tickets yet." in player.page(PATH)
    won = paid_order(world, site, 1_100_000)
    world.finish(won)
    later = paid_order(world, site, 3_300)
    small = paid_order(world, site, 1_000)
    player.buy(2)  # not paid: nobody else's to know
    menu = player.page("/embed")
    assert f'href="{player.url(PATH)}"'.replace("&", "&amp;") in menu or f'href="{player.url(PATH)}"' in menu

    first = player.page(PATH)
    assert [card.split(" Received")[0] for card in cards(first)] == [
        f"No ticket in round {small} Below the minimum",
        f"3 tickets in round {later} Confirmed 000–002",
    ]
    rest = world.app.test_client().get(older(first))
    assert rest.status_code == 200
    (win,) = cards(rest.text)
    assert win.startswith(f"1,000 tickets in round {won} Won 1,000,000 sats Owed 000–999 Received:")
    assert 'class="card is-won"' in rest.text
    assert 'rel="next"' not in rest.text
    assert 'rel="prev"' in rest.text

    # The first page may get an order any time; an older one asks until the win is paid.
    def statuses() -> tuple[int, int]:
        db.session.rollback()
        return (
            player.get(PATH, headers=FRAGMENT).status_code,
            world.app.test_client().get(older(first), headers=FRAGMENT).status_code,
        )

    assert statuses() == (200, 200)
    desk = Desk(world)
    desk.sent(won)
    assert " Sent 000–999 " in cards(world.app.test_client().get(older(first)).text)[0]
    desk.bury()
    assert " Paid In block " in cards(world.app.test_client().get(older(first)).text)[0]
    assert statuses() == (200, 286)
    beyond = re.sub("before=[0-9a-f-]{36}", f"before={'0' * 8}-0000-7000-8000-{'0' * 12}", older(first))
    assert "This is the end of the list." in world.app.test_client().get(beyond).text


def test_who_has_paid_finds_his_order_before_a_block_comes(
    world: World, player: Player, site: PartnerSite, look_at_mempool: Callable[[], None]
) -> None:
    """A phone that comes back from its wallet loads the page anew, and a frame remembers nothing."""
    with transaction():
        merged = db.session.merge(site)
        tip = chain.tip_height()
        assert tip is not None
        numbers = luckotto.create_order(merged, [1, 2, 3, 4, 5, 6], "ada", "ada", tip).address.address
    ordered = world.order(db.session.merge(site), "ada")
    assert cards(player.page(PATH)) == [], "nobody has paid"
    world.send(ordered.address, 2_200)
    world.send(numbers, 60_000)
    look_at_mempool()
    page = player.page(PATH)
    found = sorted(cards(page))
    assert found[0].startswith("6 numbers in round")
    assert found[1].startswith(f"An order in round {ordered.round_number} Payment seen")
    assert not any("Received" in card for card in found)
    (link,) = re.findall(r'<h2 class="ticket-card-title"><a href="([^"]+)"', page)
    assert world.app.test_client().get(unescape(link)).status_code == 200, "a slip is public with its block"


def test_one_round_alone_and_only_this_partners(world: World, player: Player, site: PartnerSite) -> None:
    first = paid_order(world, site, 3_300)
    world.finish(first)
    second = paid_order(world, site, 2_200)
    assert len(cards(player.page(PATH))) == 2
    page = player.page(f"{PATH}/rounds/{first}")
    assert [card.split(" Received")[0][:20] for card in cards(page)] == [f"3 tickets in round {first}"[:20]]
    assert f'Those of <a href="{player.url(f"/embed/rounds/{first}")}">round {first}</a> alone.' in page
    assert f'href="{player.url(PATH)}">All rounds' in page
    assert len(cards(player.page(f"{PATH}/rounds/{second}"))) == 1
    assert player.get(f"{PATH}/rounds/99999").status_code == 404
    other = Player(player.browser, world.site(embed_origins=["https://other.example"]).name)
    assert cards(other.page(PATH)) == []
    stranger = Player(player.browser, player.partner, "bob")
    shown = stranger.page(PATH)
    assert "Tickets of" in shown
    assert len(cards(shown)) == 2


def test_orders_of_every_game_are_one_list(world: World, player: Player, site: PartnerSite) -> None:
    """A player has one list, whichever game's menu it is opened from."""
    pending = f"/embed/luckotto/players/{player.public}"
    assert "No tickets yet." in player.page(pending)
    round_ = paid_order(world, site, 3_300)
    for path in (PATH, pending):
        page = player.page(path)
        (card,) = cards(page)
        assert card.startswith(f"3 tickets in round {round_} Confirmed")
        assert card.endswith("UTC Ticket draw"), "which game it is of"
        assert page.count("An order is listed once its first payment is seen.") == 1, "one rule for every game"
    with transaction():
        merged = db.session.merge(site)
        tip = chain.tip_height()
        assert tip is not None
        made = luckotto.create_order(merged, [1, 2, 3, 4, 5, 6], "ada", "ada", tip)
        address = made.address.address
    assert len(cards(player.page(pending))) == 1, "it is not paid: nobody else's to know"
    world.send(address, 60_000)
    world.mine()
    for path in (PATH, pending):
        first, second = cards(player.page(path))
        assert first.startswith("6 numbers in round"), "the newest first"
        assert second.startswith("3 tickets in round")


@pytest.fixture
def statements(world: World) -> Iterator[list[str]]:
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_longer_list_takes_no_more_statements(
    world: World, player: Player, site: PartnerSite, statements: list[str]
) -> None:
    paid_order(world, site, 1_100)
    player.page(PATH)

    def asked() -> int:
        statements.clear()
        player.page(PATH)
        return len(statements)

    few = asked()
    for _ in range(3):
        paid_order(world, site, 1_100)
    assert len(cards(player.page(PATH))) == 4
    assert asked() == few
