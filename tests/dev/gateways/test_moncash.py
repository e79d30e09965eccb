"""MonCash's wire: tokens, payments by an order's number, alerts that prove nothing, prefunded transfers."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import jwt
import pytest
import requests

from tests.factories.gateways import SHOP, Gateways, Shop

FORM = {"scope": "read,write", "grant_type": "client_credentials"}
PAYER = "50937007294"


class Client:
    """Ours is written elsewhere; this one asks and shows what came back."""

    def __init__(self, gateways: Gateways, kind: str = "") -> None:
        self.gateways, self.url = gateways, gateways.url("moncash")
        self.pair = tuple(gateways.environ[f"DEMO_MONCASH_{kind}CLIENT_{part}"] for part in ("ID", "SECRET"))
        self.token = self.new_token().json()["access_token"]

    def new_token(self, **form: str) -> requests.Response:
        return requests.post(f"{self.url}/Api/oauth/token", auth=self.pair, data={**FORM, **form}, timeout=20)

    def __call__(self, path: str, **body: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        if path == "PrefundedBalance":
            return requests.get(f"{self.url}/Api/v1/{path}", headers=headers, timeout=20)
        return requests.post(f"{self.url}/Api/v1/{path}", json=body, headers=headers, timeout=20)

    def page(self, order: str, amount: int = 100) -> str:
        token = self("CreatePayment", orderId=order, amount=amount).json()["payment_token"]["token"]
        return f"{self.url}/Moncash-middleware/Payment/Redirect?token={token}"


@pytest.fixture
def client(gateways: Gateways) -> Client:
    return Client(gateways)


@pytest.fixture
def prefunded(gateways: Gateways) -> Client:
    return Client(gateways, "PREFUNDED_")


def test_a_token_lives_for_59_seconds_and_is_refused_as_theirs_is(client: Client, gateways: Gateways):
    given = client.new_token().json()
    assert set(given) == {"access_token", "token_type", "expires_in", "scope", "jti"}
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("bearer", 59, "read,write")
    claims = jwt.decode(given["access_token"], options={"verify_signature": False})
    assert 55 < claims["exp"] - time.time() <= 59
    in_the_body = dict(zip(("client_id", "client_secret"), client.pair, strict=True))
    assert requests.post(f"{client.url}/Api/oauth/token", data={**FORM, **in_the_body}, timeout=20).status_code == 200
    assert requests.post(f"{client.url}/Api/oauth/token", data=FORM, auth=("x", "y"), timeout=20).status_code == 401
    assert client.new_token(grant_type="password").status_code == 400
    gateways.control("moncash", advance=58)
    assert client("RetrieveOrderPayment", orderId="none").status_code == 404
    gateways.control("moncash", advance=2)
    late = client("RetrieveOrderPayment", orderId="none")
    assert (late.status_code, late.json()["error"]) == (401, "invalid_token")
    assert "expired" in late.json()["error_description"]
    client.token = "nonsense"
    assert client("RetrieveOrderPayment", orderId="none").json()["error"] == "invalid_token"


def test_a_payment_is_made_paid_and_asked_about(client: Client, gateways: Gateways):
    order = str(uuid4())
    made = client("CreatePayment", orderId=order, amount=500)
    body = made.json()
    assert (made.status_code, body["status"], body["path"], body["mode"]) == (202, 202, "/v1/CreatePayment", "sandbox")
    assert set(body["payment_token"]) == {"expired", "created", "token"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}", body["payment_token"]["expired"])
    ext = jwt.decode(body["payment_token"]["token"], options={"verify_signature": False})["ext"]
    assert 590_000 < ext - time.time() * 1000 <= 600_000
    unpaid = client("RetrieveOrderPayment", orderId=order)
    assert (unpaid.status_code, unpaid.json()["message"]) == (404, "Transaction Not Found")
    page = f"{client.url}/Moncash-middleware/Payment/Redirect?token={body['payment_token']['token']}"
    assert "500 HTG" in requests.get(page, timeout=20).text
    assert gateways.press(page, "pay", "12345").status_code == 422
    back = gateways.press(page, "pay", "+509 3700-7294").headers["Location"]
    number = back.removeprefix(f"{SHOP}/payments/return/moncash?transactionId=")
    for asked in (
        ("RetrieveOrderPayment", {"orderId": order}),
        ("RetrieveTransactionPayment", {"transactionId": number}),
    ):
        told = client(asked[0], **asked[1])
        assert (told.status_code, told.json()["path"], told.json()["status"]) == (200, f"/v1/{asked[0]}", 200)
        assert told.json()["payment"] == {
            "reference": order,
            "transaction_id": number,
            "cost": 500,
            "message": "successful",
            "payer": PAYER,
        }
    (alert,) = [one for one in gateways.notices("moncash") if number in one["body"]]
    assert (alert["body"], alert["headers"]) == (
        f"transactionId={number}",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )


@pytest.mark.parametrize("amount", [0, -5, 75_001, 10.5, "100", None, True])
def test_amounts_are_whole_gourdes_within_their_limits(client: Client, amount: Any):
    refused = client("CreatePayment", orderId=str(uuid4()), amount=amount)
    assert (refused.status_code, refused.json()["message"]) == (400, "The amount is incorrect")


def test_an_orders_number_is_good_once(client: Client):
    order = str(uuid4())
    assert client("CreatePayment", orderId=order, amount=5).status_code == 202
    assert client("CreatePayment", orderId=order, amount=5).status_code == 400
    assert client("CreatePayment", amount=5).status_code == 400


def test_a_payer_declines_is_asked_leaves_or_lets_it_expire(client: Client, gateways: Gateways):
    order = str(uuid4())
    page = client.page(order)
    assert "refused" in gateways.press(page, "decline").text
    asked = gateways.press(page, "challenge")
    assert "It is me" in asked.text
    assert gateways.press(page, "leave").headers["Location"] == f"{SHOP}/payments/return/moncash"
    assert client("RetrieveOrderPayment", orderId=order).status_code == 404
    gateways.press(page, "expire")
    assert "expired" in gateways.press(page, "pay").text
    assert client("RetrieveOrderPayment", orderId=order).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "act", "after", "cost"),
    [
        ("partial_payment", "pay", 0, 50),
        ("pending_payment", "pay", 300, 100),
        ("late_success", "decline", 300, 100),
        ("late_success", "expire", 300, 100),
        ("declined", "pay", 0, None),
    ],
)
def test_payments_that_do_not_go_as_they_should(
    client: Client, gateways: Gateways, wrong: str, act: str, after: int, cost: int | None
):
    order = str(uuid4())
    page = client.page(order)
    gateways.control("moncash", next=wrong)
    gateways.press(page, act)
    if after:
        assert client("RetrieveOrderPayment", orderId=order).status_code == 404
        gateways.control("moncash", advance=after)
        client.token = client.new_token().json()["access_token"]
    told = client("RetrieveOrderPayment", orderId=order)
    assert (told.json()["payment"]["cost"] if told.ok else None) == cost


def test_alerts_are_opaque_or_otherwise_or_about_nothing(client: Client, gateways: Gateways, shop: Shop):
    gateways.control("moncash", targets=[shop.url])
    bodies = []
    for wrong in ("opaque_notice", "json_notice", "forged_notice", "duplicate_notice", "lost_notice"):
        gateways.control("moncash", next=wrong)
        order = str(uuid4())
        gateways.press(client.page(order), "pay")
        gateways.notices("moncash")
        number = client("RetrieveOrderPayment", orderId=order).json()["payment"]["transaction_id"]
        bodies.append((number, [body.decode() for _, body in shop.arrived]))
        shop.arrived.clear()
    (first, opaque), (second, as_json), (third, forged), (fourth, twice), (_, lost) = bodies
    assert len(opaque) == 1
    assert first not in opaque[0]
    assert as_json == [f'{{"transNumber":"{second}"}}']
    assert forged[0] == f"transactionId={third}"
    stranger = forged[1].removeprefix("transactionId=")
    assert client("RetrieveTransactionPayment", transactionId=stranger).status_code == 404
    assert twice == [f"transactionId={fourth}"] * 2
    assert lost == []


def test_money_is_sent_by_the_prefunded_client_alone(client: Client, prefunded: Client):
    before = Decimal(str(prefunded("PrefundedBalance").json()["balance"]["balance"]))
    reference = str(uuid4())
    order = {"amount": 100.18, "receiver": PAYER, "desc": "winnings", "reference": reference}
    refused = client("Transfert", **order)
    assert (refused.status_code, refused.json()["message"]) == (403, "The receiver organization does not exist")
    unknown = prefunded("PrefundedTransactionStatus", reference=reference)
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Not Found")
    assert unknown.json()["message"] == "Can't find this transaction"
    sent = prefunded("Transfert", **order).json()
    assert (sent["path"], sent["status"]) == ("/Api/v1/Transfert", 200)
    assert set(sent["transfer"]) == {"transaction_id", "amount", "receiver", "message", "desc"}
    assert sent["transfer"]["message"] == "successful"
    assert prefunded("PrefundedTransactionStatus", reference=reference).json()["transStatus"] == "successful"
    assert prefunded("Transfert", **order).status_code == 403
    text = prefunded("PrefundedBalance").text
    noisy = re.search(r'"balance": (\d+\.\d{6,})', text)
    assert noisy, text  # a float with its noise
    assert Decimal(noisy[1]).quantize(Decimal("0.01")) == before.quantize(Decimal("0.01")) - Decimal("100.18")
    for amount, receiver, status in ((10**9, PAYER, 400), (75_000, "50900000000", 404), (50, "123", 404)):
        told = prefunded("Transfert", amount=amount, receiver=receiver, desc="", reference=str(uuid4()))
        assert told.status_code == status


def test_the_prefunded_account_can_be_empty(prefunded: Client):
    for _ in range(20):
        told = prefunded("Transfert", amount=75_000, receiver=PAYER, desc="", reference=str(uuid4()))
        if told.status_code != 200:
            break
    assert (told.status_code, told.json()["message"]) == (400, "Insufficient prefunded balance")


def test_transfers_are_refused_not_found_for_a_while_or_come_back(gateways: Gateways):
    prefunded = Client(gateways, "PREFUNDED_")

    def send(wrong: str) -> tuple[str, requests.Response]:
        gateways.control("moncash", next=wrong)
        reference = str(uuid4())
        return reference, prefunded("Transfert", amount=10, receiver=PAYER, desc="", reference=reference)

    _, refused = send("payout_refused")
    assert (refused.status_code, refused.json()["error"], refused.json()["message"]) == (
        403,
        "Forbidden",
        "Maximum Account Balance",
    )
    reference, answer = send("payout_unknown")
    assert answer.status_code == 500
    assert prefunded("PrefundedTransactionStatus", reference=reference).status_code == 404
    gateways.control("moncash", advance=600)
    prefunded.token = prefunded.new_token().json()["access_token"]
    assert prefunded("PrefundedTransactionStatus", reference=reference).json()["transStatus"] == "successful"
    reference, _ = send("payout_returned")
    before = prefunded("PrefundedBalance").json()["balance"]["balance"]
    gateways.control("moncash", advance=86_400)
    prefunded.token = prefunded.new_token().json()["access_token"]
    assert prefunded("PrefundedTransactionStatus", reference=reference).json()["transStatus"] == "failed"
    assert round(prefunded("PrefundedBalance").json()["balance"]["balance"] - before, 2) == 10


def test_a_customer_is_known_or_not(client: Client):
    known = client("CustomerStatus", account=PAYER).json()
    assert known["customerStatus"] == {"type": "fullkyc", "status": ["registered", "active"]}
    assert client("CustomerStatus", account="50900000001").status_code == 404
