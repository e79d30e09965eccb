"""Whatever a bettor holds of a draw or a card, the pages that verify know it: name, code, link, and the hashes that we
print ourselves.
"""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.selling.bets.models import BetDraw

from .conftest import Shop


@pytest.fixture
def held(shop: Shop) -> dict[str, str]:
    """What stands on pages of a draw that is over and of a card upon it, by what it is."""
    game = shop.open()[0]
    bet = {"gameId": game.id, "number": "047", "amountCentavos": 10_00}
    card = shop.bet(shop.bettor(), {"bets": [bet], "payment": "wallet"}).get_json()["card"]
    shop.draw(game.id, 47)
    with transaction():
        draw = db.session.scalars(select(BetDraw).where(BetDraw.name == game.id)).one()
        draw.seal_root = bytes(range(32))
    return {
        "draw": game.id,
        "code": card["code"],
        "promise": draw.promise_hash.hex(),
        "seal": bytes(range(32)).hex(),
    }


def test_names_codes_and_links_lead_to_the_draw_or_the_card(shop: Shop, held: dict[str, str]) -> None:
    client, draw, card = shop.app.test_client(), f"/swertres/results/{held['draw']}", f"/swertres/verify/{held['code']}"
    kept = {
        held["draw"]: draw,
        f"/swertres/games/{held['draw']}": draw,
        f"http://localhost{draw}": draw,
        f"/api/bet-draws/swertres/{held['draw']}/bundle": draw,
        held["code"].lower(): card,
        f"/swertres/verify?code={held['code']}": card,
    }
    for text, wanted in kept.items():
        answer = client.get("/verify", query_string={"q": text})
        assert (answer.status_code, answer.headers.get("Location")) == (303, wanted), text
        assert f'href="{wanted}"' in unescape(client.post("/check", data={"text": text}).text), text
    for text in ("2026-12-01-999", "AAAA-BBBB-CCCC", "/swertres/games/2026-12-01-999"):
        assert client.get("/verify", query_string={"q": text}).status_code in (404, 422), text


def test_a_draws_own_hashes_are_known(shop: Shop, held: dict[str, str]) -> None:
    client = shop.app.test_client()
    for name, words in (("promise", "The promise of"), ("seal", "The seal of")):
        page = unescape(client.get("/check", query_string={"q": held[name]}).text)
        assert "We know nothing" not in page
        assert f"{words} Swertres {held['draw']}" in page
        assert f"/swertres/results/{held['draw']}" in page
    assert "We know nothing" in client.get("/check", query_string={"q": "ab" * 32}).text
