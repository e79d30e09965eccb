"""Each misbehaviour seen from outside, the same ones from the same seed, and what a process remembers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import requests
import stripe

from dev import merchant
from dev.gateways.hosted import TITLES
from dev.gateways.misbehaviour import ALL, Misbehaviours
from tests.factories.gateways import SHOP, Gateways, Shop, accounts


def call(gateways: Gateways, method: str = "POST", path: str = "", **form: object) -> requests.Response:
    """Stripe's wire, bare."""
    headers = {"Authorization": f"Bearer {gateways.environ['DEMO_STRIPE_KEY']}"}
    url = gateways.url("stripe", f"/v1/payment_intents{path}")
    return requests.request(method, url, data=form, headers=headers, timeout=20)


def made(gateways: Gateways) -> list[int]:
    """The amounts of the intents that there are."""
    return [one["amount"] for one in call(gateways, "GET", "?limit=100").json()["data"]]


def paid(gateways: Gateways, amount: int = 2000) -> dict:
    form = {"amount": amount, "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}
    return call(gateways, **form).json()


@pytest.mark.parametrize(
    ("wrong", "status", "has_effect"),
    [
        ("cut", None, False),
        ("hang", None, False),
        ("error", 500, False),
        ("rate_limited", 429, False),
        ("key_in_use", 409, False),
        ("slow", 200, True),
        ("html", 200, True),
        ("lost_answer", None, True),
        ("hang_with_effect", None, True),
        ("error_with_effect", 500, True),
    ],
)
def test_calls_go_wrong_before_while_or_after_they_are_served(
    gateways: Gateways, wrong: str, status: int | None, has_effect: bool
):
    amount = 2000 + sum(map(ord, wrong))
    gateways.control("stripe", next=wrong)
    began = time.monotonic()
    try:
        answer = call(gateways, amount=amount, currency="usd")
    except requests.ConnectionError:
        answer = None
    assert (answer.status_code if answer is not None else None) == status
    assert (time.monotonic() - began > 0.9) == (wrong in ("hang", "slow", "hang_with_effect"))
    if wrong == "html":
        assert answer.headers["Content-Type"].startswith("text/html")
    assert (amount in made(gateways)) == has_effect
    assert gateways.control("stripe")["next"] == []


def test_what_exists_is_hidden_and_told_in_the_wrong_unit_once(gateways: Gateways):
    number = paid(gateways)["id"]
    gateways.control("stripe", next="hidden")
    gateways.control("stripe", next="wrong_unit_told")
    assert call(gateways, "GET", f"/{number}").status_code == 404
    assert call(gateways, "GET", f"/{number}").json()["amount"] == 200_000
    assert call(gateways, "GET", f"/{number}").json()["amount"] == 2000


def test_a_good_token_is_said_to_be_old(gateways: Gateways):
    pair = (gateways.environ["DEMO_MONCASH_CLIENT_ID"], gateways.environ["DEMO_MONCASH_CLIENT_SECRET"])
    form = {"grant_type": "client_credentials", "scope": "read,write"}
    token = requests.post(gateways.url("moncash", "/Api/oauth/token"), auth=pair, data=form, timeout=20).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    gateways.control("moncash", next="stale_token")
    url = gateways.url("moncash", "/Api/v1/CustomerStatus")
    statuses = [requests.post(url, json={"account": "50937007294"}, headers=headers, timeout=20) for _ in range(2)]
    assert [one.status_code for one in statuses] == [401, 200]
    assert "expired" in statuses[0].json()["error_description"]


def test_a_path_says_which_call_is_meant(gateways: Gateways):
    gateways.control("stripe", next="error", path="/cancel")
    number = call(gateways, amount=2000, currency="usd").json()["id"]
    assert [call(gateways, path=f"/{number}/cancel").status_code for _ in range(2)] == [500, 200]


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    try:
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
    except stripe.SignatureVerificationError:
        return False
    return True


@pytest.mark.parametrize(
    ("wrong", "at_once", "later"),
    [
        ("lost_notice", [], []),
        ("late_notice", [], [True]),
        ("duplicate_notice", [True, True], []),
        ("twin_notice", [True, True], []),
        ("wrong_signature", [False], [True]),
        ("old_timestamp", [False], [True]),
        ("wrong_unit", [True], []),
        ("forged_notice", [True, True], []),
    ],
)
def test_notices_go_wrong(gateways: Gateways, shop: Shop, wrong: str, at_once: list[bool], later: list[bool]):
    """Whether each that arrives is signed, in its order."""
    gateways.control("stripe", targets=[shop.url], next=wrong)
    number = call(gateways, amount=2000, currency="usd").json()["id"]
    gateways.notices("stripe")
    secret = gateways.environ["DEMO_STRIPE_WEBHOOK_SECRET"]
    assert [is_signed(*one, secret) for one in shop.arrived] == at_once
    events = [json.loads(body) for _, body in shop.arrived]
    if wrong == "wrong_unit":
        assert [one["data"]["object"]["amount"] for one in events] == [200_000]
    if wrong == "old_timestamp":
        assert time.time() - int(shop.arrived[0][0]["Stripe-Signature"][2:].split(",")[0]) > 3_000
    if len(events) == 2:
        assert (events[0]["id"] == events[1]["id"]) == (wrong == "duplicate_notice")
        assert (events[1]["data"]["object"]["id"] == number) == (wrong != "forged_notice")
    gateways.control("stripe", advance=300)
    assert [is_signed(*one, secret) for one in shop.arrived] == at_once + later


def test_notices_arrive_in_another_order_or_alone_a_minute_later(gateways: Gateways, shop: Shop):
    gateways.control("stripe", targets=[shop.url], next="reordered_notices")
    paid(gateways)
    gateways.notices("stripe")
    told = [json.loads(body)["type"] for _, body in shop.arrived]
    assert told == ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]
    gateways.control("stripe", next="reordered_notices")
    call(gateways, amount=2000, currency="usd")
    gateways.notices("stripe")
    assert len(shop.arrived) == 3
    gateways.control("stripe", advance=60)
    assert len(shop.arrived) == 4


