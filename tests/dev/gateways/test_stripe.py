"""Stripe's own client against the simulator: what it makes, asks, gives back, and is told."""

from __future__ import annotations

import json
import time
from uuid import uuid4

import pytest
import requests
import stripe

from dev.gateways.stripe.wording import nested
from tests.factories.gateways import Gateways, Shop

CARD = "4242 4242 4242 4242"


@pytest.fixture
def client(gateways: Gateways) -> stripe.StripeClient:
    return stripe.StripeClient(
        gateways.environ["DEMO_STRIPE_KEY"],
        base_addresses={"api": gateways.url("stripe")},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=20),
    )


def intent(client: stripe.StripeClient, amount: int = 2000, currency: str = "usd", key: str = "", **more: object):
    params = {"amount": amount, "currency": currency, "automatic_payment_methods": {"enabled": True}, **more}
    return client.v1.payment_intents.create(params, {"idempotency_key": key or str(uuid4())})


def paid(client: stripe.StripeClient, amount: int = 2000, card: str = "pm_card_visa", currency: str = "usd"):
    made = intent(client, amount, currency)
    return client.v1.payment_intents.confirm(made.id, {"payment_method": card, "return_url": "http://127.0.0.1:9/back"})


def session(client: stripe.StripeClient, **more: object):
    price = {"currency": "php", "unit_amount": 15000, "product_data": {"name": "Top-up"}}
    params = {
        "mode": "payment",
        "success_url": "http://127.0.0.1:9/ok?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/no",
        "line_items": [{"price_data": price, "quantity": 2}],
        "client_reference_id": "order-1",
        **more,
    }
    return client.v1.checkout.sessions.create(params)


def kinds(client: stripe.StripeClient, number: str) -> list[str]:
    """The types of the events about an object, the first that happened first."""
    events = [one.to_dict() for one in client.v1.events.list({"limit": 100}).data]
    about = [
        one for one in events if number in (one["data"]["object"]["id"], one["data"]["object"].get("payment_intent"))
    ]
    return [one["type"] for one in reversed(about)]


def test_an_intent_is_paid_with_its_fee_and_tells_of_it(client: stripe.StripeClient):
    made = intent(client, metadata={"order": "17"})
    assert (made.status, made.amount, made.currency, made.metadata.to_dict()) == (
        "requires_payment_method",
        2000,
        "usd",
        {"order": "17"},
    )
    assert made.client_secret.startswith(f"{made.id}_secret_")
    done = client.v1.payment_intents.confirm(
        made.id, {"payment_method": "pm_card_visa", "expand": ["latest_charge.balance_transaction"]}
    )
    assert (done.status, done.amount_received) == ("succeeded", 2000)
    moved = done.latest_charge.balance_transaction
    assert (moved.amount, moved.fee, moved.net, moved.type, moved.source) == (
        2000,
        88,
        1912,
        "charge",
        done.latest_charge.id,
    )
    assert kinds(client, made.id) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    assert client.v1.payment_intents.retrieve(made.id).status == "succeeded"
    found = client.v1.payment_intents.search({"query": "metadata['order']:'17' AND status:'succeeded'"})
    assert [one.id for one in found.data] == [made.id]


def test_a_decline_is_not_the_end_of_an_intent(client: stripe.StripeClient):
    made = intent(client)
    with pytest.raises(stripe.CardError) as error:
        client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_chargeDeclinedInsufficientFunds"})
    assert (error.value.http_status, error.value.code) == (402, "card_declined")
    seen = client.v1.payment_intents.retrieve(made.id)
    assert (seen.status, seen.last_payment_error.decline_code) == ("requires_payment_method", "insufficient_funds")
    assert client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    assert again.value.code == "payment_intent_unexpected_state"


def test_a_bank_that_asks_sends_the_payer_away_and_back(client: stripe.StripeClient, gateways: Gateways):
    made = paid(client, card="pm_card_authenticationRequired")
    assert made.status == "requires_action"
    page = made.next_action.redirect_to_url.url
    back = gateways.press(page, "confirm").headers["Location"]
    assert back.startswith(f"http://127.0.0.1:9/back?payment_intent={made.id}&")
    done = client.v1.payment_intents.retrieve(made.id, {"expand": ["latest_charge"]})
    assert done.status == "succeeded"
    assert done.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    other = paid(client, card="pm_card_authenticationRequired")
    assert gateways.press(other.next_action.redirect_to_url.url, "deny").status_code == 200
    failed = client.v1.payment_intents.retrieve(other.id)
    assert (failed.status, failed.last_payment_error.code) == (
        "requires_payment_method",
        "payment_intent_authentication_failure",
    )


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (1000, "php", "amount_too_small"),
        (49, "usd", "amount_too_small"),
        (5, "jpy", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (0, "usd", "parameter_invalid_integer"),
        (100, "zzz", None),
    ],
)
def test_amounts_that_cannot_be_charged(client: stripe.StripeClient, amount: int, currency: str, code: str | None):
    with pytest.raises(stripe.InvalidRequestError) as error:
        intent(client, amount, currency)
    assert (error.value.http_status, error.value.code) == (400, code)
    if (amount, currency) == (5, "jpy"):
        assert "must convert to at least 50 cents" in str(error.value)
        assert "approximately $0.03" in str(error.value)


