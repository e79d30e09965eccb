"""Which accounts with gateways production starts with."""

from __future__ import annotations

import pytest

from app.money.gateways.settings import GatewaySettings

NEEDED = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}
WORLD = {"GATEWAYS": "stripe", **NEEDED}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_SECRET_KEY", "sk_test_1"),
        ("STRIPE_SECRET_KEY", "rk_test_1"),
        ("STRIPE_SECRET_KEY", "pk_test_1"),
        ("PAYPAL_URL", "https://api-m.sandbox.paypal.com"),
        ("MONCASH_URL", "https://sandbox.moncashbutton.digicelgroup.com"),
    ],
)
def test_what_takes_no_real_money_stays_out_of_production(name: str, value: str) -> None:
    tried = WORLD | {name: value}
    found = GatewaySettings.problems(tried | {"ENVIRONMENT": "production"})
    assert [one.partition(":")[0] for one in found] == [name]
    assert value not in found[0], "a key is not told"
    assert GatewaySettings.problems(tried | {"ENVIRONMENT": "development"}) == []
    assert GatewaySettings.problems(WORLD | {"ENVIRONMENT": "production"}) == []
