"""Every gateway over its wire, with all that goes wrong there: what was paid is booked once, and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.ports import places
from app.filling import PURCHASES as BOUGHT
from app.money.gateways import asking, jobs, service
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.clients.interface import Client, Line
from app.money.gateways.clients.moncash import MonCash
from app.money.gateways.clients.paymongo import PayMongo
from app.money.gateways.clients.paypal import PayPal
from app.money.gateways.clients.stripe import Stripe
from app.money.gateways.purchases import PURCHASES
from app.money.gateways.reconciling import comparing
from app.money.gateways.reconciling import service as reconciling
from app.money.gateways.refunds import service as refunds
from app.money.gateways.service import Wanted
from app.money.gateways.settings import KeyAccount, MonCashAccount, PayPalAccount
from app.people.accounts import service as accounts
from app.people.players.profile import service as service_of_profiles
from tests.factories.gateways import Gateways
from tests.people.players.people import ADA
from tests.settings import dealt

from .shop import AMOUNT, FakeGateway, Shop

CURRENCY = {"moncash": "HTG", "stripe": "USD", "paymongo": "PHP", "paypal": "USD"}
BEGINS = {"moncash": "CreatePayment", "stripe": "sessions", "paymongo": "checkout_sessions", "paypal": "orders"}
REFUNDS = {"moncash": "Transfert", "stripe": "refunds", "paymongo": "refunds", "paypal": "/refund"}


def at_each(of_two: list[str], of_others: list[str]) -> pytest.MarkDecorator:
    """What goes wrong at MonCash or Stripe, which take turns; at the others the ways that differ most."""
    cases = dealt(("moncash", "stripe"), of_two)
    cases += [(name, wrong) for name in ("paymongo", "paypal") for wrong in of_others]
    return pytest.mark.parametrize(("wired", "wrong"), cases, indirect=["wired"])


class Wired(Shop):
    """The shop, at a simulated gateway."""

    gateways: Gateways
    provider: str
    clients: dict[str, Client]

    def create(self, amount: int = AMOUNT) -> UUID:
        with transaction():
            wanted = Wanted(self.user_id, self.provider, CURRENCY[self.provider], amount)
            return service.create(wanted, self.goods.name, new_id())

    def press(self, payment_id: UUID, act: str = "pay") -> None:
        url = self.row(payment_id).url
        db.session.rollback()
        assert url is not None
        self.gateways.press(url, act)

    def goes_wrong(self, name: str, **more: object) -> None:
        self.gateways.control(self.provider, next=name, **more)

    def settled(self, payment_id: UUID, times: int = 3) -> str:
        for _ in range(times):
            self.ask(payment_id)
        return self.state(payment_id)

    def money(self, kind: str, owner: object = "") -> int:
        asked = text("SELECT coalesce(sum(balance), 0) FROM ledger_accounts WHERE kind = :kind AND owner = :owner")
        found = db.session.scalar(asked, {"kind": kind, "owner": str(owner)})
        db.session.rollback()
        return int(found or 0)

    def compare(self, payment_id: UUID) -> int | None:
        """As many differences as this payment has: the simulator knows those of other tests, and holds their money."""
        client = self.clients[self.provider]
        of_all = type(client).list_since

        def of_this(moment: datetime) -> list[Line] | None:
            lines = of_all(client, moment)
            return None if lines is None else [one for one in lines if one.payment == str(payment_id)]

        vars(client)["list_since"] = of_this
        vars(client)["funds"] = tuple
        return comparing.compare(self.provider)

    def stand(self) -> tuple[int, int]:
        """What is in the wallet, and what the gateway holds for us with what it kept."""
        held = self.money("clearing", self.provider) + self.money("fees")
        if self.provider == "moncash":
            held += self.money("clearing", "moncash-prefund")
        return self.money("wallet", self.user_id), held


def _clients(environ: Mapping[str, str]) -> dict[str, Client]:
    moncash = MonCashAccount(
        environ["DEMO_MONCASH_URL"],
        environ["DEMO_MONCASH_CLIENT_ID"],
        environ["DEMO_MONCASH_CLIENT_SECRET"],
        environ["DEMO_MONCASH_PREFUNDED_CLIENT_ID"],
        environ["DEMO_MONCASH_PREFUNDED_CLIENT_SECRET"],
    )
    stripe = KeyAccount(environ["DEMO_STRIPE_URL"], environ["DEMO_STRIPE_KEY"], environ["DEMO_STRIPE_WEBHOOK_SECRET"])
    paymongo = KeyAccount(
        environ["DEMO_PAYMONGO_URL"], environ["DEMO_PAYMONGO_KEY"], environ["DEMO_PAYMONGO_WEBHOOK_SECRET"]
    )
    paypal = PayPalAccount(
        environ["DEMO_PAYPAL_URL"],
        environ["DEMO_PAYPAL_CLIENT_ID"],
        environ["DEMO_PAYPAL_CLIENT_SECRET"],
        environ["DEMO_PAYPAL_WEBHOOK_ID"],
        environ["DEMO_PAYPAL_ROOT_FILE"],
    )
    return {
        "moncash": MonCash(moncash),
        "stripe": Stripe(stripe),
        "paymongo": PayMongo(paymongo),
        "paypal": PayPal(paypal),
    }


def _wired(provider: str, app: Flask, gateways: Gateways) -> Wired:
    wired = Wired(app, FakeGateway(provider))
    wired.open()
    wired.gateways, wired.provider = gateways, provider
    wired.clients = {provider: _clients(gateways.environ)[provider]}
    places(app).held[CLIENTS] = wired.clients
    breaker(provider).close()
    return wired


@pytest.fixture(params=list(CURRENCY))
def wired(request: pytest.FixtureRequest, ports: Flask, session: scoped_session[Session], gateways: Gateways) -> object:
    session.commit()
    made = _wired(request.param, ports, gateways)
    yield made
    assert made.breaches() == []


@pytest.fixture
def cards(ports: Flask, session: scoped_session[Session], gateways: Gateways) -> Wired:
    session.commit()
    return _wired("stripe", ports, gateways)


@pytest.fixture
def gourdes(ports: Flask, session: scoped_session[Session], gateways: Gateways) -> Wired:
    session.commit()
    return _wired("moncash", ports, gateways)


def test_a_payment_is_made_given_back_and_agrees_with_the_gateways_list(wired: Wired) -> None:
    payment_id = wired.begun()
    assert wired.settled(payment_id) == "pending"
    wired.press(payment_id)
    assert wired.settled(payment_id) == "succeeded"
    assert wired.stand() == (AMOUNT, AMOUNT)
    assert wired.compare(payment_id) == 0
    wired.refund(payment_id, 20_000)
    assert (wired.state(payment_id), wired.stand()) == ("partly_refunded", (30_000, 30_000))
    assert wired.compare(payment_id) == 0


@at_each(
    ["cut", "error", "lost_answer", "error_with_effect", "html", "hang_with_effect", "rate_limited"],
    ["error", "lost_answer"],
)
def test_whatever_happens_while_it_is_begun_it_is_paid_once_or_not_at_all(wired: Wired, wrong: str) -> None:
    wired.goes_wrong(wrong, path=BEGINS[wired.provider])
    payment_id = wired.begun()
    state = wired.settled(payment_id)
    if state == "pending":
        wired.press(payment_id)
        assert wired.settled(payment_id) == "succeeded"
        assert wired.stand() == (AMOUNT, AMOUNT)
    else:
        assert state in ("unknown", "failed")
        assert wired.stand() == (0, 0)
    assert wired.compare(payment_id) == 0


@at_each(["cut", "error", "hang", "html", "hidden", "wrong_unit_told", "rate_limited"], ["error", "hidden"])
def test_whatever_is_answered_wrongly_when_it_is_asked_about_the_truth_is_booked(wired: Wired, wrong: str) -> None:
    payment_id = wired.begun()
    wired.press(payment_id)
    wired.goes_wrong(wrong)
    wired.ask(payment_id)
    assert wired.state(payment_id) == "pending"
    assert wired.stand() == (0, 0)
    assert wired.settled(payment_id) == "succeeded"
    assert wired.stand() == (AMOUNT, AMOUNT)


@at_each(["cut", "error", "lost_answer", "error_with_effect", "hang_with_effect"], ["error", "lost_answer"])
def test_a_refund_goes_out_once_whatever_is_answered(wired: Wired, wrong: str) -> None:
    payment_id = wired.begun()
    wired.press(payment_id)
    assert wired.settled(payment_id) == "succeeded"
    wired.goes_wrong(wrong, path=REFUNDS[wired.provider])
    refund_id = wired.refund(payment_id)
    wired.ask_refund(refund_id)
    if wired.refunds(payment_id) == ["asked"]:  # it never got there, which nobody knows for an hour
        wired.later(payment_id, hours=2)
        wired.ask_refund(refund_id)
        assert (wired.state(payment_id), wired.stand()) == ("refund_failed", (AMOUNT, AMOUNT))
    else:
        assert (wired.state(payment_id), wired.stand()) == ("refunded", (0, 0))


@at_each(["partial_payment"], [])
def test_half_of_it_goes_back(wired: Wired, wrong: str) -> None:
    payment_id = wired.begun()
    wired.goes_wrong(wrong)
    wired.press(payment_id)
    wired.settled(payment_id, 4)
    asking.run()
    assert (wired.state(payment_id), wired.stand()) == ("refunded", (0, 0))


@pytest.mark.parametrize("wired", ["stripe", "paymongo", "paypal"], indirect=True)
def test_what_a_gateway_has_still_to_decide_is_neither_over_nor_paid_again(wired: Wired) -> None:
    payment_id = wired.begun()
    wired.goes_wrong("pending_payment")
    assert wired.settled(payment_id, 1) == "pending"
    wired.press(payment_id)
    assert wired.settled(payment_id, 1) == "pending"
    assert wired.row(payment_id).url is None
    db.session.rollback()
    with pytest.raises(DomainError, match="payment_is_processing"):
        asking.cancel(payment_id)
    wired.later(payment_id, hours=2)
    assert (wired.settled(payment_id), wired.goods.told) == ("pending", []), "its time is up, and it may still succeed"
    wired.gateways.control(wired.provider, advance=400)
    assert (wired.settled(payment_id), wired.stand()) == ("succeeded", (AMOUNT, AMOUNT))


def test_what_is_paid_after_its_end_goes_back(gourdes: Wired) -> None:
    payment_id = gourdes.begun()
    gourdes.press(payment_id, "expire")
    gourdes.later(payment_id, hours=2)
    assert gourdes.settled(payment_id) == "expired"
    gourdes.gateways.control("moncash", do="late_success", payment=str(payment_id))
    gourdes.later(payment_id, minutes=11)
    asking.run()
    assert (gourdes.state(payment_id), gourdes.stand()) == ("refunded", (0, 0))


def test_a_payer_who_is_refused_by_the_purchase_gets_it_back(gourdes: Wired) -> None:
    gourdes.goods.refuses = "payer_not_yours"
    payment_id = gourdes.begun()
    gourdes.press(payment_id)
    gourdes.settled(payment_id)
    asking.run()
    assert (gourdes.state(payment_id), gourdes.stand()) == ("refunded", (0, 0))


def test_moncash_takes_whole_gourdes_within_its_bounds(gourdes: Wired) -> None:
    for amount, code in ((150, "amount_not_whole"), (75_001_00, "amount_outside_gateway")):
        with pytest.raises(Exception, match=code):
            gourdes.create(amount)


def test_a_return_and_an_alert_of_moncash_lead_to_the_payment(gourdes: Wired) -> None:
    payment_id = gourdes.begun()
    gourdes.press(payment_id)
    anybody = gourdes.app.test_client()
    alert = next(one for one in reversed(gourdes.gateways.notices("moncash")))
    assert anybody.post("/api/webhooks/moncash", data=alert["body"]).status_code == 204
    number = alert["body"].partition("=")[2]
    back = anybody.get(f"/payments/return/moncash?transactionId={number}")
    assert (back.status_code, back.location) == (303, f"/payments/{payment_id}")
    assert gourdes.state(payment_id) == "succeeded"
    jobs.understand()
    assert db.session.scalar(text("SELECT payment_id FROM gateway_notices")) == payment_id


@pytest.mark.parametrize("wired", ["stripe", "paymongo", "paypal"], indirect=True)
def test_notices_are_taken_by_their_signature_alone(wired: Wired) -> None:
    payment_id, path = wired.begun(), f"/api/webhooks/{wired.provider}"
    wired.goes_wrong("wrong_signature")
    wired.press(payment_id)
    anybody, answers = wired.app.test_client(), []
    for one in wired.gateways.notices(wired.provider):
        if str(payment_id) in one["body"]:
            answers.append(anybody.post(path, data=one["body"].encode(), headers=one["headers"]).status_code)
    assert answers.count(400) == 1
    assert answers.count(204) == len(answers) - 1
    forged, signature = json.dumps({"id": "evt_x", "type": "paid"}), {"Stripe-Signature": "t=1,v1=aa"}
    assert anybody.post(path, data=forged, headers=signature).status_code == 400
    wired.later(payment_id, minutes=1)
    jobs.understand()
    jobs.ask()
    assert (wired.state(payment_id), wired.stand()) == ("succeeded", (AMOUNT, AMOUNT))


@pytest.mark.parametrize("wired", ["stripe", "paymongo", "paypal"], indirect=True)
def test_a_refund_that_nobody_asked_for_is_found_as_soon_as_its_notice_comes(wired: Wired) -> None:
    """The notice is a hint: the gateway is asked, and says it. MonCash has no refunds, and signs nothing."""
    payment_id = wired.begun()
    wired.press(payment_id)
    assert wired.settled(payment_id) == "succeeded"
    charge, anybody = wired.row(payment_id).charge_id, wired.app.test_client()
    db.session.rollback()
    wired.gateways.control(wired.provider, do="unasked_refund", payment=charge)
    wired.later(payment_id, minutes=1)
    names = (str(payment_id), charge)
    news = [one for one in wired.gateways.notices(wired.provider) if any(name in one["body"] for name in names)]
    latest = next(one for one in news if "refunded" in one["body"].lower())
    path = f"/api/webhooks/{wired.provider}"
    assert anybody.post(path, data=latest["body"].encode(), headers=latest["headers"]).status_code == 204
    jobs.understand()
    for _ in range(2):
        jobs.ask()
        wired.later(payment_id, minutes=1)
    assert (wired.state(payment_id), refunds.left(wired.row(payment_id))) == ("refunded", 0)
    db.session.rollback()
    assert wired.money("unexplained") == AMOUNT
    assert wired.compare(payment_id) == 1, "the same one, which the list has too"
    assert (wired.money("unexplained"), wired.alarms()) == (AMOUNT, {"gateway_differs"})


def test_a_refund_fails_after_a_day_and_the_money_is_the_players_again(cards: Wired) -> None:
    payment_id = cards.begun()
    cards.press(payment_id)
    assert cards.settled(payment_id) == "succeeded"
    cards.goes_wrong("refund_fails_later")
    refund_id = cards.refund(payment_id)
    assert (cards.state(payment_id), cards.stand()) == ("refunded", (0, 0))
    cards.gateways.control("stripe", advance=90_000)
    cards.ask_refund(refund_id)
    assert (cards.state(payment_id), cards.stand()) == ("refund_failed", (AMOUNT, AMOUNT))
    assert cards.breaches() == []


@pytest.mark.parametrize(("ending", "state", "wallet"), [("won", "dispute_won", AMOUNT), ("lost", "dispute_lost", 0)])
def test_a_dispute_is_heard_of_and_ends(cards: Wired, ending: str, state: str, wallet: int) -> None:
    payment_id = cards.begun()
    cards.press(payment_id)
    assert cards.settled(payment_id) == "succeeded"
    charge = cards.row(payment_id).charge_id
    db.session.rollback()
    cards.gateways.control("stripe", do="dispute", payment=charge)
    assert (cards.settled(payment_id, 2), cards.money("disputed")) == ("disputed", AMOUNT)
    assert db.session.scalar(text("SELECT answer_by > now() + interval '1 day' FROM gateway_disputes")) is True
    assert refunds.left(cards.row(payment_id)) == 0, "the bank has it"
    db.session.rollback()
    cards.gateways.control("stripe", do=f"dispute_{ending}", payment=charge)
    assert cards.settled(payment_id, 2) == state
    assert cards.stand() == (wallet, wallet)
    assert cards.breaches() == []


def test_the_nightly_comparison_finds_what_no_notice_told(cards: Wired) -> None:
    """A payment that was paid unseen, and a refund that nobody here asked for."""
    payment_id = cards.begun()
    cards.press(payment_id)
    assert cards.compare(payment_id) == 0
    assert cards.state(payment_id) == "succeeded"
    charge = cards.row(payment_id).charge_id
    db.session.rollback()
    cards.gateways.control("stripe", do="unasked_refund", payment=charge)
    for _ in range(2):
        assert cards.compare(payment_id) == 1
    found = reconciling.open_differences()
    assert [(one.kind, one.ours_minor, one.theirs_minor) for one in found] == [("refund_nobody_asked", 0, AMOUNT)]
    db.session.rollback()
    assert (cards.money("unexplained"), cards.alarms()) == (AMOUNT, {"gateway_differs"})
    cards.goes_wrong("error")
    assert cards.compare(payment_id) is None
    assert "gateway_not_compared" in cards.alarms()


@pytest.mark.parametrize("wired", ["stripe", "paymongo", "paypal"], indirect=True)
def test_a_refund_that_the_gateway_has_made_before_is_found_and_no_failure(wired: Wired) -> None:
    payment_id = wired.begun()
    wired.press(payment_id)
    assert wired.settled(payment_id) == "succeeded"
    charge = wired.row(payment_id).charge_id
    db.session.rollback()
    wired.gateways.control(wired.provider, do="unasked_refund", payment=charge)
    wired.refund(payment_id)
    assert (wired.state(payment_id), wired.alarms()) == ("refund_failed", {"refund_made_elsewhere"})
    assert wired.compare(payment_id) == 1
    assert (wired.state(payment_id), wired.alarms()) == ("refunded", {"gateway_differs"})
    assert (wired.money("wallet", wired.user_id), wired.money("unexplained")) == (AMOUNT, AMOUNT)


@pytest.mark.parametrize("phone", ["+50937007294", "+50934101234"])
def test_a_top_up_by_the_players_own_number_is_in_the_wallet(ports: Flask, gourdes: Wired, phone: str) -> None:
    """And by another's goes back; all of it over HTTP, with wallets as they are."""
    fill_with_wallets(ports)
    with transaction():
        user_id = accounts.user_with_phone("+50937007294")
        service_of_profiles.register(user_id, ADA, "en")
        token = accounts.open_session(user_id, agent="app")
    person = ports.test_client()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    wanted = {"amountMinor": AMOUNT, "gateway": "moncash"}
    begun = person.post("/api/players/wallets/HTG/topups", json=wanted, headers=headers)
    assert begun.status_code == 201, begun.text
    payment = begun.json["payment"]
    gourdes.gateways.press(payment["url"], "pay", phone.removeprefix("+"))
    assert person.get(f"/payments/{payment['id']}/return").status_code == 303
    gourdes.ask(UUID(payment["id"]))
    asking.run()
    is_own = phone == "+50937007294"
    told = person.get(f"/api/players/payments/{payment['id']}", headers=headers).json["payment"]["status"]
    assert told == ("succeeded" if is_own else "refunded")
    wallets = person.get("/api/players/wallets", headers=headers).json
    assert [one["balanceMinor"] for one in wallets["wallets"] if one["currency"] == "HTG"] == [AMOUNT if is_own else 0]


def fill_with_wallets(app: Flask) -> None:
    """As the product has it."""
    PURCHASES.fill(app, {one.kind.name: one for one in BOUGHT})