@pytest.mark.parametrize(
    ("wrong", "at_once", "received", "in_the_end"),
    [
        ("declined", "requires_payment_method", 0, "requires_payment_method"),
        ("partial_payment", "succeeded", 1000, "succeeded"),
        ("pending_payment", "processing", 0, "succeeded"),
        ("pending_failure", "processing", 0, "requires_payment_method"),
    ],
)
def test_payments_go_wrong(gateways: Gateways, wrong: str, at_once: str, received: int, in_the_end: str):
    number = call(gateways, amount=2000, currency="usd").json()["id"]
    gateways.control("stripe", next=wrong)
    call(gateways, path=f"/{number}/confirm", payment_method="pm_card_visa")
    seen = call(gateways, "GET", f"/{number}").json()
    assert (seen["status"], seen["amount_received"]) == (at_once, received)
    gateways.control("stripe", advance=300)
    assert call(gateways, "GET", f"/{number}").json()["status"] == in_the_end


@pytest.mark.parametrize("ended", ["confirm", "cancel", "expire"])
def test_what_failed_was_cancelled_or_expired_succeeds_after_all(gateways: Gateways, ended: str):
    gateways.control("stripe", next="late_success")
    if ended == "expire":
        url = gateways.url("stripe", "/v1/checkout/sessions")
        headers = {"Authorization": f"Bearer {gateways.environ['DEMO_STRIPE_KEY']}"}
        price = "line_items[0][price_data]"
        form = {
            f"{price}[unit_amount]": 2000,
            f"{price}[currency]": "usd",
            f"{price}[product_data][name]": "x",
            "line_items[0][quantity]": 1,
            "mode": "payment",
            "success_url": SHOP,
        }
        session = requests.post(url, data=form, headers=headers, timeout=20).json()
        requests.post(f"{url}/{session['id']}/expire", headers=headers, timeout=20)
        gateways.control("stripe", advance=300)
        number = requests.get(f"{url}/{session['id']}", headers=headers, timeout=20).json()["payment_intent"]
    else:
        number = call(gateways, amount=2000, currency="usd").json()["id"]
        call(
            gateways,
            path=f"/{number}/{ended}",
            **({"payment_method": "pm_card_chargeDeclined"} if ended == "confirm" else {}),
        )
        gateways.control("stripe", advance=300)
    assert call(gateways, "GET", f"/{number}").json()["status"] == "succeeded"


