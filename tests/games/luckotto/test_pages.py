"""Luckotto's public records on the website: rounds, a round, an order, and the page that checks them."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from .conftest import Lottery

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "luckotto_draw_1.json").read_text())["vectors"]


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"
    return unescape(answer.text)


def test_a_round_is_public_from_its_sale_to_its_draw(lottery: Lottery) -> None:
    site = lottery.site_id(display_name="Lucky Shop")
    everything = lottery.buy(site, range(1, 13), "ada")
    waiting = lottery.buy(site, range(1, 8), "bob")
    number = everything["roundNumber"]
    client = lottery.client
    assert f"/luckotto/rounds/{number}" in page(client, "/luckotto")
    empty = page(client, f"/luckotto/rounds/{number}")
    assert "No tickets sold" in empty
    assert "0 tickets cover 0 of 924 possible draws" in empty

    lottery.pay(everything)
    lottery.mine()
    sold = page(client, f"/luckotto/rounds/{number}")
    assert "1 ticket covers 924 of 924 possible draws, 100%" in sold
    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12" in sold
    order = page(client, f"/luckotto/orders/{everything['id']}")
    for said in ("Exactly the numbers that were asked for.", everything["depositAddress"], everything["commitment"]):
        assert said in re.sub(r"</?span>", "", order)
    assert everything["terms"] in order

    lottery.pay(waiting)
    lottery.mine()
    assert "No free set was left" in page(client, f"/luckotto/orders/{waiting['id']}")

    lottery.draw(number)
    drawn = lottery.get(f"/rounds/{number}")
    record = page(client, f"/luckotto/rounds/{number}")
    assert "<bdi>Ada</bdi> won the jackpot of 2,310,000 sats" in record
    assert ", ".join(map(str, drawn["winningNumbers"])) in record
    assert all(f"{digest[:4]}</span><span>{digest[4:8]}" in record for digest in drawn["drawDigests"])
    assert "every 3s" not in record
    won = page(client, f"/luckotto/orders/{everything['id']}")
    assert "This ticket won" in won
    assert won.count("(drawn)") == 6
    listed = page(client, "/luckotto")
    assert "Ada" in listed
    assert f"/luckotto/verify?round={number}" in listed


def test_little_time_left_to_pay_is_news(lottery: Lottery) -> None:
    order = lottery.buy(lottery.site_id(display_name="Lucky Shop"), range(1, 8), "ada")
    path = f"/luckotto/orders/{order['id']}"
    assert "late-warning" not in page(lottery.client, path)
    lottery.mine_to(lottery.get(f"/rounds/{order['roundNumber']}")["salesEndHeight"] - 3)
    assert 'id="late-warning" data-announce="Only 2 blocks are left to pay in."' in page(lottery.client, path)


def test_what_does_not_exist_is_not_found(lottery: Lottery) -> None:
    for path in ("/luckotto/rounds/999", "/luckotto/orders/x", "/luckotto/orders/018f58d2-2802-7000-8000-000000000002"):
        page(lottery.client, path, 404)
    page(lottery.client, "/luckotto/verify?round=999", 404)
    page(lottery.client, "/luckotto/verify?round=x", 404)


def test_the_server_draws_small_ones_for_readers_without_scripts(client: FlaskClient) -> None:
    for vector in VECTORS:
        query = f"hash={vector['closingBlockHash']}&poolSize={vector['poolSize']}&hashWork={vector['hashWork']}"
        claimed = "%2C".join(map(str, vector["winningNumbers"]))
        shown = page(client, f"/luckotto/verify?{query}&expect={claimed}")
        assert "Matches" in re.search(r"<div data-verdict.*?</div>", shown, re.S)[0]  # type: ignore[index]
        assert all(digest[:4] in shown for digest in vector["drawDigests"])
    other = page(client, f"/luckotto/verify?{query}&expect=1,2,3,4,5,7")
    assert "Does not match" in other
    for wrong in ("hash=00", "hash=" + "0" * 64, f"{query}&expect=1,2,3", f"hash={'1' * 64}&poolSize=5&hashWork=1"):
        page(client, f"/luckotto/verify?{wrong}", 422)
