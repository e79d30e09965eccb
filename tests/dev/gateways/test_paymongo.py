"""PayMongo's wire for GCash: sessions, intents, payments, refunds, notices, transfers out of the wallet."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

import pytest
import requests

from dev.gateways.paymongo.wording import signature
from tests.factories.gateways import Gateways, Shop

PAYER = "09171234567"


class Client:
    """Ours is written elsewhere; this one asks and shows what came back."""

    def __init__(self, gateways: Gateways) -> None:
        self.gateways, self.url = gateways, gateways.url("paymongo")
        self.pair = (gateways.environ["DEMO_PAYMONGO_KEY"], "")

    def get(self, path: str, **query: str) -> requests.Response:
        return requests.get(self.url + path, params=query, auth=self.pair, timeout=20)

    def post(self, path: str, **attributes: Any) -> requests.Response:
        return requests.post(self.url + path, json={"data": {"attributes": attributes}}, auth=self.pair, timeout=20)

    def session(self, amount: int = 30_000) -> dict[str, Any]:
        item = {"name": "Top-up", "amount": amount, "currency": "PHP", "quantity": 1}
        made = self.post(
            "/v1/checkout_sessions",
            line_items=[item],
            payment_method_types=["gcash"],
            success_url="http://127.0.0.1:9/ok",
            cancel_url="http://127.0.0.1:9/no",
            reference_number="payment-1",
            metadata={"payment": "1"},
        )
        assert made.status_code == 200, made.text
        found: dict[str, Any] = made.json()["data"]
        return found

    def seen(self, session: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/v1/checkout_sessions/{session['id']}").json()["data"]["attributes"]
        return found

    def paid(self) -> dict[str, Any]:
        made = self.session()
        assert self.gateways.press(made["attributes"]["checkout_url"], "pay").status_code == 303
        found: dict[str, Any] = self.seen(made)["payments"][-1]
        return found


@pytest.fixture
def client(gateways: Gateways) -> Client:
    return Client(gateways)


def test_a_session_is_paid_by_gcash_in_centavos(client: Client, gateways: Gateways):
    made = client.session()
    told = made["attributes"]
    assert (made["type"], told["status"], told["payments"], told["livemode"]) == (
        "checkout_session",
        "active",
        [],
        False,
    )
    assert told["payment_intent"]["attributes"]["status"] == "awaiting_payment_method"
    assert "300.00 PHP" in requests.get(told["checkout_url"], timeout=20).text
    assert gateways.press(told["checkout_url"], "pay", "123").status_code == 422
    assert "refused" in gateways.press(told["checkout_url"], "decline").text
    assert gateways.press(told["checkout_url"], "leave").headers["Location"] == "http://127.0.0.1:9/no"
    assert "A code was sent" in gateways.press(told["checkout_url"], "challenge", PAYER).text
    assert gateways.press(told["checkout_url"], "pay", PAYER).headers["Location"] == "http://127.0.0.1:9/ok"
    seen = client.seen(made)
    assert seen["payment_method_used"] == "gcash"
    failed, payment = seen["payments"]
    assert failed["attributes"]["status"] == "failed"
    told = payment["attributes"]
    assert (told["status"], told["amount"], told["fee"], told["net_amount"]) == ("paid", 30_000, 750, 29_250)
    assert (told["source"]["type"], told["billing"]["phone"], told["external_reference_number"]) == (
        "gcash",
        "+639171234567",
        "payment-1",
    )
    assert client.get(f"/v1/payments/{payment['id']}").json()["data"] == payment
    listed = client.get("/v1/payments", limit="1").json()
    assert (listed["data"][0]["id"], listed["has_more"]) == (payment["id"], True)
    older = client.get("/v1/payments", limit="1", after=payment["id"]).json()
    assert older["data"][0]["id"] == failed["id"]


def test_an_intent_is_attached_and_paid_on_the_wallets_page(client: Client, gateways: Gateways):
    intent = client.post("/v1/payment_intents", amount=10_000, currency="PHP", payment_method_allowed=["gcash"]).json()[
        "data"
    ]
    method = client.post("/v1/payment_methods", type="gcash").json()["data"]
    path = f"/v1/payment_intents/{intent['id']}"
    attached = client.post(f"{path}/attach", payment_method=method["id"], return_url="http://127.0.0.1:9/back").json()[
        "data"
    ]
    assert attached["attributes"]["status"] == "awaiting_next_action"
    page = attached["attributes"]["next_action"]["redirect"]["url"]
    assert gateways.press(page, "pay").headers["Location"] == "http://127.0.0.1:9/back"
    assert client.get(path).json()["data"]["attributes"]["status"] == "succeeded"
    assert client.post(f"{path}/cancel").status_code == 400


@pytest.mark.parametrize("amount", [1_999, "10000", 100.5, True, 10**9])
def test_amounts_are_centavos_within_their_limits(client: Client, amount: Any):
    answer = client.post("/v1/payment_intents", amount=amount, currency="PHP", payment_method_allowed=["gcash"])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"]["pointer"] == "amount"


@pytest.mark.parametrize("end", ["press", "ask"])
def test_a_session_ends_and_may_be_paid_after_all(client: Client, gateways: Gateways, end: str):
    made = client.session()
    gateways.control("paymongo", next="late_success")
    if end == "press":
        gateways.press(made["attributes"]["checkout_url"], "expire")
    else:
        assert (
            client.post(f"/v1/checkout_sessions/{made['id']}/expire").json()["data"]["attributes"]["status"]
            == "expired"
        )
    assert "expired" in gateways.press(made["attributes"]["checkout_url"], "pay", PAYER).text
    assert client.seen(made)["payments"] == []
    gateways.control("paymongo", advance=300)
    assert [one["attributes"]["status"] for one in client.seen(made)["payments"]] == ["paid"]


@pytest.mark.parametrize(
    ("wrong", "at_once", "amount", "later"),
    [
        ("declined", ["failed"], 30_000, ["failed"]),
        ("partial_payment", ["paid"], 15_000, ["paid"]),
        ("pending_payment", [], 30_000, ["paid"]),
        ("pending_failure", [], 30_000, ["failed"]),
    ],
)
def test_payments_go_wrong(
    client: Client, gateways: Gateways, wrong: str, at_once: list[str], amount: int, later: list[str]
):
    made = client.session()
    gateways.control("paymongo", next=wrong)
    gateways.press(made["attributes"]["checkout_url"], "pay")
    assert [one["attributes"]["status"] for one in client.seen(made)["payments"]] == at_once
    gateways.control("paymongo", advance=300)
    ended = client.seen(made)["payments"]
    assert [(one["attributes"]["status"], one["attributes"]["amount"]) for one in ended] == [
        (one, amount) for one in later
    ]


def test_refunds_go_up_to_the_payment_and_may_fail_or_come_from_nobody(client: Client, gateways: Gateways):
    payment = client.paid()
    given = {"payment_id": payment["id"], "reason": "requested_by_customer"}
    back = client.post("/v1/refunds", amount=10_000, **given).json()["data"]
    assert (back["type"], back["attributes"]["status"], back["attributes"]["payment_id"]) == (
        "refund",
        "succeeded",
        payment["id"],
    )
    assert client.post("/v1/refunds", amount=20_001, **given).status_code == 400
    assert client.post("/v1/refunds", amount=100, **{**given, "reason": "x"}).status_code == 400
    gateways.control("paymongo", next="refund_fails_later")
    rest = client.post("/v1/refunds", amount=20_000, **given).json()["data"]["id"]
    gateways.control("paymongo", advance=86_400)
    assert client.get(f"/v1/refunds/{rest}").json()["data"]["attributes"]["status"] == "failed"
    shown = client.get(f"/v1/payments/{payment['id']}").json()["data"]["attributes"]["refunds"]
    assert [one["attributes"]["status"] for one in shown] == ["succeeded", "failed"]
    assert client.post("/v1/refunds", amount=20_000, **given).status_code == 200
    gateways.control("paymongo", next="unasked_refund")
    other = client.paid()
    gateways.control("paymongo", advance=600)
    (found,) = client.get(f"/v1/payments/{other['id']}").json()["data"]["attributes"]["refunds"]
    assert found["attributes"]["amount"] == 30_000


def test_notices_are_signed_for_tests_alone(client: Client, gateways: Gateways, shop: Shop):
    gateways.control("paymongo", targets=[shop.url], next="wrong_signature")
    client.paid()
    gateways.control("paymongo", advance=60)
    secret = gateways.environ["DEMO_PAYMONGO_WEBHOOK_SECRET"]
    seen = []
    for headers, body in shop.arrived:
        parts = dict(part.split("=", 1) for part in headers["Paymongo-Signature"].split(","))
        expected = hmac.new(secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
        assert parts["li"] == ""
        told = json.loads(body)["data"]["attributes"]
        seen.append((told["type"], told["data"]["type"], parts["te"] == expected))
    assert seen == [
        ("payment.paid", "payment", False),
        ("checkout_session.payment.paid", "checkout_session", True),
        ("payment.paid", "payment", True),
    ]


def test_the_published_vector_of_hmac_sha256():
    """RFC 4231, test case 2, with what it signs cut at the dot that is between moment and body."""
    text = b"what do ya want for nothing?"
    assert hmac.new(b"Jefe", text, hashlib.sha256).hexdigest().startswith("5bdcc146bf60754e6a042426089575c7")
    assert signature(b"b", 1, "Jefe") == hmac.new(b"Jefe", b"1.b", hashlib.sha256).hexdigest()


def order(reference: str, amount: int = 50_000, provider: str = "instapay") -> dict[str, Any]:
    return {
        "amount": amount,
        "currency": "PHP",
        "provider": provider,
        "reference_number": reference,
        "purpose": "winnings",
        "source_account": {"number": "demo00000001"},
        "destination_account": {"number": PAYER, "name": "Juan dela Cruz", "bic": "GXCHPHM2XXX"},
    }


def test_money_is_sent_out_of_the_wallet(client: Client, gateways: Gateways, shop: Shop):
    gateways.control("paymongo", targets=[shop.url])
    (wallet,) = client.get("/v2/wallets").json()["data"]
    banks = client.get("/v2/transfers/receiving_institutions", provider="instapay").json()["data"]
    assert {"bic": "GXCHPHM2XXX", "name": "GCash", "provider": "instapay"} in banks
    reference = str(uuid4())
    sent = client.post("/v2/batch_transfers", transfers=[order(reference)]).json()["data"]
    (transfer,) = sent["transfers"]
    assert (transfer["status"], transfer["fee"], transfer["destination_account"]["bank_name"]) == (
        "pending",
        1_000,
        "GCash",
    )
    gateways.control("paymongo", advance=10)
    assert client.get(f"/v2/transfers/{transfer['id']}").json()["data"]["status"] == "succeeded"
    assert json.loads(shop.arrived[-1][1])["data"]["attributes"]["type"] == "transfer.succeeded"
    (found,) = client.get("/v2/transfers", reference_number=reference).json()["data"]
    assert found["id"] == transfer["id"]
    assert client.get("/v2/wallets").json()["data"][0]["available_balance"] == wallet["available_balance"] - 51_000
    for wrong in ({"amount": 50_001_00}, {"provider": "pigeon"}, {"destination_account": {"bic": "X"}}):
        refused = client.post("/v2/batch_transfers", transfers=[{**order(str(uuid4())), **wrong}])
        assert refused.status_code == 400


def test_transfers_are_refused_not_found_for_a_while_or_come_back(client: Client, gateways: Gateways):
    gateways.control("paymongo", next="payout_refused")
    assert client.post("/v2/batch_transfers", transfers=[order(str(uuid4()))]).status_code == 400
    reference = str(uuid4())
    gateways.control("paymongo", next="payout_unknown")
    assert client.post("/v2/batch_transfers", transfers=[order(reference)]).status_code == 500
    assert client.get("/v2/transfers", reference_number=reference).json()["data"] == []
    gateways.control("paymongo", advance=600)
    assert client.get("/v2/transfers", reference_number=reference).json()["data"][0]["status"] == "succeeded"
    gateways.control("paymongo", next="payout_returned")
    (returned,) = client.post("/v2/batch_transfers", transfers=[order(str(uuid4()))]).json()["data"]["transfers"]
    gateways.control("paymongo", advance=86_400)
    assert client.get(f"/v2/transfers/{returned['id']}").json()["data"]["status"] == "returned"


def test_strangers_are_refused(client: Client):
    client.pair = ("sk_test_other", "")
    answer = client.get("/v1/payments")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "api_key_invalid")
