"""A payment that a bank asks back: until when, and where, it is answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database.session import db
from app.money.gateways.clients.interface import DisputeTold
from app.money.gateways.operating import consoles
from app.money.gateways.settings import GatewaySettings
from tests.money.gateways.shop import AMOUNT, Shop, paid
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)

from .test_money import MONEY, ada, shop  # noqa: F401  (fixtures)


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_disputed_payment_says_until_when_and_where_it_is_answered(
    shop: Shop,  # noqa: F811
    ada: FlaskClient,  # noqa: F811
) -> None:
    bought = shop.bought()
    until = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)
    shop.gateway.answer = paid(disputes=(DisputeTold("d1", AMOUNT, "open", fee_minor=1_500, answer_by=until),))
    shop.ask(bought)
    told = plain(ada.get(f"{MONEY}/payments/{bought}").text)
    assert "Answer by 6 May 2031, 07:08 UTC" in told
    assert "15.00 HTG of it for the dispute" in told
    kept = re.search(r"Kept by the gateway ([0-9.]+) HTG", told)
    assert kept is not None
    assert f"fees {kept[1]} HTG" in plain(ada.get(f"{MONEY}/payments").text), "in the sum of all, too"
    assert "Can still go back nothing, while the bank decides" in told
    (alarm,) = db.session.scalars(text("SELECT id FROM alarms WHERE code = 'payment_disputed'"))
    db.session.rollback()
    assert "2031-05-06 07:08 UTC" in ada.get(f"/admin/alarms/{alarm}").text
    assert shop.breaches() == []


@pytest.mark.parametrize(
    ("settings", "provider", "page"),
    [
        ({"stripe_secret_key": "sk_live_1"}, "stripe", "https://dashboard.stripe.com/payments/pi%2F1"),
        ({"stripe_secret_key": "sk_test_1"}, "stripe", "https://dashboard.stripe.com/test/payments/pi%2F1"),
        ({}, "paypal", "https://www.paypal.com/activity/payment/pi%2F1"),
        ({}, "paymongo", "https://dashboard.paymongo.com/payments/pi%2F1"),
        ({}, "moncash", None),
        ({"paypal_url": "http://127.0.0.1:7003"}, "paypal", "http://127.0.0.1:7003/"),
        ({"paypal_url": "https://gateway.example"}, "paypal", None),
    ],
)
def test_each_gateway_has_its_own_page_of_a_payment(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], provider: str, page: str | None
) -> None:
    monkeypatch.setattr(consoles, "gateway_settings", lambda: GatewaySettings.model_validate(settings))
    assert consoles.page_of(provider, "pi/1") == page
