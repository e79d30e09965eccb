"""A card from the builder to its result, on pages and in JSON, which say the same."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pypdf import PdfReader

from app.core.database.session import transaction
from app.core.ids import new_id
from app.games.swertres.operating.configuring import CONFIGURED
from app.games.swertres.wording import manila
from app.record.log import jobs as log_jobs
from app.selling.bets.settlement.refunds import reversal
from tests.personas import Persona

from .conftest import OWN, Shop

API = "/api/swertres"


def json_of(person: Persona, path: str) -> Any:
    answer = person.get(API + path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def page(person: Persona, path: str, status: int = 200) -> str:
    answer = person.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return unescape(answer.text)


def test_a_card_is_bought_once_by_json_and_becomes_what_it_won(shop: Shop) -> None:
    ada, (first, second) = shop.bettor(), shop.open()[:2]
    bets = [
        {"gameId": first.id, "number": "047", "amountCentavos": 10_00, "isRumble": True},
        {"gameId": first.id, "number": "123", "amountCentavos": 20_00, "isRumble": False},
        {"gameId": second.id, "number": "111", "amountCentavos": 10_00, "isRumble": True},
    ]
    body = {"bets": bets, "payment": "wallet"}
    quote = ada.browser.post(f"{API}/bets/validate", json=body).get_json()
    assert (quote["valid"], quote["totalCentavos"], quote["refusals"]) == (True, 40_00, [])
    told = [(one["payoutMultiplier"], one["potentialPayoutCentavos"], one["refusal"]) for one in quote["bets"]]
    assert told == [(75, 750_00, None), (450, 9_000_00, None), (450, 4_500_00, None)]
    assert quote["bets"][0]["permutations"] == ["047", "074", "407", "470", "704", "740"]
    assert quote["remainingCapacityCentavos"] > 0

    placed = shop.bet(ada, body)
    assert placed.status_code == 201, placed.text
    card = placed.get_json()["card"]
    assert (card["status"], card["paymentStatus"], card["totalCentavos"]) == ("confirmed", "succeeded", 40_00)
    assert [bet["drawSeq"] for bet in card["bets"]] == [1, 1, 1]
    receipt = card.pop("receipt")
    assert receipt == ada.get(urlsplit(card["receiptUrl"]).path).get_json()
    assert {json.loads(leaf["text"])["draw"] for leaf in receipt["leaves"]} == {first.id, second.id}
    assert all(leaf["salt"] for leaf in receipt["leaves"])
    again = shop.bet(ada, body)
    assert again.get_json() == placed.get_json(), "the same key is the same card"
    assert card == json_of(ada, f"/bets/my-cards/{card['id']}")
    assert json_of(ada, "/balance")["spendableCentavos"] == OWN - 40_00
    assert json_of(ada, "/balance/history")["items"][0]["amountCentavos"] < 0
    assert ada.browser.post(f"{API}/bets/place", json=body).get_json()["code"] == "idempotency_key_needed"

    shop.draw(first.id, 470)
    statuses = {bet["number"]: (bet["status"], bet["payoutCentavos"]) for bet in json_of(ada, "/bets/my-bets")["items"]}
    assert statuses == {"047": ("won", 750_00), "123": ("lost", 0), "111": ("active", 0)}
    assert [bet["number"] for bet in json_of(ada, "/bets/my-bets?status=won")["items"]] == ["047"]
    assert [bet["number"] for bet in json_of(ada, f"/bets/my-bets?gameId={second.id}")["items"]] == ["111"]
    assert json_of(ada, "/bets/my-cards")["items"] == [json_of(ada, f"/bets/my-cards/{card['id']}")]
    assert json_of(ada, f"/bets/my-bets/{card['id']}.0")["status"] == "won"
    result = json_of(ada, f"/games/{first.id}/results")
    wanted = {
        "winningNumber": "470",
        "salesCount": 1,
        "stakedCentavos": 30_00,
        "winningBetsCount": 1,
        "wonCentavos": 750_00,
    }
    assert {name: result[name] for name in wanted} == wanted
    assert json_of(ada, f"/games/{first.id}/bundle")["sales"] == 1

    bob = shop.bettor()
    log_jobs.sequence()
    log = page(bob, "/log")
    assert f'<a href="/swertres/results/{first.id}">Swertres, draw {first.id}</a>' in log
    assert "Sold: 2 bets, 30.00\u00a0PHP together" in log
    assert not re.search(r"<td class=\"at-7\">(?:bet|result)\.", log), "a kind without words"
    by_code = page(bob, f"/log?q={card['code']}")
    assert by_code.count("Sold: ") == 2
    assert "The result is" not in by_code
    promise = json.loads(receipt["leaves"][0]["text"])["promise"]
    for asked in (json.loads(receipt["leaves"][0]["text"])["draw"], promise):
        assert "Promised: bets until" in page(bob, f"/log?q={asked}")
    assert bob.get(f"{API}/bets/my-cards/{card['id']}").status_code == 404
    assert bob.get(f"{API}/bets/my-bets/{card['id']}.0").status_code == 404
    assert json_of(bob, "/bets/my-bets")["items"] == []


def test_a_card_that_is_refused_says_why_bet_by_bet_and_costs_nothing(shop: Shop) -> None:
    ada, game = shop.bettor(), shop.open()[0]
    wrong = [
        {"gameId": game.id, "number": "47", "amountCentavos": 10_00},
        {"gameId": game.id, "number": "047", "amountCentavos": 9_99},
        {"gameId": "1999-01-01-0", "number": "047", "amountCentavos": 10_00},
        {"gameId": game.id, "number": "047", "amountCentavos": 10_00},
    ]
    answer = shop.bet(ada, {"bets": wrong})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    found = [(one["bet"], one["reason"]) for one in answer.get_json()["refusals"]]
    assert found == [(0, "number_not_a_number"), (1, "stake_too_small"), (2, "game_not_found")]
    poor = shop.bet(ada, {"bets": [{"gameId": game.id, "number": "047", "amountCentavos": OWN + 1}]}, "two")
    assert [one["reason"] for one in poor.get_json()["refusals"]] == ["insufficient_balance"]
    assert json_of(ada, "/balance")["balanceCentavos"] == OWN
    assert json_of(ada, "/bets/my-cards")["items"] == []


def test_a_card_is_filled_read_once_more_and_bought_without_a_script(shop: Shop) -> None:
    ada, (first, second) = shop.bettor(), shop.open()[:2]
    assert first.id in page(ada, "/swertres")
    typed = f"number=047&rumble=1&stake=10&game={first.id}&game={second.id}"
    builder = page(ada, f"/swertres/bet?{typed}")
    for words in (
        "Wins on 047, 074, 407, 470, 704, 740",
        "Can win ₱750.00 on each draw, ₱1,500.00 on all together",
        "takes up to ₱10,000.00",
    ):
        assert words in builder
    assert "Choose three digits" in page(ada, "/swertres/bet?number=4&do=add", 422)
    added = ada.get(f"/swertres/bet?{typed}&do=add").headers["Location"]
    filled = page(ada, added)
    assert "Take away" in filled
    assert "Added: 047" in filled
    assert re.findall(r'name="game" value="([^"]+)"\s+checked', filled) == [first.id, second.id], "as they were chosen"
    assert 'id="rumble" name="rumble" value="1" checked' in filled
    assert 'name="number" value=""' in filled, "nobody has chosen the next one"
    line = re.search(r'name="line" value="([^"]+)"', filled)[1]  # type: ignore[index]
    nothing = ada.get(f"/swertres/bet?line={line}&number=&do=pay").headers["Location"]
    assert page(ada, nothing).count('<strong class="num">') == 2, "what nobody chose is on no card"
    assert "Choose three digits" in page(ada, f"/swertres/bet?line={line}&number=&d0=4&do=pay", 422), "half a number"
    assert "Choose three digits" in page(ada, "/swertres/bet?number=12", 422), "the quick bet's page says it as well"
    confirm = ada.get(f"/swertres/bet?line={line}&number=123&stake=20&game={first.id}&do=pay").headers["Location"]
    asked = page(ada, confirm)
    assert "Pay ₱40.00 from the wallet" in asked
    assert re.search(r"Can win at most, all draws together</dt>\s*<dd>₱9,750.00", asked), "of one draw one number alone"
    poor = page(shop.bettor(money=0), confirm)
    assert 'value="wallet"' not in poor, "it could only be refused"
    assert re.search(r'button-primary"[^>]*>Top up<', poor)
    form = {"card": re.search(r'name="card"[^>]*value="([^"]+)"', asked)[1]}  # type: ignore[index]
    form["line"] = re.findall(r'name="line" value="([^"]+)"', asked)  # type: ignore[assignment]
    bought = [ada.post("/swertres/bet/confirm", form) for _ in range(2)]
    assert {answer.status_code for answer in bought} == {303}
    assert len({answer.headers["Location"] for answer in bought}) == 1, "twice is once"
    success = page(ada, bought[0].headers["Location"])
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", success)[0]  # type: ignore[index]
    assert "Your card is bought" in success
    assert "Waits for 2 draws" in success
    assert "Your card is bought" not in page(ada, bought[0].headers["Location"]), "it is greeted once"
    assert success.count('id="bet-') == 3
    log_jobs.sequence()
    number = bought[0].headers["Location"].partition("card=")[2]
    paper = PdfReader(io.BytesIO(ada.get(f"/swertres/my-bets/{number}/receipt.pdf").data))
    links = [one.get_object()["/A"]["/URI"] for one in paper.pages[0]["/Annots"]]
    assert (len(paper.pages), [one.rpartition("/")[2] for one in links]) == (2, [code])
    assert json_of(ada, "/balance")["balanceCentavos"] == OWN - 40_00

    shop.draw(first.id, 123, paid=True)
    decided = page(ada, bought[0].headers["Location"])
    for words in ("Won ₱9,000.00", "drawn: 123", "Did not win"):
        assert words in decided
    statement = page(ada, "/play/wallet/statement?currency=PHP")
    assert re.search(rf'<a href="/swertres/bet/success\?card=[^"]+">Bet</a>\s*<span[^>]*>{code}<', statement)
    drawn = {re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"draw of (<time.+?</time>)", statement)}
    assert len(drawn) == 2, "a line says of which draw it is"
    assert page(ada, "/swertres/my-bets?status=won").count('id="bet-') == 1, "what is paid has won all the same"
    mine = page(ada, "/swertres/my-bets")
    assert "₱9,000.00" in mine
    assert mine.count(code) == 3, "a row names its card"
    assert page(ada, "/swertres/my-bets?status=lost").count('id="bet-') == 1
    stranger = Persona(shop.app.test_client())
    assert page(stranger, f"/swertres/verify/{code.replace('-', '')}").count('id="bet-') == 3, "typed without hyphens"
    shown = page(stranger, f"/swertres/verify/{code.lower()}")
    assert "Ada" not in shown
    assert shown.count('id="bet-') == 3
    assert "no card with this code" in page(stranger, "/swertres/verify/ABCD-ABCD-ABCD", 404)
    assert "123" in page(stranger, "/swertres/results?q=23")
    assert "Nothing matches" in page(stranger, "/swertres/results?q=777")
    draw = page(stranger, f"/swertres/results/{first.id}")
    for words in ("₱30.00", "₱9,000.00", "45%", "450 for 1", f"python3 verify_swertres.py {first.id}.json"):
        assert words in draw
    assert stranger.get("/swertres/my-bets").headers["Location"].startswith("/play/sign-in")


def test_each_bet_has_its_own_reason_and_each_draw_its_own_odds(shop: Shop) -> None:
    ada, (first, second) = shop.bettor(), shop.open()[:2]
    card = shop.bet(ada, {"bets": [{"gameId": second.id, "number": "047", "amountCentavos": 10_00}]}).get_json()["card"]
    with transaction():
        assert reversal.void_ticket(UUID(card["id"])) == 10_00
        CONFIGURED.configure({"multiple": 460}, actor="operator:ada", reason="more comes back")
    shown = page(ada, f"/swertres/my-bets/{card['id']}")
    for words in ("Given back", "The bank took back what this bet was paid with"):
        assert words in shown
    told = page(ada, "/play/notices")
    assert "The bank took back what this bet was paid with" in told
    assert f"Swertres, {manila(second.draws_at)} Manila" in told
    assert second.id not in told, "a draw is named by its time"
    home = page(ada, "/swertres")
    assert "₱4,500.00" in home, "what the draw pays that takes bets"
    assert "₱4,600.00" not in home
    assert "Other draws pay differently" in home
    shop.draw(first.id, 123)
    closed = page(ada, f"/swertres/bet/confirm?line=047:s:1000:{first.id},{second.id}")
    assert f'href="/swertres/bet/confirm?line=047:s:1000:{second.id}"' in closed
    assert "from the wallet" not in closed, "it could only be refused"


def test_a_bet_goes_on_no_draw_that_nobody_chose(shop: Shop) -> None:
    ada, (first, second) = shop.bettor(), shop.open()[:2]
    form = "number=000&shown=&stake=10"
    assert "Choose at least one draw" in page(ada, f"/swertres/bet?{form}&do=pay", 422)
    filled = page(ada, f"/swertres/bet?line=000:s:1000:{second.id}")
    assert f"{manila(second.draws_at)} Manila · can win ₱" in filled, "a line of the card says when, and what"
    shop.draw(first.id, 123)
    asked = page(ada, f"/swertres/bet?game={first.id}")
    assert re.findall(r'name="game" value="([^"]+)"\s+checked', asked) == [first.id], "the next does not take its place"
    assert "Bets on this draw are closed" in asked
    assert "Untick what takes no bets" in page(
        ada, f"/swertres/bet?{form}&game={first.id}&game={second.id}&do=add", 422
    )


def test_a_number_is_typed_or_turned_without_a_script(shop: Shop) -> None:
    ada = shop.bettor()
    turned = "d0=0&d1=4&d2=7"
    for asked, number in (
        (f"number=&shown=&{turned}", "047"),
        (f"number=123&shown=&{turned}", "123"),
        (f"number=123&shown=123&{turned}", "047"),
        (f"number=&shown=047&{turned}", None),
        ("number=123&shown=123&d0=4", "123"),
        ("number=&shown=&d0=4", "4"),
    ):
        shown = page(ada, f"/swertres/bet?{asked}")
        chosen = "".join(re.findall(r'name="d[012]" value="([0-9])" checked', shown))
        assert chosen == (number or ""), asked
        assert f'name="number" value="{number if number and len(number) == 3 else ""}"' in shown
    picked = ada.get("/swertres/bet?do=any&stake=20&rumble=1").headers["Location"]
    assert re.search(r"number=[0-9]{3}&stake=20&rumble=1", picked)


def test_nobody_uses_up_anothers_calls(shop: Shop) -> None:
    """Both share a network; a page elsewhere that makes a browser ask is refused before anything is counted."""
    ada, bob, game = shop.bettor(), shop.bettor(), shop.open()[0]
    body = {"bets": [{"gameId": game.id, "number": "47", "amountCentavos": 10_00}]}
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Idempotency-Key": "x"}
    for _ in range(3):
        assert ada.browser.post(f"{API}/bets/place", json=body, headers=elsewhere).status_code == 403
    codes = [shop.bet(ada, body).status_code for _ in range(61)]  # of which none was counted before
    assert codes == [422] * 60 + [429]
    refused = shop.bet(ada, body)
    assert (refused.mimetype, refused.get_json()["code"]) == ("application/problem+json", "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert ada.post("/swertres/bet/confirm", {"line": f"047:s:1000:{game.id}"}).status_code == 429
    assert ada.browser.post(f"{API}/bets/validate", json=body).status_code == 200, "a share of its own"
    assert shop.bet(bob, body).status_code == 422


def test_what_is_in_the_way_is_said_on_the_card_and_nothing_is_sold(shop: Shop) -> None:
    poor, game = shop.bettor(money=0), shop.open()[0]
    line = f"047:s:1000:{game.id}"
    asked = page(poor, f"/swertres/bet/confirm?line={line}")
    assert "Your wallet has ₱0.00" in asked
    form = {"card": str(new_id()), "line": line}
    refused = poor.post("/swertres/bet/confirm", form)
    assert refused.status_code == 422
    assert re.search(r'id="confirm"[^>]*>\s*<div[^>]*id="refused"[^>]*data-focus', refused.text), (
        "the answer begins with it"
    )
    assert "Nothing was bought, and nothing was taken from you" in refused.text
    assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]
    assert "The card is empty" in page(poor, "/swertres/bet/confirm?line=nonsense")
