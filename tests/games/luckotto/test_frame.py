"""Luckotto in a partner's frame, without scripts and without a cookie: chosen, priced, ordered once, followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.luckotto.models import LuckottoOrder, LuckottoRound
from app.games.ticket_draw.models import TicketOrder
from tests.apart import PLAYER_NAME, SHOP_NAME, loose, shown

from .conftest import Lottery

SHOP = "https://shop.example"
SEVEN = (1, 2, 3, 4, 5, 6, 7)
BY_ID = {"playerUname": "Ada L", "playerIdentifier": "player-7"}
LABEL = "Luckotto%3A%20Ada%20L%20at%20Lucky%20Shop%2C%20round%201"
BY_NAME = {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}


@dataclass(frozen=True)
class Guest:
    """Somebody with a browser in front of the partner's frame; `query` is the frame's address."""

    browser: FlaskClient
    query: dict[str, str]

    def url(self, path: str, **more: object) -> str:
        return f"{path}?{urlencode(self.query | more)}"

    def get(self, path: str, headers: dict[str, str] | None = None, **more: object) -> TestResponse:
        return self.browser.get(self.url(path, **more), headers=headers)

    def page(self, path: str, **more: object) -> str:
        answer = self.get(path, None, **more)
        assert answer.status_code == 200, answer.text
        assert "Set-Cookie" not in answer.headers
        return unescape(answer.text)

    def form(self) -> dict[str, str]:
        page = self.page("/embed", game="luckotto")
        form = re.search(r'<form class="form" method="post".*?</form>', page, re.S)
        assert form, "nothing can be bought here"
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))

    def post(self, form: dict[str, str], numbers: Sequence[object], **headers: str) -> TestResponse:
        fields = MultiDict([*form.items(), *(("numbers", str(one)) for one in numbers)])
        given = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"} | headers
        return self.browser.post(self.url("/embed/luckotto/orders"), data=fields, headers=given)

    def buy(self, numbers: Sequence[int] = SEVEN) -> str:
        """Press the button; the order's own path."""
        answer = self.post(self.form(), numbers)
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.headers["Location"]).path


@pytest.fixture
def guest(lottery: Lottery) -> Guest:
    site = lottery.made(10, embed_origins=[SHOP], name="lucky-shop", display_name="Lucky Shop")
    return Guest(lottery.client, {"partnerId": str(site.id), **BY_ID})


def orders(model: type[LuckottoOrder] | type[TicketOrder] = LuckottoOrder) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def attribute(page: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page)
    assert found, name
    return found[1]


def heading(page: str) -> str:
    found = re.search(r'<h1 id="order-title">(.*?)</h1>', page)
    assert found
    return found[1]


def test_numbers_are_chosen_priced_paid_and_drawn(lottery: Lottery, guest: Guest) -> None:
    entry = guest.page("/embed")
    assert entry.count('type="checkbox" name="numbers"') == 12
    for said in (
        "as few changed as possible",
        "If no free set is left",
        "If you pay less",
        "If you pay more",
        "is late",
    ):
        assert said in entry
    assert guest.get("/embed").headers["Content-Security-Policy"].endswith(f"frame-ancestors {SHOP}")

    refused = guest.post(guest.form(), [1, 2])
    assert refused.status_code == 422
    again = guest.page("/embed/luckotto/orders")  # the address that the refusal leaves
    assert "Choose your numbers" in again

    asked = guest.post({"do": "price"}, SEVEN)
    assert asked.status_code == 303
    priced = guest.browser.get(asked.headers["Location"]).text
    assert 'value="19250"' in priced
    assert "Still free" in priced
    assert priced.count(" checked>") == 7
    fragment = guest.get("/embed/luckotto/quote", numbers="1.2.3.4.5.6.7").text
    assert 'value="19250"' in fragment
    assert "<html" not in fragment

    path = guest.buy()
    page = guest.page(path)
    assert heading(page) == "Waiting for your payment"
    address = attribute(page, "data-order-address")
    assert attribute(page, "data-order-bip21") == f"bitcoin:{address}?amount=0.00019250&label={LABEL}"
    assert "<svg" in page

    lottery.send(address, 9_000)
    mempool.Watcher().look(chain_node.client())
    assert "10,250 sats are still missing" in guest.page(path)
    lottery.mine()
    page = guest.page(path)
    assert heading(page) == "Partly paid"
    assert re.search(r'Still due ·\s+<data class="amount" value="10250"', page)
    assert "amount=0.00010250" in page
    lottery.send(address, 10_300)
    mempool.Watcher().look(chain_node.client())
    assert heading(guest.page(path)) == "Payment seen"
    lottery.mine()
    page = guest.page(path)
    assert heading(page) == "You hold 7 numbers"
    assert "50 sats were paid beyond the price" in page
    assert "data-order-bip21" not in page

    lottery.draw(1)
    ended = guest.get(path, headers={"HX-Request": "true"})
    result = attribute(ended.text, "data-order-result")
    assert (result, ended.status_code) in (("won", 200), ("lost", 286))  # a win is not over before it is paid
    assert heading(ended.text) in ("This ticket won", "Other numbers were drawn")
    mine = guest.page("/embed/luckotto/players/player-7")
    assert "My tickets" in mine
    assert path in mine


