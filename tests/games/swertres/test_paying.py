"""A card that is paid by GCash: kept until it is paid, a card from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core.database.session import db, transaction
from app.core.ports import places
from app.faces.admin.wallets import accounts
from app.games.swertres.game import SWERTRES
from app.money.gateways.checks import payments_agree
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.clients.interface import Begun, Told
from app.money.gateways.models import GatewayPayment
from app.money.wallets.origins import service as origins
from app.record.ledger.entries import AccountRef
from app.selling.bets.models import BetDraw
from app.selling.bets.sale.reserving.releasing import release
from tests.faces.play.wallet.reading import key_on, read
from tests.money.gateways.shop import paid
from tests.selling.bets.test_reservations import PayMongo

from .conftest import Shop

API = "/api/swertres/bets"


@pytest.fixture
def gateway(app: Flask) -> Iterator[PayMongo]:
    held = dict(places(app).held)
    made = PayMongo(name="paymongo", currencies=frozenset({"PHP"}), refunds_from="paymongo")
    places(app).held[CLIENTS] = {made.name: made}
    yield made
    places(app).held.clear()
    places(app).held.update(held)


def test_a_card_by_gcash_is_kept_until_it_is_paid(shop: Shop, gateway: PayMongo) -> None:
    ada, game = shop.bettor(money=0), shop.open()[0]
    bet = {"gameId": game.id, "number": "047", "amountCentavos": 50_00}
    little = shop.bet(ada, {"bets": [{**bet, "amountCentavos": 10_00}], "payment": "gcash"}, "little")
    assert little.get_json()["refusals"] == [{"reason": "payment_minimum", "remainingCentavos": 30_00}]
    placed = shop.bet(ada, {"bets": [bet], "payment": "gcash"})
    assert placed.status_code == 201, placed.text
    card, payment = placed.get_json()["card"], placed.get_json()["payment"]
    assert (card["status"], card["paymentStatus"]) == (None, "pending")
    assert payment["redirectUrl"] == "https://gateway.example/pay"
    assert shop.bet(ada, {"bets": [bet], "payment": "gcash"}).get_json() == placed.get_json()
    assert gateway.calls["begin"] == 1, "the same key begins one payment"
    assert ada.get(f"{API}/my-bets").get_json()["items"] == [], "until it is paid it is no bet"
    second = shop.bet(ada, {"bets": [bet], "payment": "gcash"}, "second").get_json()
    assert [one["reason"] for one in second["refusals"]] == ["reservation_open"]

    gateway.answer = paid(50_00, currency="PHP")
    payment_id = db.session.scalars(select(GatewayPayment.id)).one()
    with transaction():
        db.session.execute(update(GatewayPayment).values(asked_at=None))
    asked = unescape(ada.get(f"/payments/{payment_id}").text)
    assert f">Swertres {card['code']}</a>" in asked, "what it buys has a name"
    assert "data-countdown" in asked
    assert "Manila" in asked
    assert " UTC" not in asked
    came = unescape(ada.get(f"/payments/{payment_id}?back=1").text)
    assert not re.search(r'button-primary[^>]*href="https://gateway', came), "he may have paid already"
    waiting = unescape(ada.get(f"/swertres/bet/success?card={card['id']}").text)
    assert "This card waits for its payment" in waiting
    assert f"/payments/{payment_id}" in waiting
    mine = unescape(ada.get("/swertres/my-bets").text)
    assert "This card waits for its payment" in mine
    assert card["code"] in mine
    assert "You have not bet yet" not in mine
    assert ada.get(f"{API}/my-cards/{card['id']}/receipt").get_json()["code"] == "receipt_not_yet"
    back = ada.get(f"/payments/{payment_id}/return").headers["Location"]
    assert back == f"/swertres/bet/success?card={card['id']}"
    bought = unescape(ada.get(back).text)
    assert "Your card is bought" in bought
    told = unescape(ada.get("/play/notices").text)
    assert f"You paid by GCash. It paid for Swertres {card['code']} at once" in told
    assert "in your wallet" not in told
    assert card["code"] in bought
    assert f'href="{back}"' in ada.get(f"/payments/{payment_id}").text
    assert back not in shop.app.test_client().get(f"/payments/{payment_id}").text, "whose it is nobody else is told"
    now = ada.get(f"{API}/my-cards/{card['id']}").get_json()
    assert (now["status"], now["paymentStatus"], now["bets"][0]["status"]) == ("confirmed", "succeeded", "active")
    assert payments_agree() == [], "what came in went straight into stakes"
    staked_on = AccountRef("stakes", str(db.session.scalar(select(BetDraw.id).where(BetDraw.name == game.id))), "PHP")
    assert accounts.in_words(staked_on) == f"Staked on draws to come: Swertres, draw {game.id}", "as operators read it"


def test_what_the_gateway_has_still_to_decide_is_not_paid_again(shop: Shop, gateway: PayMongo) -> None:
    place = "https://gateway.example/pay"
    gateway.beginning = Begun("cs_1", place)
    ada, game = shop.bettor(money=0), shop.open()[0]
    bet = {"gameId": game.id, "number": "047", "amountCentavos": 50_00}
    card = shop.bet(ada, {"bets": [bet], "payment": "gcash"}).get_json()["card"]
    payment_id = db.session.scalars(select(GatewayPayment.id)).one()
    for url in ("", place):  # it was declined in the end, and may be tried again
        gateway.answer = Told("open", url=url)
        with transaction():
            db.session.execute(update(GatewayPayment).values(asked_at=None))
        ada.get(f"/payments/{payment_id}/return")
        page = unescape(ada.get(f"/payments/{payment_id}").text)
        assert ("Your payment is being processed" in page) is (url == "")
        assert ("Nothing has been paid yet" in page) is (url == place)
        assert (f'href="{place}"' in page) is (url == place)
        assert ("Pay another way" in ada.get(f"/swertres/my-bets/{card['id']}").text) is (url == place)


def test_who_pays_too_late_is_told_that_he_paid(shop: Shop, gateway: PayMongo) -> None:
    ada, game = shop.bettor(money=0), shop.open()[0]
    bet = {"gameId": game.id, "number": "047", "amountCentavos": 50_00}
    card = shop.bet(ada, {"bets": [bet], "payment": "gcash"}).get_json()["card"]
    assert "Paid, and no bet" not in ada.get("/swertres/my-bets").text
    gateway.answer = paid(50_00, currency="PHP")
    payment_id = db.session.scalars(select(GatewayPayment.id)).one()
    with transaction():
        db.session.execute(update(GatewayPayment).values(asked_at=None))
        assert release(UUID(card["id"]), "reservation_over")
    ada.get(f"/payments/{payment_id}/return")
    page = unescape(ada.get(f"/swertres/bet/success?card={card['id']}").text)
    assert "You paid ₱50.00, and this card is no bet" in page
    assert "It came after the time to pay was over" in page
    assert re.search(r'href="/swertres/bet/confirm\?line=047:s:5000:[^"]*">\s*Pay for it anew', page)
    assert f'href="/payments/{payment_id}"' in page
    assert "was not paid" not in page
    mine = ada.get("/swertres/my-bets").text
    assert card["code"] in mine
    assert "Paid, and no bet" in mine
    assert "You have not bet yet" not in mine


def test_who_paid_another_amount_reads_what_came_in(shop: Shop, gateway: PayMongo) -> None:
    ada, game = shop.bettor(money=0), shop.open()[0]
    bet = {"gameId": game.id, "number": "047", "amountCentavos": 50_00}
    card = shop.bet(ada, {"bets": [bet], "payment": "gcash"}).get_json()["card"]
    payment_id = db.session.scalars(select(GatewayPayment.id)).one()
    gateway.answer = paid(25_00, currency="PHP", reference=str(payment_id))
    for _ in range(3):  # less is believed once it was said again and again
        with transaction():
            db.session.execute(update(GatewayPayment).values(asked_at=None))
        ada.get(f"/payments/{payment_id}/return")
    page = unescape(ada.get(f"/swertres/my-bets/{card['id']}").text)
    assert "You paid ₱25.00, and this card is no bet" in page
    assert "Another amount came in than was asked for." in page
    assert "The card costs ₱50.00; ₱25.00 came in." in page


def test_the_page_offers_what_can_succeed(shop: Shop, gateway: PayMongo, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, game = shop.bettor(money=0), shop.open()[0]
    little = ada.get(f"/swertres/bet/confirm?line=047:s:1000:{game.id}").text
    assert 'value="gcash"' not in little
    assert "By GCash from ₱30.00 on." in little
    assert re.search(r'button-primary" href="/play/wallet/top-up', little)
    enough = ada.get(f"/swertres/bet/confirm?line=047:s:5000:{game.id}").text
    assert re.search(r'button-primary"[^>]*value="gcash"', enough)
    assert "Top it up first" not in enough, "nothing is in the way"
    capped = replace(SWERTRES.limits(), most_total=40_00)
    monkeypatch.setattr(type(SWERTRES), "limits", lambda _: capped)
    above = ada.get(f"/swertres/bet/confirm?line=047:s:5000:{game.id}").text
    assert "A card may cost at most ₱40.00." in above
    assert 'name="payment"' not in above, "however it is paid"
    assert re.search(r'button-primary" href="[^"]*">Change the card', above)


def test_the_page_leads_on_to_the_payment(shop: Shop, gateway: PayMongo) -> None:
    ada, game = shop.bettor(money=0), shop.open()[0]
    asked = unescape(ada.get(f"/swertres/bet/confirm?line=047:s:5000:{game.id}").text)
    assert "Pay by GCash" in asked
    assert "Pay by card" not in asked, "nobody takes cards here"
    form = {"card": re.search(r'name="card"[^>]*value="([^"]+)"', asked)[1], "line": f"047:s:5000:{game.id}"}  # type: ignore[index]
    bought = ada.post("/swertres/bet/confirm", {**form, "payment": "gcash"})
    assert bought.status_code == 303, bought.text
    assert ada.get(bought.headers["Location"]).status_code == 200
    assert gateway.calls["begin"] == 1
    assert "47" in ada.get(f"/swertres/my-bets/{form['card']}").text


def test_each_way_says_what_it_makes_wait_and_the_one_that_does_comes_last(shop: Shop, gateway: PayMongo) -> None:
    """On the page that chooses, on the payment's, and then where money leaves: how much, and until when."""
    stripe = PayMongo(name="stripe", currencies=frozenset({"PHP"}), refunds_from="stripe")
    places(shop.app).held[CLIENTS] = {gateway.name: gateway, stripe.name: stripe}
    ada, game = shop.bettor(money=40_00), shop.open()[0]
    assert ada.id is not None
    line = f"047:s:5000:{game.id}"
    asked = unescape(ada.get(f"/swertres/bet/confirm?line={line}").text)
    order = re.findall(r'class="button( button-primary)?"\s+name="payment" value="(\w+)"', asked)
    assert order == [(" button-primary", "gcash"), ("", "card")], "nothing is offered that the wallet has not got"
    assert "From the wallet once ₱10.00 more are in it" in asked
    by_card = re.search(r'id="means-card">([^<]+)<', asked)
    assert by_card is not None
    assert "all that you have won waits for 30 days before it may leave, or 120 without 3-D Secure" in by_card[1]
    assert re.search(r'id="means-gcash">It makes none of your winnings wait', asked)
    enough = ada.get(f"/swertres/bet/confirm?line=047:s:3000:{game.id}").text
    assert re.search(r'button-primary"\s+name="payment" value="wallet"', enough)
    assert re.search(r'id="means-wallet">It makes none of your winnings wait', enough)

    form = {"card": re.search(r'name="card"[^>]*value="([^"]+)"', asked)[1], "line": line}  # type: ignore[index]
    payment = ada.post("/swertres/bet/confirm", {**form, "payment": "card"}).headers["Location"]
    assert by_card[1] in unescape(ada.get(payment).text)
    stripe.answer = replace(paid(50_00, currency="PHP"), is_card=True, has_3ds=True)
    with transaction():
        db.session.execute(update(GatewayPayment).values(asked_at=None))
    ada.get(f"{payment}/return")
    with transaction():
        origins.play(ada.id, "PHP", 40_00, 0)
    page = ada.get("/play/wallet/draw?currency=PHP")
    assert re.search(r"40\.00 PHP until \d+ \w+ \d{4}, \d\d:\d\d Manila .*because of the card payment of", read(page))
    assert f'href="{payment}">To the payment' in page.text
    again = unescape(ada.get(f"/swertres/bet/confirm?line=048:s:3000:{game.id}").text)
    assert "You have paid by card before: what you win may leave from" in again