def refund(gateways: Gateways, number: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {gateways.environ['DEMO_STRIPE_KEY']}"}
    return requests.post(
        gateways.url("stripe", "/v1/refunds"), data={"payment_intent": number}, headers=headers, timeout=20
    )


def of(gateways: Gateways, path: str, number: str) -> list[str]:
    headers = {"Authorization": f"Bearer {gateways.environ['DEMO_STRIPE_KEY']}"}
    url = gateways.url("stripe", f"/v1/{path}")
    rows = requests.get(url, params={"payment_intent": number}, headers=headers, timeout=20).json()["data"]
    return [one["status"] for one in rows]


def test_refunds_and_successes_go_wrong(gateways: Gateways):
    gateways.control("stripe", next="refund_refused")
    first = paid(gateways)["id"]
    assert refund(gateways, first).status_code == 400
    gateways.control("stripe", next="refund_pending")
    assert refund(gateways, first).json()["status"] == "pending"
    gateways.control("stripe", advance=3_600)
    assert of(gateways, "refunds", first) == ["succeeded"]
    gateways.control("stripe", next="refund_fails_later")
    second = paid(gateways)["id"]
    assert refund(gateways, second).json()["status"] == "succeeded"
    gateways.control("stripe", advance=86_400)
    assert of(gateways, "refunds", second) == ["failed"]
    for wrong, path, status in (("unasked_refund", "refunds", "succeeded"), ("dispute", "disputes", "needs_response")):
        gateways.control("stripe", next=wrong)
        number = paid(gateways)["id"]
        gateways.control("stripe", advance=600)
        assert of(gateways, path, number) == [status]


def test_something_happens_to_a_payment_that_there_is(gateways: Gateways):
    number = paid(gateways)["id"]
    gateways.control("stripe", do="dispute", payment=number)
    assert of(gateways, "disputes", number) == ["needs_response"]
    gateways.control("stripe", do="dispute_lost", payment=number)
    assert of(gateways, "disputes", number) == ["lost"]
    other = paid(gateways)["id"]
    gateways.control("stripe", do="unasked_refund", payment=other)
    gateways.control("stripe", do="refund_fails_later", payment=other)
    assert of(gateways, "refunds", other) == ["failed"]
    url = gateways.url("stripe", "/_control")
    assert requests.post(url, json={"do": "dispute", "payment": "pi_none"}, timeout=20).status_code == 422


@pytest.mark.parametrize("provider", merchant.PROVIDERS)
def test_the_list_says_what_each_is_and_refuses_what_is_none(gateways: Gateways, provider: str):
    told = gateways.control(provider)
    assert {one["name"] for one in told["misbehaviours"]} <= set(ALL)
    assert all(len(one["sentence"].split()) > 3 for one in told["misbehaviours"])
    url = gateways.url(provider, "/_control")
    for order in ({"next": "pigeon"}, {"next": "cut", "times": 0}, {"next": "cut", "times": "x"}, {"rate": 2}, [1]):
        assert requests.post(url, json=order, timeout=20).status_code == 422
    assert requests.post(url, json={"targets": ["http://shop.example/"]}, timeout=20).status_code == 422
    assert requests.post(url, data={"next": "cut", "times": "2"}, timeout=20).json()["next"] == [{"name": "cut"}] * 2
    assert gateways.control(provider, clear=1)["next"] == []
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert requests.post(url, json={"next": "cut"}, headers=headers, timeout=20).status_code == 403


@pytest.mark.parametrize("provider", merchant.PROVIDERS)
def test_a_person_lets_things_go_wrong_on_a_page(gateways: Gateways, provider: str):
    html = {"Accept": "text/html"}
    page = requests.get(gateways.url(provider, "/"), headers=html, timeout=20)
    assert f"<h1>{TITLES[provider]}, simulated</h1>" in page.text
    assert all(gateways.url(other, "/") in page.text for other in merchant.PROVIDERS)
    url = gateways.url(provider, "/_control")
    after = requests.post(url, data={"next": "cut", "times": "1"}, headers=html, timeout=20)
    assert "Hangs up without having done anything" in after.text
    wrong = requests.post(url, data={"next": "cut", "times": "x"}, headers=html, timeout=20)
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)
    assert "<li>Hangs up" not in requests.post(url, data={"clear": "1"}, headers=html, timeout=20).text


