"""PayPal's wire: tokens, orders, captures, refunds, disputes, reports, and notices signed by its certificate."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import PolicyBuilder, Store

from dev.gateways.paypal.events import signed
from dev.merchant import CERTIFIED
from tests.factories.gateways import Gateways, Shop

WHOLE = {"Prefer": "return=representation"}


class Client:
    """Ours is written elsewhere; this one asks and shows what came back."""

    def __init__(self, gateways: Gateways) -> None:
        self.gateways, self.url = gateways, gateways.url("paypal")
        self.pair = tuple(gateways.environ[f"DEMO_PAYPAL_CLIENT_{part}"] for part in ("ID", "SECRET"))
        self.headers: dict[str, str] = {}
        self.later(0)

    def later(self, seconds: int) -> None:
        """With a new token: the old one may have ended meanwhile."""
        self.gateways.control("paypal", advance=seconds)
        form = {"grant_type": "client_credentials"}
        given = requests.post(f"{self.url}/v1/oauth2/token", auth=self.pair, data=form, timeout=20).json()
        self.headers = {"Authorization": f"Bearer {given['access_token']}"}

    def get(self, path: str, **query: str) -> requests.Response:
        return requests.get(self.url + path, params=query, headers=self.headers, timeout=20)

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(self.url + path, json=body or {}, headers={**self.headers, **named}, timeout=20)

    def order(self, value: str = "10.00", currency: str = "USD", **unit: str) -> dict[str, Any]:
        context = {"return_url": "http://127.0.0.1:9/ok", "cancel_url": "http://127.0.0.1:9/no"}
        body = {
            "intent": "CAPTURE",
            "purchase_units": [{"amount": {"currency_code": currency, "value": value}, **unit}],
            "payment_source": {"paypal": {"experience_context": context}},
        }
        made = self.post("/v2/checkout/orders", body)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    def approved(self, **more: str) -> str:
        made = self.order(**more)
        assert self.gateways.press(page(made), "pay").status_code == 303
        return str(made["id"])

    def captured(self, **more: str) -> dict[str, Any]:
        number = self.approved(**more)
        done = self.post(f"/v2/checkout/orders/{number}/capture", **WHOLE).json()
        found: dict[str, Any] = done["purchase_units"][0]["payments"]["captures"][0]
        return found


def page(order: dict[str, Any]) -> str:
    return str(next(one["href"] for one in order["links"] if one["rel"] in ("approve", "payer-action")))


@pytest.fixture
def client(gateways: Gateways) -> Client:
    return Client(gateways)


def issue(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert set(body) == {"name", "message", "debug_id", "details", "links"}
    return answer.status_code, body["name"], body["details"][0]["issue"] if body["details"] else ""


def test_an_order_is_approved_by_the_payer_and_captured(client: Client, gateways: Gateways):
    made = client.order(custom_id="payment-1", invoice_id=str(uuid4()))
    assert set(made) == {"id", "status", "payment_source", "links"}  # the least, unless more was asked for
    assert made["status"] == "PAYER_ACTION_REQUIRED"
    early = client.post(f"/v2/checkout/orders/{made['id']}/capture")
    assert issue(early) == (422, "UNPROCESSABLE_ENTITY", "PAYER_ACTION_REQUIRED")
    assert "10.00 USD" in requests.get(page(made), timeout=20).text
    assert gateways.press(page(made), "pay", "nobody").status_code == 422
    assert gateways.press(page(made), "leave").headers["Location"] == f"http://127.0.0.1:9/no?token={made['id']}"
    back = gateways.press(page(made), "pay", "ada@demo.example").headers["Location"]
    assert back.startswith(f"http://127.0.0.1:9/ok?token={made['id']}&PayerID=")
    seen = client.get(f"/v2/checkout/orders/{made['id']}").json()
    assert (seen["status"], seen["payer"]["email_address"]) == ("APPROVED", "ada@demo.example")
    done = client.post(f"/v2/checkout/orders/{made['id']}/capture", **WHOLE)
    assert (done.status_code, done.json()["status"]) == (201, "COMPLETED")
    (capture,) = done.json()["purchase_units"][0]["payments"]["captures"]
    assert (capture["status"], capture["custom_id"], capture["final_capture"]) == ("COMPLETED", "payment-1", True)
    breakdown = {name: one["value"] for name, one in capture["seller_receivable_breakdown"].items()}
    assert breakdown == {"gross_amount": "10.00", "paypal_fee": "0.84", "net_amount": "9.16"}
    again = client.post(f"/v2/checkout/orders/{made['id']}/capture")
    assert issue(again) == (422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED")
    assert client.get(f"/v2/payments/captures/{capture['id']}").json()["amount"]["value"] == "10.00"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({"currency_code": "HTG", "value": "10.00"}, (422, "UNPROCESSABLE_ENTITY", "CURRENCY_NOT_SUPPORTED")),
        ({"currency_code": "JPY", "value": "10.5"}, (422, "UNPROCESSABLE_ENTITY", "DECIMAL_PRECISION")),
        ({"currency_code": "USD", "value": "0"}, (422, "UNPROCESSABLE_ENTITY", "CANNOT_BE_ZERO_OR_NEGATIVE")),
        ({"currency_code": "USD", "value": 10}, (400, "INVALID_REQUEST", "INVALID_PARAMETER_SYNTAX")),
        ({"value": "10.00"}, (400, "INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER")),
    ],
)
def test_amounts_that_cannot_be_paid(client: Client, unit: dict[str, Any], expected: tuple[int, str, str]):
    body = {"intent": "CAPTURE", "purchase_units": [{"amount": unit}]}
    assert issue(client.post("/v2/checkout/orders", body)) == expected


def test_a_request_id_is_answered_again_also_when_the_first_answer_was_lost(client: Client, gateways: Gateways):
    number = client.approved()
    gateways.control("paypal", next="lost_answer")
    path = f"/v2/checkout/orders/{number}/capture"
    with pytest.raises(requests.ConnectionError):
        client.post(path, PayPal_Request_Id="r-1")
    again = client.post(path, PayPal_Request_Id="r-1")
    assert (again.status_code, again.json()["status"]) == (200, "COMPLETED")
    client.later(6 * 3_600 + 1)
    assert issue(client.post(path, PayPal_Request_Id="r-1"))[2] == "ORDER_ALREADY_CAPTURED"
    capture = client.captured()["id"]
    body = {"amount": {"currency_code": "USD", "value": "1.00"}}
    gateways.control("paypal", next="error_with_effect")
    answers = [client.post(f"/v2/payments/captures/{capture}/refund", body, PayPal_Request_Id="r-2") for _ in range(2)]
    assert [one.status_code for one in answers] == [500, 200]
    left = {"amount": {"currency_code": "USD", "value": "9.01"}}
    assert issue(client.post(f"/v2/payments/captures/{capture}/refund", left))[2] == "REFUND_AMOUNT_EXCEEDED"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("declined", "INSTRUMENT_DECLINED"),
        ("completion_in_progress", "ORDER_COMPLETION_IN_PROGRESS"),
        ("payer_action_required", "PAYER_ACTION_REQUIRED"),
        ("compliance_violation", "COMPLIANCE_VIOLATION"),
        ("transaction_refused", "TRANSACTION_REFUSED"),
    ],
)
def test_captures_are_refused(client: Client, gateways: Gateways, wrong: str, expected: str):
    number = client.approved()
    gateways.control("paypal", next=wrong)
    answer = client.post(f"/v2/checkout/orders/{number}/capture")
    assert issue(answer) == (422, "UNPROCESSABLE_ENTITY", expected)
    assert (wrong == "declined") == any(one["rel"] == "redirect" for one in answer.json()["links"])


def test_an_invoice_is_paid_once(client: Client):
    invoice = str(uuid4())
    client.captured(invoice_id=invoice)
    number = client.approved(invoice_id=invoice)
    assert issue(client.post(f"/v2/checkout/orders/{number}/capture"))[2] == "DUPLICATE_INVOICE_ID"


@pytest.mark.parametrize(("wrong", "ended"), [("pending_payment", "COMPLETED"), ("pending_failure", "DECLINED")])
def test_an_order_that_is_completed_may_not_be_money_yet(client: Client, gateways: Gateways, wrong: str, ended: str):
    number = client.approved()
    gateways.control("paypal", next=wrong)
    done = client.post(f"/v2/checkout/orders/{number}/capture", **WHOLE).json()
    (capture,) = done["purchase_units"][0]["payments"]["captures"]
    assert (done["status"], capture["status"], capture["status_details"]["reason"]) == (
        "COMPLETED",
        "PENDING",
        "PENDING_REVIEW",
    )
    assert issue(client.post(f"/v2/payments/captures/{capture['id']}/refund"))[2] == "PENDING_CAPTURE"
    client.later(300)
    assert client.get(f"/v2/payments/captures/{capture['id']}").json()["status"] == ended


def test_what_was_declined_or_expired_is_paid_after_all(client: Client, gateways: Gateways):
    declined, expired = client.approved(), client.order()
    for name in ("declined", "late_success", "late_success"):
        gateways.control("paypal", next=name)
    assert client.post(f"/v2/checkout/orders/{declined}/capture").status_code == 422
    gateways.press(page(expired), "expire")
    assert client.get(f"/v2/checkout/orders/{expired['id']}").json()["status"] == "VOIDED"
    client.later(300)
    for number in (declined, expired["id"]):
        assert client.get(f"/v2/checkout/orders/{number}").json()["status"] == "COMPLETED"


def test_refunds_go_up_to_the_capture_and_may_fail_a_day_later(client: Client, gateways: Gateways):
    capture = client.captured()
    path = f"/v2/payments/captures/{capture['id']}"
    part = client.post(f"{path}/refund", {"amount": {"currency_code": "USD", "value": "4.00"}})
    assert (part.status_code, part.json()["status"], set(part.json())) == (201, "COMPLETED", {"id", "status", "links"})
    assert client.get(path).json()["status"] == "PARTIALLY_REFUNDED"
    gateways.control("paypal", next="refund_fails_later")
    rest = client.post(f"{path}/refund", **WHOLE).json()
    assert (rest["amount"]["value"], rest["seller_payable_breakdown"]["total_refunded_amount"]["value"]) == (
        "6.00",
        "10.00",
    )
    assert issue(client.post(f"{path}/refund"))[2] == "CAPTURE_FULLY_REFUNDED"
    client.later(86_400)
    assert client.get(f"/v2/payments/refunds/{rest['id']}").json()["status"] == "FAILED"
    assert client.get(path).json()["status"] == "PARTIALLY_REFUNDED"
    gateways.control("paypal", next="refund_refused")
    assert issue(client.post(f"{path}/refund"))[2] == "REFUND_FAILED_INSUFFICIENT_FUNDS"


@pytest.mark.parametrize("how", ["dispute_won", "dispute_lost"])
def test_a_dispute_holds_the_money_and_is_decided(client: Client, gateways: Gateways, how: str):
    gateways.control("paypal", next=how)
    capture = client.captured()["id"]
    client.later(600)
    (case,) = client.get("/v1/customer/disputes", disputed_transaction_id=capture).json()["items"]
    assert case["status"] == "WAITING_FOR_SELLER_RESPONSE"
    assert issue(client.post(f"/v2/payments/captures/{capture}/refund"))[2] == "TRANSACTION_DISPUTED"
    client.later(86_400)
    ended = client.get(f"/v1/customer/disputes/{case['dispute_id']}").json()
    side = "SELLER" if how == "dispute_won" else "BUYER"
    assert (ended["status"], ended["dispute_outcome"]["outcome_code"]) == ("RESOLVED", f"RESOLVED_{side}_FAVOUR")
    assert client.get(f"/v2/payments/captures/{capture}").json()["status"] == (
        "COMPLETED" if how == "dispute_won" else "REFUNDED"
    )


def test_a_report_has_each_movement_within_a_month(client: Client):
    capture = client.captured(custom_id=str(uuid4()))
    refund = client.post(f"/v2/payments/captures/{capture['id']}/refund").json()["id"]
    now = datetime.now(UTC)
    since, until = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (now - timedelta(hours=1), now + timedelta(hours=1)))
    told = client.get("/v1/reporting/transactions", start_date=since, end_date=until, fields="all", page_size="500")
    rows = {
        one["transaction_info"]["transaction_id"]: one["transaction_info"] for one in told.json()["transaction_details"]
    }
    paid, back = rows[capture["id"]], rows[refund]
    assert (paid["transaction_event_code"], paid["transaction_amount"]["value"], paid["fee_amount"]["value"]) == (
        "T0006",
        "10.00",
        "-0.84",
    )
    assert (back["transaction_event_code"], back["transaction_amount"]["value"]) == ("T1107", "-10.00")
    assert back["paypal_reference_id"] == capture["id"]
    assert told.json()["total_items"] == len(rows)
    long_ago = f"{now - timedelta(days=40):%Y-%m-%dT%H:%M:%SZ}"
    assert client.get("/v1/reporting/transactions", start_date=long_ago, end_date=until).status_code == 400


def chain(gateways: Gateways, url: str) -> x509.Certificate:
    """The certificate that signs, if the one who vouches for it is who was said."""
    leaf, *others = x509.load_pem_x509_certificates(requests.get(url, timeout=20).content)
    root = x509.load_pem_x509_certificate(Path(gateways.environ["DEMO_PAYPAL_ROOT_FILE"]).read_bytes())
    PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName(CERTIFIED)).verify(leaf, others)
    return leaf


def test_notices_are_signed_by_a_certificate_with_a_chain(client: Client, gateways: Gateways, shop: Shop):
    gateways.control("paypal", targets=[shop.url])
    gateways.control("paypal", next="wrong_signature")
    number = client.approved()
    client.later(60)
    (wrong, right) = shop.arrived
    webhook = gateways.environ["DEMO_PAYPAL_WEBHOOK_ID"]
    for (headers, body), is_good in ((right, True), (wrong, False)):
        named = {name.lower(): value for name, value in headers.items()}
        leaf = chain(gateways, named["paypal-cert-url"])
        message = "|".join(
            [named["paypal-transmission-id"], named["paypal-transmission-time"], webhook, str(zlib.crc32(body))]
        )
        try:
            leaf.public_key().verify(
                b64decode(named["paypal-transmission-sig"]), message.encode(), PKCS1v15(), SHA256()
            )
            verified = True
        except InvalidSignature:
            verified = False
        asked = client.post(
            "/v1/notifications/verify-webhook-signature",
            {
                "auth_algo": named["paypal-auth-algo"],
                "cert_url": named["paypal-cert-url"],
                "transmission_id": named["paypal-transmission-id"],
                "transmission_sig": named["paypal-transmission-sig"],
                "transmission_time": named["paypal-transmission-time"],
                "webhook_id": webhook,
                "webhook_event": json.loads(body),
            },
        ).json()
        assert (verified, asked["verification_status"]) == (is_good, "SUCCESS" if is_good else "FAILURE")
    event = json.loads(right[1])
    assert (event["event_type"], event["resource"]["id"]) == ("CHECKOUT.ORDER.APPROVED", number)
    assert event["id"].startswith("WH-")


def test_the_message_that_is_signed_has_a_decimal_checksum():
    """CRC-32's own check value: of "123456789" it is 0xCBF43926."""
    assert signed("t", "2026-11-30T04:00:00Z", "W", b"123456789") == b"t|2026-11-30T04:00:00Z|W|3421780262"


def test_strangers_are_refused(client: Client):
    answer = requests.post(f"{client.url}/v1/oauth2/token", auth=("x", "y"), timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    client.headers = {"Authorization": "Bearer x"}
    assert client.get("/v2/checkout/orders/x").status_code == 401