def test_who_comes_back_to_buy_the_same_card_is_told_that_he_has(shop: Shop) -> None:
    ada, game = shop.bettor(), shop.open()[0]
    page = f"/swertres/bet/confirm?line=047:s:5000:{game.id}&line=123:r:2000:{game.id}"
    other = f"/swertres/bet/confirm?line=047:s:2000:{game.id}&line=123:r:5000:{game.id}"

    def buy() -> str:
        asked = ada.get(page).text
        form = {"card": re.search(r'name="card"[^>]*value="([^"]+)"', asked)[1], "payment": "wallet"}  # type: ignore[index]
        line = f"047:s:5000:{game.id} 123:r:2000:{game.id}"
        assert ada.post("/swertres/bet/confirm", {**form, "line": line}).status_code == 303
        return form["card"]

    assert "bought this card already" not in ada.get(page).text
    first = buy()
    told = unescape(ada.get(page).text)
    assert "You have bought this card already" in told
    assert f'href="/swertres/my-bets/{first}">To that card' in told
    assert "Buy it once more, ₱70.00 from the wallet" in told
    assert "Pay ₱70.00" not in told
    assert "bought this card already" not in ada.get(other).text, "of as many bets, for as much"
    assert buy() != first, "nothing is in the way"
    with transaction():
        db.session.execute(text("ALTER TABLE bet_tickets DISABLE TRIGGER USER"))
        db.session.execute(text("UPDATE bet_tickets SET made_at = made_at - interval '11 minutes'"))
        db.session.execute(text("ALTER TABLE bet_tickets ENABLE TRIGGER USER"))
    assert "bought this card already" not in ada.get(page).text


