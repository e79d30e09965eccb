"""Buying and following an order without JavaScript and without a cookie, each state in its own words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from app.content.texts import service as texts
from app.content.texts.rules import LANGUAGES
from app.core.database.session import db, transaction
from app.games.ticket_draw.draw.hash_draw import DrawResult
from app.games.ticket_draw.models import TicketOrder
from app.outcomes.draws import service as draws
from app.selling.windows import jobs
from tests.apart import PLAYER_NAME, SHOP_NAME, loose, shown
from tests.factories.world import World

from .conftest import Player, address_on, heading_on


def test_an_order_is_made_paid_confirmed_and_drawn(
    player: Player, world: World, look_at_mempool: Callable[[], None]
) -> None:
    entry = player.page("/embed")
    assert "1,100" in entry
    assert "1 in 1,000" in entry
    assert "Before you pay" in entry

    assert "Buy tickets" in player.page("/embed/orders")  # the address that a refused form leaves

    order = player.buy(tickets=3)
    assert db.session.scalars(select(TicketOrder.placed_by)).one() == "frame"
    page = player.page(order, tickets=3)
    assert heading_on(page) == "Waiting for your payment"
    address = address_on(page)
    assert f"bitcoin:{address}?amount=0.00003300" in page

    assert "This page does not change by itself: Look again shows what has arrived." in page
    world.send(address, 3_850)
    look_at_mempool()
    assert heading_on(player.page(order)) == "Payment seen"

    world.mine()
    page = player.page(order)
    assert heading_on(page) == "You hold 3 tickets"
    assert "000–002" in page
    assert "Sales end after block" in page

    number = db.session.scalars(select(TicketOrder.round_number)).one()
    world.mine_to(world.round(number).sales_end_height - 1 + world.round(number).settlement_depth)
    jobs.seal()
    world.mine_to(world.round(number).closing_height)
    assert re.search(r"Winning ticket drawn.*\d blocks? to go", player.page(order), re.DOTALL)
    assert "Sales ended after block" in player.page(order)
    world.finish(number)
    drawn = world.round(number).winning_ticket or 0
    page = player.page(order)
    assert heading_on(page) == f"Ticket {drawn:03d} {'won' if drawn < 3 else 'was drawn'}"
    rest = "550 sats were paid beyond whole tickets and bought nothing. They became income of Lucky Shop."
    assert f'<p class="small" id="left-over">{rest}</p>' in page
    assert f"3,300 sats bought 3 tickets. {rest}" in page


def test_payments_of_an_order_buy_together(player: Player, world: World) -> None:
    order = player.buy(tickets=3)
    address = address_on(player.page(order))
    for sats in (2_750, 2_770):
        world.send(address, sats)
        world.mine()
    page = player.page(order)
    assert heading_on(page) == "You hold 5 tickets"
    assert "2,200 sats bought 2 tickets. 550 sats were left over and counted with the next payment." in page
    last = "3,300 sats bought 3 tickets. 550 sats left over from earlier payments count in it."
    assert f"{last} 20 sats are left over and stay with your order" in page


def test_what_is_left_over_is_subtracted_from_what_more_tickets_ask_for(
    player: Player, world: World, look_at_mempool: Callable[[], None]
) -> None:
    order = player.buy(tickets=3)
    address = address_on(player.page(order))
    world.send(address, 4_300)
    world.mine()
    receipt = f"/slips/{order.partition('?')[0].rpartition('/')[2]}"
    least = db.session.scalars(select(TicketOrder.min_payment_sats)).one()
    assert 2_300 < least < 3_300, "of three tickets more it lets the payment be no smaller"
    less = "Of the price of {price:,} sats, {used:,} sats are subtracted: they are left over from what you paid before."
    kept = "{kept:,} sats left over are not subtracted, for no payment may be below {least:,} sats;"
    for tickets, asked in ((3, least), (4, 3_400)):
        used = tickets * 1_100 - asked
        told = {"price": tickets * 1_100, "used": used, "kept": 1_000 - used, "least": least}
        framed, public = player.page(order, add=1, tickets=tickets), f"{receipt}?add=1&tickets={tickets}"
        for page in (framed, player.browser.get(public).text):
            text = " ".join(page.split())
            assert set(re.findall(r"[?]amount=([0-9.]+)", text)) == {f"0.{asked:08d}"}
            assert f'for="tickets">{asked:,}</output>' in text
            assert (less.format(**told) in text, kept.format(**told) in text) == (True, tickets == 3)

    world.send(address, 3_400)
    look_at_mempool()
    # What is on its way may need what is left over, so nothing else counts on it.
    assert "amount=0.00004400" in player.browser.get(f"{receipt}?add=2&tickets=4").text
    world.mine()
    page = player.page(order, add=2, tickets=4)
    assert heading_on(page) == "You hold 7 tickets"
    assert ("amount=0.00004400" in page, 'id="pay-rest"' in page) == (True, False)


def test_tickets_that_are_added_show_from_the_network_to_the_block(
    player: Player, world: World, look_at_mempool: Callable[[], None]
) -> None:
    order = player.buy(tickets=3)
    address = address_on(player.page(order))
    world.send(address, 3_300)
    world.mine()
    offered = re.search(r'href="([^"]*add=1)"[^>]*>.*?Add tickets to this order', player.page(order), re.DOTALL)
    assert offered
    adding = unescape(player.browser.get(offered[1]).text)
    assert "<h2>Add tickets to this order</h2>" in adding
    assert re.search(r'href="[^"]*(?<!add=1)">Not now</a>', adding)
    assert "Nothing is left to do" not in adding

    world.send(address, 3_300)
    look_at_mempool()
    for more in ({}, {"add": 1}, {"add": 1, "tickets": 3}):  # paid: the address asks for no more
        page = player.page(order, **more)
        assert heading_on(page) == "You hold 3 tickets"
        assert re.search(r'id="order-added" data-announce="3,300 sats are on their way\.', page)
        assert '<span class="badge badge-live">Payment seen</span>' in page
        for gone in ('id="pay"', "Nothing is left to do", "Add tickets to this order"):
            assert gone not in page, gone
    world.mine()
    page = player.page(order, add=1)
    assert heading_on(page) == "You hold 6 tickets"
    assert 'id="pay"' not in page
    assert "add=2" in page  # for whoever wants still more
    assert 'id="pay"' in player.page(order, add=2)


@pytest.mark.parametrize("wanted", ["0", "99999", "-1", "two", ""])
def test_a_number_of_tickets_that_cannot_be_bought_is_said_beside_it(player: Player, wanted: str) -> None:
    form = player.form() | {"tickets": wanted}
    for headers in ({}, {"HX-Request": "true"}):
        answer = player.post(form, **headers)
        assert answer.status_code == 422
        assert answer.headers.get("HX-Retarget") == ("#stepper" if headers else None)
        assert re.search(r"Choose from \d+ to 1,000 tickets\.", answer.text)
        assert f'value="{wanted}"' in answer.text
        assert ("<h1>" in answer.text) != bool(headers)
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 0
    assert player.post(player.form()).status_code == 303


def test_without_scripts_the_price_is_shown_before_an_order_is_made(player: Player) -> None:
    assert re.search(r'<noscript>\s*<button[^>]*name="do" value="price">Show the price', player.page("/embed"))
    answer = player.post(player.form() | {"tickets": "7", "do": "price"})
    assert answer.status_code == 303
    page = player.browser.get(answer.headers["Location"]).text
    assert ('value="7"' in page, ">7,700</output>" in page) == (True, True)
    refused = player.post(player.form() | {"tickets": "two", "do": "price"})
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 0


def test_a_sold_out_round_has_a_winner_who_is_told(player: Player, world: World) -> None:
    order = player.buy()
    world.send(address_on(player.page(order)), 1_100_000)
    world.mine()
    number = db.session.scalars(select(TicketOrder.round_number)).first()
    assert number is not None
    world.finish(number)
    page = player.page(order)
    assert heading_on(page) == f"Ticket {world.round(number).winning_ticket:03d} won"
    assert "1,000,000" in page
    assert "<bdi>Lucky Shop</bdi>, which credits you as <bdi>ada</bdi>" in page


def test_too_little_says_what_is_still_due(player: Player, world: World) -> None:
    order = player.buy()
    address = address_on(player.page(order))
    world.send(address, 600)
    world.mine()
    page = player.page(order)
    assert heading_on(page) == "Not enough for a ticket"
    assert "600 sats arrived" in page
    assert re.search(r"Still due, at least\s*<strong><data[^>]*value=\"2320\"", page)
    assert address_on(page) == address
    assert "Below the minimum" in page
    assert "Partly paid" not in page, "what came adds to nothing"

    world.mine_to(world.round(db.session.scalars(select(TicketOrder.round_number)).one()).sales_end_height)
    page = player.page(order)
    assert heading_on(page) == "Too little, and sales have ended"
    assert "Below the minimum" in page
    assert "Partly paid" not in page


def test_unpaid_orders_expire_and_late_money_is_told(
    player: Player, world: World, look_at_mempool: Callable[[], None]
) -> None:
    order = player.buy()
    address = address_on(player.page(order))
    round_ = world.round(db.session.scalars(select(TicketOrder.round_number)).one())
    world.mine_to(round_.sales_end_height)
    page = player.page(order)
    assert heading_on(page) == "This order has expired"
    assert "only way back" not in " ".join(page.split()), "there is nothing left to come back for"
    assert "data-order-address" not in page
    world.send(address, 5_500)
    look_at_mempool()
    page = player.page(order)
    assert heading_on(page) == "Your payment is too late"
    assert "You need do nothing" not in page
    world.mine()
    page = player.page(order)
    assert heading_on(page) == "Your payment came too late"
    assert "5,500 sats are refunded through <bdi>Lucky Shop</bdi>" in page


def test_money_after_the_last_ticket_is_sold_out(player: Player, world: World) -> None:
    first, second = player.buy(), player.buy()
    address = address_on(player.page(second))
    world.send(address_on(player.page(first)), 1_100_000)
    world.mine()
    world.send(address, 3_300)
    world.mine()
    assert heading_on(player.page(second)) == "Sold out before your payment"


def test_a_round_that_sells_out_is_told_to_whom_it_leaves_without(
    player: Player, world: World, look_at_mempool: Callable[[], None]
) -> None:
    paying, unpaid, small = player.buy(), player.buy(), player.buy()
    addresses = [address_on(player.page(order)) for order in (paying, unpaid, small)]
    world.send(addresses[2], 600)
    world.send(addresses[0], 1_100_000)
    world.mine()
    page = player.page(unpaid)
    assert heading_on(page) == "Round 1 is sold out"
    assert 'data-announce="Round 1 is sold out"' in page
    assert '<span class="badge badge-warn">Sold out</span>' in page
    assert "To the round on sale" in page
    assert "what arrives is refunded through" in page
    assert 'hx-trigger="every 3s' in page  # a block that is undone gives room again
    for gone in ("Its story", 'id="pay"', "Waiting for payment", "only way back"):
        assert gone not in page, gone
    page = player.page(small)
    assert heading_on(page) == "Too little, and every ticket is sold"
    assert ("Partly paid" in page, 'id="pay"' in page, "To the round on sale" in page) == (False, False, True)

    world.send(addresses[1], 3_300)
    look_at_mempool()
    page = player.page(unpaid)
    assert heading_on(page) == "Your payment is too late"
    assert "Round 1 was sold out before a block had it." in page
    assert ("You need do nothing" in page, "To the round on sale" in page) == (False, True)
    world.mine_to(world.round(1).sales_end_height)
    assert heading_on(player.page(unpaid)) == "Sold out before your payment"


def test_a_void_round_says_so(player: Player, world: World) -> None:
    from app.selling.windows import jobs

    order = player.buy()
    world.send(address_on(player.page(order)), 3_300)
    world.mine()
    round_ = world.round(db.session.scalars(select(TicketOrder.round_number)).one())
    world.mine_to(round_.closing_height + round_.settlement_depth)  # the closing block came, and no seal before it
    jobs.seal()
    assert heading_on(player.page(order)) == "This round is void"


def test_a_running_draw_shows_itself(player: Player, world: World) -> None:
    order = player.buy()
    world.send(address_on(player.page(order)), 3_300)
    world.mine()
    number = db.session.scalars(select(TicketOrder.round_number)).one()
    db.session.rollback()
    round_ = world.round(number)
    round_.status = "drawing"
    db.session.flush()
    db.session.commit()
    assert heading_on(player.page(order)) == "The draw is running"


def test_polling_ends_with_the_round(player: Player, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of who lost: one order of three tickets in a thousand would have won, whose page goes on until it is paid."""
    draw = draws.run

    def nobody_wins(work: draws.Work[Any], stop: Callable[[], bool]) -> Any:
        result = draw(work, stop)
        return DrawResult("999", result.digests, 999) if isinstance(result, DrawResult) else result

    monkeypatch.setattr(draws, "run", nobody_wins)
    order = player.buy()
    part = player.get(order, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    world.send(address_on(player.page(order)), 3_300)
    world.mine()
    world.finish(db.session.scalars(select(TicketOrder.round_number)).one())
    assert player.get(order, headers={"HX-Request": "true"}).status_code == 286
    assert "every 3s" not in player.page(order)


def test_the_number_of_tickets_changes_amount_and_link_only(player: Player) -> None:
    order = player.buy()
    one, five = player.page(order), player.page(order, tickets=5)
    assert address_on(one) == address_on(five)
    assert "amount=0.00005500" in five
    for odd in ("0", "-1", "1e3", "٣", "99999999999", ""):
        assert "amount=0.0000" in player.page(order, tickets=odd)
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 1


def test_one_form_is_one_order_however_often_it_is_sent(player: Player) -> None:
    form = player.form()
    places = {player.post(form).headers["Location"] for _ in range(5)}
    assert len(places) == 1
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 1
    assert player.post(player.form()).headers["Location"] not in places


def test_an_order_for_the_next_round_says_that_it_is(player: Player, world: World) -> None:
    form = player.form()
    shown = int(form["round"])
    world.mine_to(world.round(shown).sales_end_height)
    answer = player.post(form)
    page = player.browser.get(answer.headers["Location"]).text
    assert f"Round {shown} had stopped taking orders." in page


def test_what_is_said_of_the_private_link_fits_the_state(player: Player, world: World) -> None:
    order = player.buy(tickets=1)
    page = player.page(order)
    assert "it is the only way back" in page
    world.send(address_on(page), 1_100)
    world.mine()
    page = player.page(order)
    assert "only way back" not in page
    assert "which shows your account: keep it to yourself" in page
    number, order_id = db.session.execute(select(TicketOrder.round_number, TicketOrder.id)).one()
    assert f'href="{player.url(f"/embed/slips/{order_id}")}">its public record' in page
    unpaid = player.buy(tickets=1)
    assert "it is the only way back" in player.page(unpaid)
    world.finish(number)
    for over in (order, unpaid):
        assert "only way back" not in player.page(over)
        assert "which shows your account: keep it to yourself" in player.page(over)


def test_little_time_left_to_pay_is_news(player: Player, world: World) -> None:
    order = player.buy(tickets=1)
    assert "late-warning" not in player.page(order)
    number = db.session.scalars(select(TicketOrder.round_number)).one()
    world.mine_to(world.round(number).sales_end_height - 3)
    assert 'id="late-warning" data-announce="Only 2 blocks are left to pay in."' in player.page(order)


def test_a_players_own_tickets_are_listed_by_round(player: Player, world: World) -> None:
    order = player.buy(tickets=3)
    number = db.session.scalars(select(TicketOrder.round_number)).one()
    empty = player.page(f"/embed/players/ada/rounds/{number}")
    assert "No tickets in this round." in empty
    world.send(address_on(player.page(order)), 3_300)
    world.mine()
    listed = player.page(f"/embed/players/ada/rounds/{number}")
    assert "3 tickets" in listed
    assert "My tickets" in listed
    assert "account-7" not in re.sub(r'(href|hx-get|action)="[^"]*"', "", listed)
    assert order.rsplit("/", 1)[1] not in listed
    assert player.get("/embed/players/ada/rounds/99999").status_code == 404


def test_the_price_is_explained_in_sats_and_percent(player: Player) -> None:
    page = player.page("/embed/house-edge")
    assert "10%" in page
    assert "90.9%" in page
    assert "Before you pay" in page


def test_the_receipt_is_a_file_of_the_terms(player: Player) -> None:
    order = player.buy()
    answer = player.get(f"{order}/receipt.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    assert answer.json["depositAddress"] == address_on(player.page(order))
    assert "account-7" not in answer.text


def test_a_frame_says_what_it_is_about(player: Player) -> None:
    for path in ("/embed", "/embed/luckotto"):
        assert '<meta name="description" content="' in player.page(path), path


def test_the_public_records_stand_inside_the_frame(player: Player, world: World) -> None:
    order = player.buy()
    world.send(address_on(player.page(order)), 3_300)
    world.mine()
    placed = db.session.scalars(select(TicketOrder)).one()
    for path in ("/embed/rounds", f"/embed/rounds/{placed.round_number}", f"/embed/slips/{placed.id}"):
        page = player.page(path)
        assert "surface-embed" in page
        assert 'href="/rounds' not in page


def test_a_page_whose_round_has_moved_on_is_loaded_again(player: Player, world: World) -> None:
    entry = player.page("/embed")
    found = re.search(r'hx-get="[^"]*shown=([^"&]+)"', entry)
    assert found
    polled = player.get("/embed", headers={"HX-Request": "true"}, shown=found[1])
    assert "HX-Refresh" not in polled.headers
    assert "form_token" not in polled.text  # the form stays as it was filled in
    world.mine_to(world.round(1).sales_end_height)
    polled = player.get("/embed", headers={"HX-Request": "true"}, shown=found[1])
    assert polled.headers["HX-Refresh"] == "true"
    assert json.loads(polled.headers["HX-Trigger"]) == {"tiraj:ended": {"round": 1}}  # the address then says it
    page = player.page("/embed", ended=1, tickets=7)
    assert "Round 1 takes no more orders. This is round 2." in page
    assert 'name="tickets" value="7"' in " ".join(page.split())
    assert "takes no more orders" not in player.page("/embed", ended=2)


def test_a_sold_out_round_is_passed_over(player: Player, world: World) -> None:
    order = player.buy()
    first = db.session.scalars(select(TicketOrder.round_number)).one()
    world.send(address_on(player.page(order)), 1_100_000)
    world.mine()
    assert int(player.form()["round"]) == first + 1
    player.buy()
    assert db.session.scalars(select(func.max(TicketOrder.round_number))).one() == first + 1


def test_adding_that_is_over_is_said_to_whoever_is_adding(player: Player, world: World) -> None:
    order, other = player.buy(tickets=3), player.buy()
    mine, theirs = address_on(player.page(order)), address_on(player.page(other))
    world.send(mine, 3_300)
    world.mine()
    assert 'id="pay"' in player.page(order, add=1)
    world.send(theirs, 1_100_000)
    world.mine()
    over = "Money sent to this address now buys nothing and is refunded through Lucky Shop."
    gone = f"Round 1 is sold out, so no tickets can be added any more. {over}"
    adding = player.page(order, add=1)
    assert heading_on(adding) == "You hold 3 tickets"
    assert adding.count(f'<p id="adding-over" data-announce="{gone}">{gone}</p>') == 1
    page = player.page(order)
    assert "Round 1 is sold out: no more tickets can be added." in page
    assert 'id="adding-over"' not in page
    for told in (adding, page):
        assert ('id="pay"' in told, "Add tickets to this order" in told) == (False, False)
        story = told.partition('id="steps-title"')[2].partition("</section>")[0]
        assert ("Round 1 is sold out" in story, "Sales end after block" in story) == (True, False)

    world.mine_to(world.round(1).sales_end_height)
    assert gone in player.page(order, add=1), "it stays true, and nothing new is said"
    page = player.page(order)
    assert ("is sold out" in page, "Sales ended after block" in page) == (False, True)


def test_adding_ends_with_sales(player: Player, world: World) -> None:
    order = player.buy(tickets=3)
    world.send(address_on(player.page(order)), 3_300)
    world.mine()
    receipt = order.removeprefix("/embed")
    assert 'id="order-add"' in player.browser.get(f"{receipt}?add=1").text
    world.mine_to(world.round(1).sales_end_height)
    for page in (player.page(order, add=1), player.browser.get(f"{receipt}?add=1").text):
        assert page.count('data-announce="Sales of round 1 have ended, so no tickets can be added any more.') == 1
        assert 'id="order-add"' not in page
    assert 'id="adding-over"' not in player.page(order)


def test_a_chain_that_is_behind_takes_no_order(player: Player, world: World) -> None:
    form = player.form()
    world.node.call("generatetoaddress", 3, world.miner)
    answer = player.post(form)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 0
    world.scan()
    assert player.post(form).status_code == 303


def test_nothing_is_shown_while_the_terms_cannot_be_kept(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    form = player.form()
    with monkeypatch.context() as broken:
        broken.setattr("app.chain.deposits.journal.Journal.append", full)
        answer = player.post(form)
        assert answer.status_code == 503
        assert "Location" not in answer.headers
    assert player.post(form).status_code == 303  # the same order, now written
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 1


def test_names_that_run_the_other_way_turn_nothing_beside_them(
    player: Player, world: World, look_at_mempool: Callable[[], None]
) -> None:
    site = world.site(display_name=SHOP_NAME, embed_origins=["https://shop.example"])
    guest = Player(player.browser, site.name, PLAYER_NAME, PLAYER_NAME)
    pages = [guest.page("/embed"), guest.page("/embed/house-edge")]
    order = guest.buy()
    pages.append(guest.page(order))
    world.send(address_on(pages[-1]), 1_100_000)
    look_at_mempool()
    pages.append(guest.page(order))
    world.mine()
    found = db.session.scalars(select(TicketOrder)).one()
    pages += [guest.page(order), world.app.test_client().get(f"/slips/{found.id}").text]
    world.finish(found.round_number)
    pages += [guest.page(order), world.app.test_client().get(f"/rounds/{found.round_number}").text]
    pages += [guest.page(f"/embed/players/~/rounds/{found.round_number}"), world.app.test_client().get("/rounds").text]
    assert [loose(page, SHOP_NAME, PLAYER_NAME) for page in pages] == [[] for _ in pages]
    assert (shown(pages, SHOP_NAME), shown(pages, PLAYER_NAME)) == (10, 9)


def test_what_the_house_says_first_stands_on_the_frames_first_page(player: Player) -> None:
    words = {tag: {"title": f"Closed {tag}", "body": "[Why](https://example.org/why)"} for tag in LANGUAGES}
    with transaction():
        text_id = texts.create("banner", words, place=0, page=None, actor="operator:operator")
        texts.publish(text_id, 1, shown_from=None, shown_until=None, reason="a holiday", actor="operator:operator")
    first = player.page("/embed", lang="fr")
    assert "Closed fr" in first
    assert '<a target="_blank" href="https://example.org/why"' in first, "a frame leads into new windows"
    assert "Closed fr" not in player.page("/embed/rounds", lang="fr")
    with transaction():
        texts.withdraw(text_id, "it is over", actor="operator:operator")
    assert "Closed fr" not in player.page("/embed", lang="fr")