def strikes(seed: str, rate: float) -> list[str]:
    one = Misbehaviours(ALL, seed, rate)
    return [one.strike(*points) for points in [("call", "act"), ("call", "ask"), ("notice",), ("pay",)] * 250]


def test_at_random_it_is_the_same_from_the_same_seed_and_as_often_as_was_said():
    assert strikes("7", 0.2) == strikes("7", 0.2) != strikes("8", 0.2)
    assert 140 < sum(bool(one) for one in strikes("7", 0.2)) < 260
    assert not any(strikes("7", 0))
    assert all(strikes("7", 1))
    assert len(set(strikes("7", 1))) > 20


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Gateways]:
    environ = accounts(tmp_path)
    made: list[Gateways] = []

    def begin(*arguments: str) -> Gateways:
        made.append(Gateways(environ, tmp_path / "kept", arguments).begin())
        return made[-1]

    yield begin
    for one in made:
        one.end()


def attempted(gateways: Gateways) -> list[str]:
    """What came of payments and refunds one after another, as a client sees it."""
    seen = []
    for _ in range(25):
        try:
            done = paid(gateways)
            seen.append(str(done.get("status") or done["error"]["type"]))
            seen.append(str(refund(gateways, done.get("id", "none")).status_code))
        except requests.ConnectionError:
            seen.append("nothing")
        except requests.JSONDecodeError:
            seen.append("no JSON")
    return seen


def test_a_seed_goes_wrong_alike_each_time_and_the_balance_is_what_moved(own: Callable[..., Gateways]):
    runs = []
    for _ in range(2):
        one = own("--hang", "0.01", "--rate", "0.2", "--seed", "7")
        runs.append(attempted(one))
        one.control("stripe", rate=0, advance=3 * 86_400)
        headers = {"Authorization": f"Bearer {one.environ['DEMO_STRIPE_KEY']}"}
        url = one.url("stripe", "/v1/balance_transactions?limit=100")
        moved = requests.get(url, headers=headers, timeout=20).json()
        balance = requests.get(one.url("stripe", "/v1/balance"), headers=headers, timeout=20).json()
        assert not moved["has_more"]
        assert sum(one["net"] for one in moved["data"]) == balance["available"][0]["amount"]
        one.end()
        for file in one.keep.glob("*"):
            file.unlink()
    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 3


def test_what_was_paid_outlives_the_process_and_time_can_be_compressed(own: Callable[..., Gateways], tmp_path: Path):
    first = own("--speed", "600")
    done = paid(first)
    first.control("stripe", next="late_notice")
    number = call(first, amount=2000, currency="usd", **{"metadata[order]": str(uuid4())}).json()["id"]
    deadline = time.monotonic() + 20
    while not any(number in one["body"] for one in first.notices("stripe")) and time.monotonic() < deadline:
        time.sleep(0.1)  # five minutes are half a second
    assert any(number in one["body"] for one in first.notices("stripe"))
    first.end()
    with (tmp_path / "kept" / "stripe.jsonl").open("a") as file:
        file.write('["intent", "half a li')
    second = own()
    assert call(second, "GET", f"/{done['id']}").json()["status"] == "succeeded"
    assert refund(second, done["id"]).json()["amount"] == 2000


def test_it_does_not_exist_in_production(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    one = Gateways({**accounts(tmp_path), "ENVIRONMENT": "production"})
    with pytest.raises(AssertionError):
        one.begin()
    assert one.process is not None
    assert one.process.wait(20) == 2
    one.end()
    assert "exist in development only" in capfd.readouterr().err