def test_the_same_key_is_the_same_answer_other_parameters_are_an_error_and_validation_stores_nothing(
    client: stripe.StripeClient, gateways: Gateways
):
    first, again = intent(client, key="k-1"), intent(client, key="k-1")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    with pytest.raises(stripe.IdempotencyError) as error:
        intent(client, 3000, key="k-1")
    assert error.value.http_status == 400
    with pytest.raises(stripe.InvalidRequestError):
        intent(client, 1, key="k-2")
    assert intent(client, 2000, key="k-2").amount == 2000
    gateways.control("stripe", next="error_with_effect")
    for _ in range(2):  # the second is the first one's answer
        with pytest.raises(stripe.APIError) as server:
            intent(client, 2100, key="k-3", metadata={"order": "k-3"})
        assert server.value.http_status == 500
    made = client.v1.payment_intents.search({"query": "metadata['order']:'k-3'"}).data
    assert [one.amount for one in made] == [2100]
    gateways.control("stripe", next="key_in_use")
    with pytest.raises(stripe.APIError) as running:
        intent(client, 2200, key="k-4")
    assert running.value.http_status == 409
    assert intent(client, 2200, key="k-4").amount == 2200
    gateways.control("stripe", advance=86_401)
    assert intent(client, key="k-1").id != first.id


def test_a_session_is_paid_on_its_page(client: stripe.StripeClient, gateways: Gateways):
    made = session(client, payment_intent_data={"metadata": {"order": "order-1"}})
    assert (made.status, made.payment_status, made.amount_total, made.payment_intent) == ("open", "unpaid", 30000, None)
    page = requests.get(made.url, timeout=20)
    assert "300.00 PHP" in page.text
    assert "<script" not in page.text
    assert gateways.press(made.url, "leave").headers["Location"] == "http://127.0.0.1:9/no"
    assert gateways.press(made.url, "pay", "12").status_code == 422
    assert "insufficient funds" in gateways.press(made.url, "pay", "4000 0000 0000 9995").text
    assert gateways.press(made.url, "pay").headers["Location"] == f"http://127.0.0.1:9/ok?s={made.id}"
    done = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert done.payment_intent.metadata.to_dict() == {"order": "order-1"}
    assert kinds(client, made.id) == ["checkout.session.completed"]
    assert "payment_intent.payment_failed" in kinds(client, done.payment_intent.id)


def test_a_session_ends_at_its_time_or_before_and_is_not_paid_then(client: stripe.StripeClient, gateways: Gateways):
    made = session(client)
    url = made.url
    assert client.v1.checkout.sessions.expire(made.id).status == "expired"
    assert "expired" in gateways.press(url, "pay").text
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(made.id)
    with pytest.raises(stripe.InvalidRequestError):
        session(client, expires_at=int(time.time()) + 60)
    timed = session(client, expires_at=int(time.time()) + 31 * 60)
    gateways.control("stripe", advance=32 * 60)
    assert client.v1.checkout.sessions.retrieve(timed.id).status == "expired"
    assert kinds(client, timed.id) == ["checkout.session.expired"]


def test_refunds_go_up_to_the_charge_and_no_further(client: stripe.StripeClient):
    done = paid(client)
    part = client.v1.refunds.create({"payment_intent": done.id, "amount": 500, "reason": "requested_by_customer"})
    assert (part.status, part.amount) == ("succeeded", 500)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": done.id, "amount": 1501})
    rest = client.v1.refunds.create({"charge": done.latest_charge})
    assert rest.amount == 1500
    with pytest.raises(stripe.InvalidRequestError) as over:
        client.v1.refunds.create({"payment_intent": done.id})
    assert over.value.code == "charge_already_refunded"
    assert {one.id for one in client.v1.refunds.list({"payment_intent": done.id}).data} == {part.id, rest.id}
    assert client.v1.refunds.retrieve(part.id).balance_transaction.startswith("txn_")
    assert client.v1.charges.retrieve(done.latest_charge).refunded is True