def test_the_second_of_two_learns_which_numbers_were_changed_and_why(lottery: Lottery, guest: Guest) -> None:
    bob = replace(guest, query=guest.query | {"playerUname": "Bob", "playerIdentifier": "player-8"})
    first, second = guest.buy(), bob.buy()
    lottery.send(attribute(guest.page(first), "data-order-address"), 19_250)
    lottery.mine()
    assert "A ticket of this round already shares six" in bob.page("/embed", numbers="1.2.3.4.5.6.7")
    lottery.send(attribute(bob.page(second), "data-order-address"), 19_250)
    lottery.mine()
    page = bob.page(second)
    assert heading(page) == "You hold 7 numbers"
    assert "2 numbers were changed" in page
    assert "a ticket paid before it already shared six of the requested numbers" in page
    assert "Asked for: 1, 2, 3, 4, 5, 6, 7." in page
    assert "Exactly the numbers" in guest.page(first)
    listed = guest.page("/embed/luckotto/rounds/1")
    assert "(changed)" in listed
    assert 'href="/luckotto/rounds' not in listed
    assert "surface-embed" in listed


def test_money_that_buys_nothing_is_named(lottery: Lottery, guest: Guest) -> None:
    paths = {name: guest.buy() for name in ("small", "partly", "late", "never")}
    address = {name: attribute(guest.page(path), "data-order-address") for name, path in paths.items()}
    lottery.send(address["small"], 600)
    lottery.send(address["partly"], 9_000)
    lottery.mine()
    page = guest.page(paths["small"])
    assert heading(page) == "That payment was too small"
    assert "600 sats bought nothing and are refunded through <bdi>Lucky Shop</bdi>" in page
    round_ = lottery.lottery_round(1)
    lottery.mine_to(round_.sales_end_height - 1)
    lottery.send(address["late"], 19_250)
    lottery.mine()
    assert heading(guest.page(paths["late"])) == "Your payment came too late"
    assert heading(guest.page(paths["never"])) == "This order has expired"
    assert heading(guest.page(paths["partly"])) == "Not fully paid in time"
    assert re.search(r"9,000 of [\d,]+ sats had arrived when sales ended", guest.page(paths["partly"]))
    assert "data-order-bip21" not in guest.page(paths["never"])


