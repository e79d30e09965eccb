"""The website's own pages: the start, the documentation, and the verifiers for readers without scripts."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database.session import transaction
from app.wiring import PRODUCT
from tests.factories.partners import make_site

VECTORS = Path(__file__).parents[2] / "vectors"
DRAWS = json.loads((VECTORS / "draw_1.json").read_text())["vectors"]
ADDRESSES = json.loads((VECTORS / "address_1.json").read_text())["vectors"]
PAGES = "/", "/rounds", "/verify", "/hash-draw", "/hash-tweak", "/docs", "/docs/utilities"


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_pages_stand_before_the_first_round(client: FlaskClient, path: str) -> None:
    page = text_of(client, path)
    assert page.count("<h1") == 1
    assert "· Tiraj</title>" in page


def test_the_start_has_two_faces(client: FlaskClient) -> None:
    assert "<html" in text_of(client, "/")
    part = client.get("/", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert "No round on sale" in part
    assert "What can be played" in part, "the lobby says how it stands as it changes"


def test_the_lobby_names_every_game_and_what_one_plays_for(client: FlaskClient) -> None:
    page = text_of(client, "/")
    lobby = page.partition('aria-labelledby="lobby"')[2].partition("</section>")[0]
    for front in PRODUCT.games.fronts:
        assert f"<h3>{front.title}</h3>" in lobby
        assert str(front.about) in lobby
        assert f'href="{front.path}"' in lobby
    assert lobby.count("Opens soon") == len(PRODUCT.games.fronts)
    assert page.index('id="lobby"') < page.index('id="home-why"')


def test_the_lobby_leads_to_a_frame_of_each_game(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"demo_partner_name": "show"})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    with transaction():
        make_site(name="show", display_name="Show", status="live", embed_origins=[settings.base_url])
    page = text_of(client, "/")
    for game in PRODUCT.games.games:
        if game.front is None or game.in_frame is None or game.front.play:
            continue
        path = f"/demo?game={game.name}"
        assert f'href="{path}"' in page
        shown = client.get(f"{path}&player=ada", base_url=settings.base_url).get_data(as_text=True)
        assert f'data-game="{game.name}"' in shown
        assert f"&amp;game={game.name}" in shown, "without scripts too"
        assert f'name="game" value="{game.name}"' in shown, "another name plays the same"
    assert "data-game" not in client.get("/demo?player=ada", base_url=settings.base_url).get_data(as_text=True)
    assert client.get("/demo?game=chess", base_url=settings.base_url).status_code == 404


@pytest.mark.parametrize("number", ["7", "0", "x", "9" * 30])
def test_an_unknown_round_is_asked_for_again(client: FlaskClient, number: str) -> None:
    page = text_of(client, f"/verify?round={number}", 404)
    assert "There is no round or order with this number or link." in page
    assert f'value="{number}"' in page


@pytest.mark.parametrize("vector", [one for one in DRAWS if one["ticketDigits"] * one["hashesPerDigit"] <= 10_000])
def test_a_small_draw_needs_no_scripts(client: FlaskClient, vector: dict[str, object]) -> None:
    query = {
        "hash": vector["closingBlockHash"],
        "digits": vector["ticketDigits"],
        "hashesPerDigit": vector["hashesPerDigit"],
        "expect": vector["winningTicket"],
    }
    page = text_of(client, f"/hash-draw?{urlencode(query)}")
    assert f"Drawn number: {vector['drawDigits']}" in page
    assert "Matches" in page
    wrong = text_of(client, f"/hash-draw?{urlencode(query | {'expect': (int(str(query['expect'])) + 1) % 10})}")
    assert "Does not match" in wrong


def test_a_long_draw_is_left_to_the_reader(client: FlaskClient) -> None:
    query = {"hash": DRAWS[0]["closingBlockHash"], "digits": 9, "hashesPerDigit": 2**34}
    page = text_of(client, f"/hash-draw?{urlencode(query)}")
    assert "Drawn number" not in page
    assert f"python3 hash_draw.py {query['hash']} 9 {2**34}" in page


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "0" * 64},
        {"hash": "xyz"},
        {"digits": "10"},
        {"digits": "0"},
        {"hashesPerDigit": "-1"},
        {"hashesPerDigit": "1" * 40},
        {"expect": "abc"},
    ],
)
def test_a_draw_that_cannot_be_is_refused_beside_its_field(client: FlaskClient, change: dict[str, str]) -> None:
    query = {"hash": DRAWS[0]["closingBlockHash"], "digits": "2", "hashesPerDigit": "3"} | change
    page = text_of(client, f"/hash-draw?{urlencode(query)}", 422)
    assert 'aria-invalid="true"' in page
    assert "Drawn number" not in page


@pytest.mark.parametrize("vector", ADDRESSES, ids=lambda vector: vector["name"])
def test_an_address_needs_no_scripts(client: FlaskClient, vector: dict[str, str]) -> None:
    query = {name: vector[name] for name in ("internalKey", "terms", "network", "address")}
    assert "The address commits to exactly these terms." in text_of(client, f"/hash-tweak?{urlencode(query)}")
    other = query | {"terms": query["terms"] + " "}
    assert "Does not match" in text_of(client, f"/hash-tweak?{urlencode(other)}")


@pytest.mark.parametrize("change", [{"internalKey": "00"}, {"internalKey": "f" * 64}, {"network": "moon"}])
def test_an_address_that_cannot_be_is_refused(client: FlaskClient, change: dict[str, str]) -> None:
    query = {name: ADDRESSES[0][name] for name in ("internalKey", "terms", "network")} | change
    text_of(client, f"/hash-tweak?{urlencode(query)}", 422)


def test_terms_are_never_taken_for_markup(client: FlaskClient) -> None:
    query = {"internalKey": ADDRESSES[0]["internalKey"], "terms": '"><script>alert(1)</script>', "network": "regtest"}
    assert "<script>alert" not in text_of(client, f"/hash-tweak?{urlencode(query)}")


def test_every_script_is_offered(client: FlaskClient) -> None:
    page = text_of(client, "/docs/utilities")
    for name in ("hash_draw.py", "hash_tweak.py", "verify_round.py"):
        assert f'href="/utilities/{name}"' in page
        assert client.get(f"/utilities/{name}").status_code == 200