def test_a_refund_that_fails_a_day_later_gives_the_money_back(client: stripe.StripeClient, gateways: Gateways):
    done = paid(client, card="pm_card_refundFail")
    made = client.v1.refunds.create({"payment_intent": done.id})
    assert made.status == "succeeded"
    gateways.control("stripe", advance=86_400)
    failed = client.v1.refunds.retrieve(made.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.amount == 2000
    assert "refund.failed" in kinds(client, made.id)
    assert client.v1.refunds.create({"payment_intent": done.id}).amount == 2000


@pytest.mark.parametrize(("how", "net"), [("dispute_won", 2000 - 88), ("dispute_lost", -88 - 1500)])
def test_a_dispute_takes_the_money_and_is_decided(client: stripe.StripeClient, gateways: Gateways, how: str, net: int):
    gateways.control("stripe", next=how)
    done = paid(client)
    gateways.control("stripe", advance=600)
    (made,) = client.v1.disputes.list({"payment_intent": done.id}).data
    assert (made.status, made.amount) == ("needs_response", 2000)
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.refunds.create({"payment_intent": done.id})
    assert error.value.code == "charge_disputed"
    gateways.control("stripe", advance=86_400)
    assert client.v1.disputes.retrieve(made.id).status == how.removeprefix("dispute_")
    told = [kind for kind in kinds(client, made.id) if "dispute" in kind]
    expected = [
        "created",
        "funds_withdrawn",
        "updated",
        "closed",
        *(["funds_reinstated"] if how.endswith("won") else []),
    ]
    assert told == [f"charge.dispute.{kind}" for kind in expected]
    rows = client.v1.balance_transactions.list({"limit": 100}).data
    mine = [row for row in rows if row.source in (made.id, done.latest_charge)]
    assert sum(row.net for row in mine) == net


def test_lists_are_read_page_by_page_and_refuse_what_they_do_not_know(client: stripe.StripeClient):
    made = [intent(client).id for _ in range(3)]
    seen = [one.id for one in client.v1.payment_intents.list({"limit": 1}).auto_paging_iter()]
    assert seen[:3] == made[::-1]
    assert len(set(seen)) == len(seen)
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.refunds.list({"payment_intent": "x", "metadata": {"a": "b"}})
    assert error.value.code == "parameter_unknown"
    now = int(time.time())
    assert client.v1.events.list({"created": {"gt": now + 60}}).data == []
    assert client.v1.events.list({"types": ["payment_intent.created"], "limit": 1}).data[0].data.object.id == made[-1]


def test_strangers_are_refused_and_a_payers_client_has_its_intent_alone(
    gateways: Gateways, client: stripe.StripeClient
):
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_test_other", base_addresses={"api": gateways.url("stripe")}).v1.events.list()
    made = intent(client)
    url = gateways.url("stripe", f"/v1/payment_intents/{made.id}")
    public = {"Authorization": f"Bearer {gateways.environ['DEMO_STRIPE_PUBLISHABLE_KEY']}"}
    form = {"client_secret": made.client_secret, "payment_method": "pm_card_visa"}
    assert requests.get(url, headers=public, params=form, timeout=20).json()["id"] == made.id
    assert requests.get(url, headers=public, params={"client_secret": "x"}, timeout=20).status_code == 401
    done = requests.post(f"{url}/confirm", headers=public, data=form, timeout=20)
    assert done.json()["status"] == "succeeded"
    assert done.headers["Request-Id"].startswith("req_")
    assert done.headers["Stripe-Version"] == "2026-10-28.endive"


def test_notices_are_signed_by_every_secret_while_they_are_rotated(
    client: stripe.StripeClient, gateways: Gateways, shop: Shop
):
    old = gateways.environ["DEMO_STRIPE_WEBHOOK_SECRET"]
    gateways.control("stripe", targets=[shop.url], secrets=["whsec_new", old])
    made = intent(client)
    gateways.notices("stripe")
    ((headers, body),) = [one for one in shop.arrived if made.id.encode() in one[1]]
    for secret in ("whsec_new", old):
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
        assert (event.type, event.data.object.id) == ("payment_intent.created", made.id)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_other")
    gateways.control("stripe", secrets=[old])


def test_what_is_not_taken_is_sent_again_hours_later_and_listed_as_undelivered(
    client: stripe.StripeClient, gateways: Gateways, shop: Shop
):
    gateways.control("stripe", targets=[shop.url])
    shop.answers = [500]
    made = intent(client)
    gateways.notices("stripe")
    listed = {"type": "payment_intent.created", "delivery_success": False, "limit": 1}
    assert client.v1.events.list(listed).data[0].data.object.id == made.id
    gateways.control("stripe", advance=3_600)
    assert [json.loads(body)["data"]["object"]["id"] for _, body in shop.arrived] == [made.id, made.id]
    assert client.v1.events.list({**listed, "delivery_success": True}).data[0].data.object.id == made.id


def test_forms_with_brackets_become_what_was_meant():
    pairs = [("a", "1"), ("b[c]", "2"), ("d[0][e][f]", "3"), ("d[1][e][f]", "4"), ("g[]", "5"), ("g[]", "6")]
    assert nested(pairs) == {"a": "1", "b": {"c": "2"}, "d": [{"e": {"f": "3"}}, {"e": {"f": "4"}}], "g": ["5", "6"]}