def test_a_round_without_a_free_set_asks_nobody_to_pay(lottery: Lottery, guest: Guest) -> None:
    unpaid, partly = guest.buy(), guest.buy()
    addresses = [attribute(guest.page(path), "data-order-address") for path in (unpaid, partly)]
    lottery.send(addresses[1], 9_000)
    lottery.mine()
    everything = {"sold_combinations": LuckottoRound.possible_combinations}  # whom it went to matters to nobody here
    db.session.execute(update(LuckottoRound).where(LuckottoRound.round_number == 1).values(everything))
    db.session.commit()
    for path in ("/luckotto/rounds/1", "/luckotto", "/"):
        assert '<span class="badge badge-mute">Sold out</span>' in guest.browser.get(path).text, path
    assert 'href="/luckotto/rounds/2">To the round on sale: Round 2</a>' in guest.browser.get("/").text
    page = guest.page(unpaid)
    assert heading(page) == "Round 1 is sold out"
    assert '<span class="badge badge-warn">Sold out</span>' in page
    assert heading(guest.page(partly)) == "Sold out before it was fully paid"
    for path in (unpaid, partly):
        page = guest.page(path)
        assert ("To the round on sale" in page, "refunded through" in page) == (True, True)
        assert ('id="pay"' in page, "Its story" in page) == (False, False)
    lottery.send(addresses[0], 19_250)
    mempool.Watcher().look(chain_node.client())
    assert heading(guest.page(unpaid)) == "Your payment is too late"


def test_one_form_is_one_order_however_often_it_is_sent(guest: Guest) -> None:
    form = guest.form()
    places = {guest.post(form, SEVEN).headers["Location"] for _ in range(20)}
    assert len(places) == 1
    assert orders() == 1
    assert db.session.scalars(select(LuckottoOrder.placed_by)).one() == "frame"
    again = guest.post(guest.form(), SEVEN, **{"HX-Request": "true"})
    assert again.status_code == 204
    assert again.headers["HX-Redirect"] not in places
    assert orders() == 2


REFUSED: tuple[tuple[Sequence[object], str], ...] = (
    (SEVEN[:5], "Choose 6 to 25 numbers."),
    ((1, 2, 3, 4, 5, 5), "Each number can be chosen once."),
    ((0, 1, 2, 3, 4, 5), "on the grid"),
    ((1, 2, 3, 4, 5, 13), "on the grid"),
    (("1e0", 2, 3, 4, 5, 6), "whole numbers"),
    (("١", 2, 3, 4, 5, 6), "whole numbers"),
    (("-1", 2, 3, 4, 5, 6), "whole numbers"),
    (("1.5", 2, 3, 4, 5, 6), "whole numbers"),
    (("1\n", 2, 3, 4, 5, 6), "whole numbers"),
    (range(1, 27), "Choose 6 to 25 numbers."),
    (range(1, 300), "Choose 6 to 25 numbers."),
)


def test_what_is_no_set_of_numbers_is_refused_beside_the_grid(guest: Guest) -> None:
    form = guest.form()
    for numbers, words in REFUSED:
        answer = guest.post(form, numbers)
        assert answer.status_code == 422, numbers
        assert words in unescape(answer.text), numbers
        assert 'id="numbers"' in answer.text
        if words == "Each number can be chosen once.":
            assert answer.text.count(" checked>") == 5  # what was chosen is kept
    scripted = guest.post(form, SEVEN[:5], **{"HX-Request": "true"})
    assert scripted.status_code == 422
    assert scripted.headers["HX-Retarget"] == "#quote"
    assert "Choose 6 to 25 numbers." in scripted.text
    assert orders() == 0

    page = unescape(guest.post(form, SEVEN[:5]).text)
    assert "<title>Choose 6 to 25 numbers. Luckotto, round 1</title>" in page
    top, _ = page.split("<h1>")
    assert "Choose 6 to 25 numbers." in top.split('id="refused"')[1], "it is said where the page opens"
    assert 'href="#number-first"' in top
    assert page.count('id="number-first"') == 1
    assert 'aria-describedby="numbers-hint numbers-error" aria-invalid="true"' in page
    assert "aria-invalid" not in guest.page("/embed")
    assert 'id="refused"' not in guest.page("/embed")


def test_without_scripts_the_price_is_asked_for_beside_it_and_by_enter(guest: Guest) -> None:
    page = guest.page("/embed")
    enter, pick, price, order = re.findall(r"<button type=\"submit\"[^>]*>", page.split('id="choose"')[1])[:4]
    assert ('value="price"' in enter, 'class="visually-hidden"' in enter) == (True, True)
    assert 'value="pick"' in pick
    assert ('value="price"' in price, "button-primary" in order) == (True, True)
    assert page.index('id="quote"') < page.index(price) < page.index(order)


