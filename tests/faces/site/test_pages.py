"""The website's own pages: the start, the documentation, and the verifiers for readers without scripts."""

from __future__ import annotations

import json
import re
from html import unescape
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
    for said in ("What can be played", '<div class="hero">', '<a class="button button-primary"'):
        assert said in part, "what one does first changes as the rounds do"


@pytest.mark.parametrize(("language", "mark"), [("en", None), ("fr", " (en anglais)"), ("ht", " (an angle)")])
def test_links_to_pages_in_english_alone_say_so(client: FlaskClient, language: str, mark: str | None) -> None:
    page = text_of(client, f"/?lang={language}")
    alone = {"/partners/new", "/docs/platform", "/docs/technical", "/log", "/docs/api", "/docs/utilities"}
    for path, whole, hreflang, words in re.findall(
        r'<a\b[^>]*?href="(/[^"?#]*)([^"]*)"( hreflang="en")?[^>]*>(.*?)</a>', page.replace("\n", ""), re.DOTALL
    ):
        if "lang=" in whole.replace(f"lang={language}", ""):
            continue  # the page itself, in another language
        is_alone = mark is not None and path in alone
        assert bool(hreflang) == is_alone or path not in alone, (path, words)
        assert not is_alone or str(mark) in words, (path, words)
    assert mark is None or page.count('hreflang="en"') >= len(alone)
    assert mark is not None or "(in English)" not in page


def test_the_lobby_names_every_game_and_what_one_plays_for(client: FlaskClient) -> None:
    page = text_of(client, "/")
    lobby = page.partition('aria-labelledby="lobby"')[2].partition("</section>")[0]
    for front in PRODUCT.games.fronts:
        assert f"<h3>{front.title}</h3>" in lobby
        assert str(front.about) in lobby
        assert f'href="{front.path}"' in lobby
    assert lobby.count("Opens soon") == len(PRODUCT.games.windows), "what is sold by the clock says its own"
    assert 'href="/play/sign-in">What an account is for</a>' in lobby
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
    french = client.get("/demo?player=ada&lang=fr", base_url=settings.base_url).get_data(as_text=True)
    assert ('data-lang="fr"' in french, "&amp;lang=fr" in french.partition("<iframe")[2]) == (True, True)
    assert client.get("/demo?game=chess", base_url=settings.base_url).status_code == 404


@pytest.mark.parametrize("number", ["7", "0", "x", "9" * 30])
def test_an_unknown_round_is_asked_for_again(client: FlaskClient, number: str) -> None:
    page = text_of(client, f"/verify?round={number}", 404)
    assert "There is no round, order, card or draw with this number, code or link." in page
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


HASH = DRAWS[0]["closingBlockHash"]


@pytest.mark.parametrize(
    ("path", "query", "command"),
    [
        ("/hash-draw", {"hash": HASH, "digits": 9, "hashesPerDigit": 2**34}, f"hash_draw.py {HASH} 9 {2**34}"),
        ("/luckotto/verify", {"hash": HASH, "poolSize": 49, "hashWork": 2**34}, f"luckotto_draw.py {HASH} 49 {2**34}"),
    ],
)
@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "Nothing is computed here: this draw is too long for our server"),
        ("fr", "Rien n’est calculé ici : ce tirage est trop long pour notre serveur"),
        ("ht", "Anyen pa kalkile isit la: tiraj sa a twò long pou sèvè nou an"),
    ],
)
def test_a_long_draw_is_left_to_the_readers_script_and_the_page_says_why(
    client: FlaskClient, path: str, query: dict[str, object], command: str, language: str, why: str
) -> None:
    page = unescape(text_of(client, f"{path}?{urlencode(query)}&lang={language}")).replace("\xa0", " ")
    assert "Drawn number:" not in page
    plain = "".join(re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL))
    assert (why in plain, f"python3 {command}" in plain) == (True, True)


@pytest.mark.parametrize("path", ["/hash-draw", "/hash-tweak", "/verify", "/luckotto/verify"])
def test_no_page_claims_for_a_browser_what_it_does_by_scripts_alone(client: FlaskClient, path: str) -> None:
    page = text_of(client, path)
    plain = re.sub(r'<p class="lead js-only">.*?</p>', "", page.partition("<main")[2], flags=re.DOTALL)
    assert "Your browser runs no scripts" in plain
    for claim in ("own browser", "nothing is sent", "Nothing is sent"):
        assert (claim in page, claim in plain) != (True, True), claim


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
    page = text_of(client, f"/hash-tweak?{urlencode(query)}")
    if vector["name"] == "letters of the world":  # which name another key and network
        assert "The terms say otherwise" in page
        return
    assert "The address commits to exactly these terms." in page
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
