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
    bettor = shop.bettor()
    card = shop.bet(bettor, {"bets": [bet], "payment": "wallet"}).get_json()["card"]
    shop.draw(game.id, 47)
    with transaction():
        draw = db.session.scalars(select(BetDraw).where(BetDraw.name == game.id)).one()
        draw.seal_root = bytes(range(32))
    return {
        "draw": game.id,
        "code": card["code"],
        "id": card["id"],
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
        f"swertres {held['draw']}": draw,
        f"Swertres, draw {held['draw']}": draw,
        " ".join(held["draw"].rsplit("-", 1)): draw,
        held["code"].lower(): card,
        held["code"].replace("-", " "): card,
        f"/swertres/verify?code={held['code']}": card,
    }
    for text, wanted in kept.items():
        answer = client.get("/verify", query_string={"q": text})
        assert (answer.status_code, answer.headers.get("Location")) == (303, wanted), text
        assert f'href="{wanted}"' in unescape(client.post("/check", data={"text": text}).text), text
    for text in ("2026-12-01-999", f"luckotto {held['draw']}", "/swertres/games/2026-12-01-999"):
        assert client.get("/verify", query_string={"q": text}).status_code in (404, 422), text


def test_what_resembles_a_code_is_told_that_no_card_was_sold_under_it(shop: Shop) -> None:
    client = shop.app.test_client()
    for text in ("AAAA-BBBB-CCCC", "AAAA-BBBB-CC2", "AAA0 BBBB CCCC", "aaaabbbbccc2"):
        answer = client.get("/verify", query_string={"q": text})
        assert answer.status_code == 404, text
        assert "looks like a card’s code, but no card was sold under it" in answer.text, text
    for text in ("this card here", "seven 7"):
        assert "looks like a card’s code" not in client.get("/verify", query_string={"q": text}).text, text


def test_a_cards_id_leads_nobody_to_its_code(shop: Shop, held: dict[str, str]) -> None:
    """It stands in the public log; its own page opens for its buyer alone."""
    own = f"/swertres/my-bets/{held['id']}"
    for client in (shop.app.test_client(), shop.bettor().browser):
        for text in (held["id"], f"tiraj-receipt-{held['id']}.json", own, f"{own}/receipt.pdf"):
            answer = client.get("/verify", query_string={"q": text})
            assert (answer.status_code, answer.headers["Location"]) == (303, f"/check?q={held['id']}"), text
        page = client.get(f"/check?q={held['id']}").text
        assert "the id of a card of Swertres" in page
        assert f'href="/log?q={held["id"]}"' in page
        assert held["code"] not in page


def test_ones_own_card_is_opened(shop: Shop) -> None:
    bettor, bet = shop.bettor(), {"gameId": shop.open()[0].id, "number": "047", "amountCentavos": 10_00}
    card = shop.bet(bettor, {"bets": [bet], "payment": "wallet"}).get_json()["card"]
    own = f"/swertres/my-bets/{card['id']}"
    for text in (card["id"], own, f"http://localhost/swertres/bet/success?card={card['id']}"):
        assert bettor.browser.get("/verify", query_string={"q": text}).headers["Location"] == own, text
    assert bettor.browser.post("/check", data={"text": own}).headers["Location"] == own


def test_a_draws_own_hashes_are_known(shop: Shop, held: dict[str, str]) -> None:
    client = shop.app.test_client()
    for name, words in (("promise", "The promise of"), ("seal", "The seal of")):
        page = unescape(client.get("/check", query_string={"q": held[name]}).text)
        assert "We know nothing" not in page
        assert f"{words} Swertres {held['draw']}" in page
        assert f"/swertres/results/{held['draw']}" in page
    assert "We know nothing" in client.get("/check", query_string={"q": "ab" * 32}).text