def test_an_orders_page_is_as_short_as_the_ticket_draws(lottery: Lottery, guest: Guest) -> None:
    path = guest.buy()
    page = guest.page(path)
    assert [step(page, n) for n in range(2)] == [("now", "Payment seen"), ("todo", "Confirmed in a block")]
    lottery.send(attribute(page, "data-order-address"), 19_250)
    mempool.Watcher().look(chain_node.client())
    seen = guest.page(path)
    assert [step(seen, n) for n in range(2)] == [("done", "Payment seen"), ("now", "Confirmed in a block")]
    lottery.mine()
    page = guest.page(path)
    round_ = lottery.lottery_round(1)
    assert [step(page, n) for n in range(6)] == [
        ("done", "Payment seen"),
        ("done", "Confirmed in a block"),
        ("done", "Numbers given"),
        ("now", f"Sales end after block {round_.sales_end_height - 1:,}"),
        ("todo", f"Closing block {round_.closing_height:,}"),
        ("todo", "Six numbers drawn"),
    ]
    assert '<span class="badge badge-ok">Confirmed</span>' in page
    before, folded = page.split('<details class="fold" id="order-more">')
    assert "<summary>Payments, terms and deposit address</summary>" in folded
    for proof in ("hash_tweak.py", "The terms", "Deposit address", "Proof bundle", "What became of it"):
        assert (proof in before, proof in folded) == (False, True), proof
    assert "Its story" in before
    website = unescape(lottery.client.get(path.replace("/embed", "")).text)
    assert 'id="order-more"' not in website
    assert "hash_tweak.py" in website


def step(page: str, number: int) -> tuple[str, str]:
    """One step of the way to the draw: its state and its name."""
    found = re.findall(r'<li class="step step-(\w+)".*?<span class="step-label">([^<]+)', page, re.S)
    state, label = found[number]
    return state, label.strip()


def test_a_quick_pick_without_scripts_comes_back_chosen(guest: Guest) -> None:
    for count, chosen in (("8", 8), ("99", 12), ("x", 6)):
        answer = guest.post({"do": "pick", "count": count}, ())
        numbers = parse_qs(urlsplit(answer.headers["Location"]).query)["numbers"][0].split(".")
        assert len(set(numbers)) == chosen
        assert guest.browser.get(answer.headers["Location"]).text.count(" checked>") == chosen


def test_a_form_of_another_player_page_or_age_makes_nothing(guest: Guest) -> None:
    form = guest.form()
    other = replace(guest, query=guest.query | {"playerIdentifier": "player-9"})
    assert other.post(form, SEVEN).status_code == 400
    assert guest.post(form | {"form_token": "x"}, SEVEN).status_code == 400
    assert guest.post(form, SEVEN, Origin="https://evil.example").status_code == 403
    assert orders() == 0


def test_either_address_form_serves_either_game(lottery: Lottery, guest: Guest) -> None:
    named = replace(guest, query={"partner": "lucky-shop", **BY_NAME})
    assert "Luckotto, round 1" in guest.page("/embed")
    assert "Choose your numbers" not in named.page("/embed")
    for one in (guest, named):
        page = one.page("/embed")
        switch = re.search(r'class="embed-switch".*?</nav>', page, re.S)
        assert switch
        assert "Ticket draw" in switch[0]
        assert "Luckotto" in switch[0]

    record = lottery.get(f"/orders/{named.buy().rsplit('/', 1)[1]}")
    assert (record["playerUname"], record["playerIdentifier"]) == ("ada", "ada")
    assert "account-7" not in record["terms"]
    db.session.rollback()
    assert "account-7" not in str(db.session.scalars(select(LuckottoOrder)).one().__dict__)

    page = guest.page("/embed", game="rounds")
    form = re.search(r'name="form_token" value="([^"]+)"', page)
    assert form
    given = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = guest.browser.post(guest.url("/embed/orders"), data={"form_token": form[1]}, headers=given)
    assert answer.status_code == 303
    assert "partnerId=" in answer.headers["Location"]
    db.session.rollback()
    bought = db.session.scalars(select(TicketOrder)).one()
    assert (bought.player_public_identifier, bought.player_private_identifier) == ("player-7", "player-7")
    records = guest.page("/embed/rounds")
    assert "partnerId=" in records
    assert "playerUname=Ada" in records


