"""What operators' programs see and do: with a token of theirs and the privilege, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.database.session import transaction
from app.games.swertres.operating.configuring import CONFIGURED
from app.people.operators import queries as operators
from app.people.operators import tokens
from tests.faces.admin.operators import NAME

from .conftest import BANKROLL, Shop

API = "/api/swertres/admin"


@pytest.fixture
def token(shop: Shop) -> dict[str, str]:
    with transaction():
        known = operators.known(NAME)
        assert known is not None
        made = tokens.begin(known, agent="a test")
        assert made is not None
    return {"Authorization": f"Bearer {made.access}"}


def test_exposure_weighs_as_the_worked_example_says(client: FlaskClient, shop: Shop, token: dict[str, str]) -> None:
    """10.00 rumble on 123 is 750.00 on each of six numbers; 213 at 3,000.00 becomes 3,750.00."""
    ada, game = shop.bettor(), shop.open()[0]
    bets = [
        {"gameId": game.id, "number": "123", "amountCentavos": 10_00, "isRumble": True},
        {"gameId": game.id, "number": "213", "amountCentavos": 40_00, "isRumble": True},
    ]
    assert shop.bet(ada, {"bets": bets}).status_code == 201
    told = client.get(f"{API}/games/{game.id}/exposure", headers=token).get_json()
    assert told["worstCaseCentavos"] == 3_750_00
    assert {(one["potentialPayoutCentavos"], one["betsCount"], one["stakedCentavos"]) for one in told["items"]} == {
        (3_750_00, 2, 50_00)
    }
    assert len(told["items"]) == 6
    board = client.get(f"{API}/dashboard", headers=token).get_json()
    assert board["owner"]["balanceCentavos"] == BANKROLL
    assert board["owner"]["worstCaseCentavos"] == 3_750_00
    assert (board["activeBetsCount"], board["activeBetsCentavos"]) == (2, 50_00)
    again = client.post(f"{API}/recalculate-exposure/{game.id}", headers=token)
    assert again.get_json()["worstCaseCentavos"] == 3_750_00
    listed = client.get(f"{API}/games/{game.id}/bets", headers=token).get_json()["items"]
    assert {one["userId"] for one in listed} == {str(ada.id)}
    bettor = client.get(f"{API}/bettors/{ada.id}", headers=token).get_json()
    assert (bettor["cardsCount"], bettor["wageredCentavos"]) == (1, 50_00)
    assert client.get(f"{API}/bettors", headers=token).get_json()["items"] == [bettor]


def test_draws_are_made_skipped_and_held_after_all_and_nobody_opens_one(
    client: FlaskClient, shop: Shop, token: dict[str, str]
) -> None:
    made = client.post(f"{API}/games/create", json={"startDate": "2027-01-01", "endDate": "2027-01-02"}, headers=token)
    assert made.get_json() == {"made": 6}
    game = shop.open()[-1].id
    skipped = client.post(f"{API}/games/{game}/skip", json={"reason": "typhoon"}, headers=token)
    assert skipped.get_json()["status"] == "cancelled"
    refused = shop.bet(shop.bettor(), {"bets": [{"gameId": game, "number": "047", "amountCentavos": 10_00}]})
    assert [one["reason"] for one in refused.get_json()["refusals"]] == ["game_skipped"]
    held = client.delete(f"{API}/games/skips/{game}", headers=token)
    assert held.get_json()["status"] == "betting_open"
    for deed in ("open-betting", "close-betting"):
        assert client.post(f"{API}/games/{game}/{deed}", headers=token).get_json()["code"] == "clock_decides"


def test_the_configuration_is_changed_by_what_is_named_and_nobody_else_comes_in(
    client: FlaskClient, shop: Shop, token: dict[str, str]
) -> None:
    body: dict[str, Any] = {"maxBetsPerCard": 5, "reason": "a trial"}
    assert client.post(f"{API}/config", json=body, headers=token).get_json()["maxBetsPerCard"] == 5
    assert CONFIGURED.now().multiple == 450
    wrong = client.post(f"{API}/config", json={"payoutMultiplier": 1000, "reason": "more"}, headers=token)
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "config_invalid")
    ada = shop.bettor()
    for path in ("dashboard", "games", "bettors", "withdrawals", "owner/balance"):
        assert client.get(f"{API}/{path}", headers=token).status_code == 200, path
        assert ada.get(f"{API}/{path}").status_code == 401, path
