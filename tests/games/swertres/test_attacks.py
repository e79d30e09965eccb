"""What nobody means well who sends it: a key for another card, stakes that no amount is, more than there is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import OWN, Shop


def test_a_key_is_one_card_and_no_other(shop: Shop) -> None:
    ada, game = shop.bettor(), shop.open()[0]
    body = {"bets": [{"gameId": game.id, "number": "047", "amountCentavos": 10_00}]}
    other = {"bets": [{"gameId": game.id, "number": "047", "amountCentavos": 20_00}]}
    assert shop.bet(ada, body).status_code == 201
    answer = shop.bet(ada, other)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key_reused")
    bob = shop.bettor()
    assert shop.bet(bob, other).status_code == 201, "another's key is another key"
    has = ada.get("/api/swertres/balance").get_json()["balanceCentavos"]
    assert has == OWN - 10_00


@pytest.mark.parametrize(
    "amount", [0, -10_00, 10**12, 2**63, 10**30, 1e3, 10_00.5, "1000", True, None, [], float("nan")]
)
def test_what_is_no_stake_is_refused_in_words(shop: Shop, amount: Any) -> None:
    ada, game = shop.bettor(), shop.open()[0]
    body = json.dumps({"bets": [{"gameId": game.id, "number": "047", "amountCentavos": amount}]})
    for path in ("place", "validate"):
        answer = ada.browser.post(
            f"/api/swertres/bets/{path}",
            data=body,
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        told = answer.get_json()
        assert answer.status_code in (400, 422) or (path == "validate" and told["valid"] is False), (amount, told)
    assert ada.get("/api/swertres/balance").get_json()["balanceCentavos"] == OWN