def test_nothing_is_sold_where_the_address_is_wrong(guest: Guest) -> None:
    entry = guest.page("/embed", basePriceSats="1", totalSats="1", houseEdge="0", numbers="1.2.3.4.5.6.7")
    assert 'value="19250"' in entry
    missing = replace(guest, query={"partnerId": guest.query["partnerId"], "playerUname": "Ada"})
    page = missing.page("/embed", numbers="1.2.3.4.5.6.7")
    assert "Sign in at <bdi>Lucky Shop</bdi>" in page
    assert "form_token" not in page
    assert 'value="19250"' in page  # who looks may see prices
    assert missing.post({"form_token": "x"}, SEVEN).status_code == 422
    odd = replace(guest, query=guest.query | {"playerUname": "<b>"})
    assert "<code>playerUname</code>" in odd.page("/embed")
    for query in ({"partnerId": "x"}, {"partnerId": guest.query["partnerId"].upper()}, {}):
        answer = replace(guest, query=query).get("/embed/luckotto")
        assert answer.status_code == 404
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert guest.get("/embed", partner="lucky-shop").status_code == 400
    assert orders() == 0


def test_a_paused_site_shows_no_grid(lottery: Lottery, guest: Guest) -> None:
    from app.core.database.session import transaction
    from app.people.partners import queries, service

    form = guest.form()
    db.session.rollback()
    with transaction():
        site = queries.site_by_name("lucky-shop")
        assert site is not None
        service.update_site(site, {"status": "paused"})
    page = guest.page("/embed")
    assert "not selling tickets right now" in page
    assert 'id="numbers"' not in page
    assert guest.post(form, SEVEN).status_code == 409


def test_a_partner_offers_the_games_of_its_choice(lottery: Lottery, guest: Guest) -> None:
    from app.core.database.session import transaction
    from app.people.partners import queries, service

    form = guest.form()
    path = guest.buy()
    db.session.rollback()
    with transaction():
        site = queries.site_by_name("lucky-shop")
        assert site is not None
        service.update_site(site, {"games": ["rounds"]})
    for game in ({}, {"game": "luckotto"}):
        page = guest.page("/embed", **game)
        assert "Choose your numbers" not in page
        assert "embed-switch" not in page
    assert guest.post(form, SEVEN).status_code == 409
    assert heading(guest.page(path)) == "Waiting for your payment"  # what exists stays valid
    assert guest.get("/embed", game="poker").status_code == 404


def test_names_that_run_the_other_way_turn_nothing_beside_them(lottery: Lottery) -> None:
    site = lottery.made(10, embed_origins=[SHOP], name="rtl-shop", display_name=SHOP_NAME)
    guest = Guest(
        lottery.client, {"partnerId": str(site.id), "playerUname": PLAYER_NAME, "playerIdentifier": PLAYER_NAME}
    )
    pages = [guest.page("/embed", game="luckotto"), guest.page("/embed/house-edge", game="luckotto")]
    path = guest.buy()
    pages.append(guest.page(path))
    order = db.session.scalars(select(LuckottoOrder)).one()
    lottery.pay(lottery.again({"id": str(order.id)}))
    lottery.mine()
    pages += [
        guest.page(path),
        guest.page("/embed/luckotto/players/~"),
        lottery.client.get(f"/luckotto/orders/{order.id}").text,
    ]
    assert [loose(page, SHOP_NAME, PLAYER_NAME) for page in pages] == [[] for _ in pages]
    assert (shown(pages, SHOP_NAME), shown(pages, PLAYER_NAME)) == (6, 5)