def test_who_tops_up_for_a_card_is_led_back_to_it(shop: Shop, gateway: PayMongo) -> None:
    ada, game = shop.bettor(money=40_00), shop.open()[0]
    card = f"/swertres/bet/confirm?line=047:s:10000:{game.id}"
    top_up = unescape(re.search(r'href="(/play/wallet/top-up[^"]+)"', ada.get(card).text)[1])  # type: ignore[index]
    form = ada.get(top_up)
    assert 'value="60.00"' in form.text, "what the wallet lacks"
    begun = ada.post(
        "/play/wallet/top-up", {"key": key_on(form), "currency": "PHP", "amount": "60", "gateway": "paymongo"}
    )
    payment = begun.headers["Location"]
    assert "Go on with what you were buying" not in ada.get(payment).text, "it is not paid yet"
    gateway.answer = paid(60_00, currency="PHP")
    with transaction():
        db.session.execute(update(GatewayPayment).values(asked_at=None))
    ada.get(f"{payment}/return")
    there = re.search(r'href="([^"]+)">Go on with what you were buying', ada.get(payment).text)
    assert there is not None
    assert "Pay ₱100.00 from the wallet" in unescape(ada.get(unescape(there[1])).text)
    ada.get("/play/wallet/top-up?currency=PHP&next=https://elsewhere.example/")
    assert "Go on with" not in ada.get(payment).text
