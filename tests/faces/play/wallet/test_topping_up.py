"""Paying in by a form: what is left is said before, what is refused beside its field, two clicks make one payment, and
its page goes with it to its end, for its payer alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.gateways import asking, service
from app.money.gateways.clients.interface import Begun, DisputeTold, Refused, Told
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.models import User
from app.people.notices import queries as notices
from app.people.players import service as limits
from tests.money.gateways.shop import FakeGateway, paid
from tests.personas import Persona

from .conftest import browser_of
from .reading import key_on, read

PLACE = "/play/wallet/top-up"
LIVE = {"HX-Request": "true"}


def count(table: str) -> int:
    return int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def pay(who: Persona, **more: str) -> Any:
    form = {"key": "k1", "currency": "HTG", "amount": "200", "gateway": "moncash"}
    return who.post(PLACE, {**form, **more})


def signed_in_as(browser: FlaskClient) -> Persona:
    """Somebody who has not registered."""
    with transaction():
        user_id = accounts.user_with_phone("+50934777777")
        token = accounts.open_session(user_id, agent="a test")
    with browser.application.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    return Persona(browser, user_id, "+50934777777")


def again(payment_id: str) -> None:
    """Asked once more, as if nobody had asked a moment ago."""
    with transaction():
        db.session.execute(text("UPDATE gateway_payments SET asked_at = NULL"))
    asking.ask(UUID(payment_id))


def told(who: Persona) -> list[tuple[str, str]]:
    assert who.id is not None
    found = [(one.kind, one.words.path) for one in notices.page_of(who.id, 50)]
    db.session.rollback()
    return found


def test_what_is_left_is_said_before_and_refusals_beside_their_field(ada: Persona, gateway: FakeGateway) -> None:
    assert ada.id is not None
    with transaction():
        limits.set_limit(ada.id, "HTG", "deposit", "day", 150_000)
    page = read(ada.get(PLACE))
    assert "in any 24 hours 265.50 HTG of 1,500.00 HTG" in page
    assert "MonCash" in page
    assert "the whole amount arrives" in page
    assert "Your limit does not count" not in page
    pesos = ada.get(f"{PLACE}?currency=PHP")
    assert "Nothing can be paid in here at the moment" in read(pesos)
    assert "Your limit does not count PHP Deposits in any 24 hours: 1,500.00 HTG" in read(pesos)
    assert "/play/limits?kind=deposit&amp;period=day&amp;currency=PHP#set" in pesos.text
    assert ada.get(f"{PLACE}?currency=sat").status_code == 404
    before = count("wallet_topups"), count("gateway_payments")
    for given, said in (
        ({"amount": "much"}, "Write the amount in digits"),
        ({"amount": "200.50"}, "takes whole amounts"),
        ({"amount": "265.51"}, "265.50 HTG"),
        ({"gateway": "paypal"}, "is not open at the moment"),
        ({"currency": "PHP"}, "takes other currencies"),
        ({"key": ""}, "This form has expired. Press again."),
    ):
        refused = pay(ada, **given)
        assert refused.status_code == 422, given
        assert said in read(refused), (given, read(refused))
        if "amount" in given:
            assert f'value="{given["amount"]}"' in refused.text
    assert (count("wallet_topups"), count("gateway_payments")) == before
    assert gateway.calls["begin"] == 0


def test_of_a_gateways_most_and_what_a_limit_leaves_the_smaller_is_said(ada: Persona, gateway: FakeGateway) -> None:
    def check(currency: str, amount: int) -> None:
        if not 10_000 <= amount <= 7_500_000:
            told = {"currency": currency, "leastMinor": 10_000, "mostMinor": 7_500_000}
            raise DomainError("amount_outside_gateway", field="amountMinor", **told)

    vars(gateway)["check"] = check
    assert "From 100.00 HTG to 75,000.00 HTG at once." in read(ada.get(PLACE))
    assert "takes amounts from 100.00 HTG to 75,000.00 HTG" in read(pay(ada, amount="50"))
    assert ada.id is not None
    with transaction():
        limits.set_limit(ada.id, "HTG", "deposit", "day", 150_000)
    refused = read(pay(ada, amount="50"))
    assert "From 100.00 HTG to 265.50 HTG now: no more is left of your limit." in refused
    assert "This way to pay takes 100.00 HTG or more." in refused
    assert "75,000.00" not in refused


def test_what_money_is_good_for_and_what_comes_first_is_said_before_the_form(
    app: Flask, ada: Persona, gateway: FakeGateway, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"unverified_limits": "HTG=150000"})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    page = read(ada.get(PLACE))
    assert "No game is played from an account yet" not in page, "one is"
    refused = read(pay(ada, amount="266"))
    assert "you may pay in 1,500.00 HTG in any 30 days, and 265.50 HTG of that are left." in refused
    stranger = signed_in_as(client)
    page = read(stranger.get(PLACE))
    assert "Register first" in page
    assert "Go on to pay" not in page


def test_two_clicks_make_one_payment_and_a_changed_form_asks(ada: Persona, gateway: FakeGateway) -> None:
    assert key_on(ada.get(PLACE)) != key_on(ada.get(PLACE))
    first, second = pay(ada), pay(ada)
    assert first.status_code == 303
    assert first.location == second.location
    assert first.location.startswith("/payments/")
    assert (gateway.calls["begin"], count("gateway_payments")) == (1, 1)
    changed = pay(ada, amount="300")
    assert (changed.status_code, count("gateway_payments")) == (422, 1)
    assert "This form was sent before" in read(changed)
    assert pay(ada, amount="300", key=key_on(changed)).location != first.location
    assert count("gateway_payments") == 2


def test_who_has_no_verified_number_is_not_let_into_what_would_only_go_back(
    app: Flask, ada: Persona, gateway: FakeGateway
) -> None:
    assert f"From your own verified number, {ada.email};" in read(ada.get(PLACE))
    assert f"To be paid from {ada.email}" in read(ada.get(pay(ada).location))
    with transaction():
        user = db.session.get_one(User, ada.id)
        user.email, user.phone = "ada@example.com", None
    refused = pay(ada, key="k2")
    assert (refused.status_code, count("gateway_payments")) == (422, 1)
    assert "Verify a number first." in read(refused)
    assert "/play/ways?next=" in refused.text


def test_an_unpaid_payment_says_what_it_holds_and_is_cancelled_by_its_payer_alone(
    app: Flask, ada: Persona, gateway: FakeGateway
) -> None:
    assert ada.id is not None
    with transaction():
        limits.set_limit(ada.id, "HTG", "deposit", "day", 150_000)
    place = pay(ada).location
    held = read(ada.get(PLACE))
    assert "in any 24 hours 65.50 HTG of 1,500.00 HTG" in held
    assert "200.00 HTG of it are held A payment of 200.00 HTG by MonCash is not paid yet." in held
    assert "200.00 HTG are held by a payment that is not paid yet." in read(pay(ada, key="k2"))
    assert "A payment of 200.00 HTG is not paid: it ends by itself at" in read(ada.get("/play/erase"))

    assert browser_of(app, 0).post(f"{place}/cancel").status_code == 404
    assert "Cancel this payment of 200.00 HTG?" in read(ada.get(f"{place}/cancel"))
    gateway.answer = Told("unknown")
    assert "nothing was cancelled" in read(ada.post(f"{place}/cancel", follow_redirects=True))
    gateway.answer = Told("open")
    assert "The payment was cancelled" in read(ada.post(f"{place}/cancel", follow_redirects=True))
    assert gateway.calls["cancel"] == 2
    assert "moved on since" in read(ada.post(f"{place}/cancel", follow_redirects=True))
    assert "265.50 HTG of 1,500.00 HTG" in read(ada.get(PLACE))

    gateway.answer = paid(20_000, payer=str(ada.email).removeprefix("+"))
    again(place.rsplit("/", 1)[1])
    assert "Your money is on its way back" in read(ada.get(place))


def test_what_was_paid_before_it_is_cancelled_stays_paid_and_after_its_end_nothing_offers_to_pay(
    ada: Persona, gateway: FakeGateway
) -> None:
    first, second = pay(ada).location, pay(ada, key="k2").location
    with transaction():
        db.session.execute(text("UPDATE gateway_payments SET expires_at = clock_timestamp() - interval '1 second'"))
    page = ada.get(first)
    assert "The time to pay is over Do not pay it any more." in read(page)
    assert "gateway.example" not in page.text
    assert f"{first}/cancel" not in page.text
    gateway.answer = paid(20_000, payer=str(ada.email).removeprefix("+"))
    assert "The money has arrived." in read(ada.post(f"{second}/cancel", follow_redirects=True))


def test_what_is_being_processed_is_not_listed_as_unpaid(ada: Persona, gateway: FakeGateway) -> None:
    gateway.beginning = Begun("its-own-id", "https://gateway.example/pay")
    payment_id = pay(ada).location.rsplit("/", 1)[1]
    gateway.answer = Told("open", url="")
    again(payment_id)
    page = read(ada.get("/play/wallet"))
    assert ("Is being processed" in page, "Waits for you to pay" in page) == (True, False)


def test_its_page_goes_with_it_to_its_end_for_its_payer_alone(app: Flask, ada: Persona, gateway: FakeGateway) -> None:
    place = pay(ada).location
    payment_id, anybody = place.rsplit("/", 1)[1], app.test_client()
    mine, theirs = ada.get(place), anybody.get(place)
    assert 'href="https://gateway.example/pay"' in mine.text
    assert "Paid with MonCash" in read(mine)
    for secret in ("gateway.example", "MonCash", "To be paid by", "/play/wallet/"):
        assert secret not in theirs.text, secret
    assert "Waiting for your payment" in read(theirs)
    assert "200.00 HTG" in read(theirs)
    assert ada.get(place, headers=LIVE).status_code == 200
    assert "Waits for you to pay" in read(ada.get("/play/wallet"))

    gateway.answer = paid(20_000, payer=str(ada.email).removeprefix("+"))
    assert "We are asking MonCash" in read(anybody.get(f"{place}?back=1")), "not that nothing was paid"
    assert anybody.get(f"{place}/return").location == place
    for _ in range(3):
        again(payment_id)
    assert ada.get(place, headers=LIVE).status_code == 286
    assert f"From your account …{str(ada.email)[-4:]}" in read(ada.get(place))
    assert str(ada.email)[-4:] not in read(anybody.get(place))
    assert "1,434.50 HTG" in read(ada.get("/play/wallet"))
    assert told(ada) == [("payment.arrived", place)]
    assert "200.00 HTG have arrived" in read(ada.get("/play/notices"))


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Refused("no"), "payment.failed", "The payment failed"),
        (Told("failed"), "payment.failed", "The payment failed"),
        (Told("expired"), "payment.not_paid", "The time to pay is over"),
        (Told("canceled"), "payment.not_paid", "The payment was cancelled"),
    ],
)
def test_what_comes_to_nothing_is_told_once(
    ada: Persona, gateway: FakeGateway, answer: Told | Refused, kind: str, words: str
) -> None:
    if isinstance(answer, Refused):
        gateway.beginning = answer
    else:
        gateway.answer = answer
    place = pay(ada).location
    for _ in range(2):
        again(place.rsplit("/", 1)[1])
    page = ada.get(place, headers=LIVE)
    assert (page.status_code, told(ada)) == (286, [(kind, place)])
    assert words in read(page)
    assert "/play/wallet/top-up?currency=HTG" in page.text


def test_what_goes_back_and_what_a_bank_asks_is_told_once_with_why(ada: Persona, gateway: FakeGateway) -> None:
    place = pay(ada).location
    gateway.answer = paid(20_000, payer="50934999999")
    for _ in range(2):
        again(place.rsplit("/", 1)[1])
        asking.run()
    page = read(ada.get(place))
    assert "Your money was given back" in page
    assert "from a number that is not your verified one" in page
    assert [kind for kind, _ in told(ada)] == ["payment.refund_sent", "payment.sent_back"]

    second = pay(ada, key="k2").location
    gateway.answer = paid(20_000, payer=str(ada.email), disputes=(DisputeTold("d1", 20_000, "open"),))
    for _ in range(2):
        again(second.rsplit("/", 1)[1])
    assert "Asked back by your bank" in read(ada.get(second))
    may_leave = read(ada.get("/play/wallet/draw?currency=HTG"))
    assert "that your bank asks back stay until it has decided" in may_leave
    with transaction():
        lost = {"disputes": (DisputeTold("d1", 20_000, "lost"),)}
        db.session.execute(text("UPDATE gateway_payments SET asked_at = NULL"))
        service.settle(UUID(second.rsplit("/", 1)[1]), paid(20_000, reference=second.rsplit("/", 1)[1], **lost))
    assert [kind for kind, _ in told(ada)][:3] == ["payment.dispute_lost", "payment.disputed", "payment.arrived"]
    assert len(told(ada)) == 5
    other = browser_of(ada.browser.application)
    assert told(other) == []


def test_what_no_game_takes_is_said_before_it_is_paid_in(ada: Persona, gateway: FakeGateway) -> None:
    assert "No game takes HTG yet Played from a wallet: Swertres (PHP)" in read(ada.get(f"{PLACE}?currency=HTG"))
    assert "No game takes" not in read(ada.get(f"{PLACE}?currency=PHP"))
    assert "Played with it: Swertres" in read(ada.get("/play/wallet"))
