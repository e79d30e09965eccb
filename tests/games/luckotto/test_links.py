"""A link or an order's id given to any game's verifier leads to its own game's, and another site's nowhere."""

from __future__ import annotations

from flask import Flask

from app.catalogue.windows import pointed

from .conftest import Lottery


def led(lottery: Lottery, verifier: str, name: str, text: str) -> tuple[int, str, str]:
    answer = lottery.client.get(verifier, query_string={name: text})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_what_is_of_this_game_is_verified_as_its_round(lottery: Lottery) -> None:
    order = lottery.buy(lottery.site_id(display_name="Lucky Shop"), range(1, 13), "ada")
    number, identifier = order["roundNumber"], order["id"]
    lottery.pay(order)
    lottery.mine()
    expected = (303, f"/luckotto/verify?round={number}")
    given = [
        f"http://localhost/luckotto/rounds/{number}",
        f"/luckotto/rounds/{number}?lang=fr#draw",
        f"/embed/luckotto/rounds/{number}?partner=lucky",
        f"/luckotto/orders/{identifier}",
        f"/luckotto/orders/{identifier}/receipt.json",
        f"/luckotto/verify?round={number}",
        identifier,
        identifier.upper(),
        f"luckotto {number}",
        f"Luckotto, round {number}",
    ]
    for text in given:
        assert led(lottery, "/verify", "q", text)[:2] == expected, text
        if "/" in text:
            assert led(lottery, "/luckotto/verify", "round", text)[:2] == expected, text
    assert led(lottery, "/luckotto/verify", "round", f"/verify?round={number}")[:2] == (303, f"/verify?round={number}")
    assert led(lottery, "/luckotto/verify", "round", f"/rounds/{number}")[:2] == (303, f"/verify?round={number}")


ELSEWHERE = (
    "http://evil.example/rounds/1",
    "evil.example/rounds/1",
    "//evil.example/luckotto/rounds/1",
    "https://evil.example/luckotto/verify?round=1",
    "http://localhost.evil.example/rounds/1",
    "http://localhost@evil.example/rounds/1",
    "ftp://localhost/rounds/1",
    "http://[/rounds/1",
)
NO_RECORD = (
    *("/luckotto", "/luckotto/rounds/x", "/log"),
    *("/luckotto/orders/01890000-0000-7000-8000-000000000000", "ab" * 31),
)


def test_another_sites_link_is_refused_in_words_and_what_is_no_record_is_not_found(lottery: Lottery) -> None:
    for text in ELSEWHERE:
        status, where, page = led(lottery, "/verify", "q", text)
        assert (status, where) == (422, ""), text
        assert "This link leads to another site." in page, text
        assert led(lottery, "/luckotto/verify", "round", text)[:2] == (404, ""), text
    for text in NO_RECORD:
        status, _, page = led(lottery, "/verify", "q", text)
        assert status == 404, text
        assert "There is no round, order, card or draw with this number, code or link." in page, text


def test_a_path_is_read_as_the_website_has_it(app: Flask) -> None:
    with app.test_request_context("/verify"):
        assert pointed.path_of("7") is None
        assert pointed.path_of("rounds/7") is None
        assert pointed.path_of("/embed/rounds/7?partner=x") == "/rounds/7?partner=x"
        assert pointed.path_of("HTTP://LOCALHOST/rounds/7#draw") == "/rounds/7"
