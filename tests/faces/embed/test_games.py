"""A game brings its own pages: the frame and the website show whatever games are wired, and know none by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask_babel import LazyString, lazy_gettext
from markupsafe import Markup

from app.catalogue.frame import games as embed_games
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import EmbedGame, Place
from app.catalogue.frame.naming import BY_ID, BY_NAME, FORMS, AddressForm, Player
from app.catalogue.fronts import FRONTS, GameFront, Link, Live
from app.core.database.session import transaction
from app.core.ports import places
from app.wiring import EMBED_GAMES, GAME_FRONTS, WINDOW_GAMES
from tests.factories.partners import make_site

TOP = Path(__file__).parents[3]
# Where all games stand in a row: their list, their keys' branches, their settings, paths that no partner may take.
ROWS = {"app/wiring.py", "app/chain/deposits/keys.py", "app/core/config.py", "app/people/partners/rules.py"}
TEMPLATES = (
    "frame",
    "shared",
    "windows",
    "desk",
    "partners",
    "admin",
    "base.html",
    "faces/site/home.html",
    "faces/site/_live.html",
)


def test_nothing_but_a_few_rows_knows_a_game_by_name() -> None:
    names = [game.name for game in WINDOW_GAMES if game.name != "rounds"]  # a word of every game
    assert names
    tops = [TOP / "app", *(TOP / "templates" / name for name in TEMPLATES)]
    files = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
    own = tuple(str(TOP / "app" / name) for name in names)
    others = [file for file in files if file.suffix in (".py", ".html") and not str(file).startswith(own)]
    told = {str(file.relative_to(TOP)) for file in others if any(name in file.read_text().lower() for name in names)}
    assert told == ROWS


def _frame(form: AddressForm, first: str | None, second: str | None) -> Frame:
    site: Any = None  # whose frame it is decides nothing here
    return Frame(site, {}, form, (first, second), "dice", (), "", "")


@pytest.mark.parametrize("first", ["ada", None])
@pytest.mark.parametrize("form", FORMS)
def test_a_game_of_the_addresss_own_form_gets_both_names(form: AddressForm, first: str | None) -> None:
    frame = _frame(form, first, "x-7")
    assert frame.names(form) == (first, "x-7")
    assert frame.player(form) == (Player("ada", "x-7") if first else None)


def test_a_game_of_the_other_form_gets_the_public_name_alone() -> None:
    by_name = _frame(BY_NAME, "ada", "private-7")
    assert by_name.names(BY_ID) == ("ada", "ada")
    assert _frame(BY_NAME, None, "private-7").player(BY_ID) is None
    by_id = _frame(BY_ID, "Ada", "player-7")
    assert by_id.names(BY_NAME) == ("player-7", "player-7")
    assert (by_id.public_name(BY_ID), by_name.public_name(BY_NAME)) == ("player-7", "ada")


def _dice() -> tuple[EmbedGame, GameFront]:
    name = LazyString(lambda: "Dice game")
    game = EmbedGame(
        "dice",
        name,
        BY_ID,
        lambda frame: Response(f"dice for {frame.names(BY_ID)}"),
        lambda frame: [Place(frame.game_url("dice"), lazy_gettext("Round"))],
        lambda frame: Response("one sat"),
    )
    live = Live(Markup("<p id='dice'>Six faces</p>"), Link("/dice/1", 1), None)
    return game, GameFront(name, name, "/dice", lambda: live, dict)


def test_a_third_game_is_an_entry_in_two_tables(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    dice, front = _dice()
    monkeypatch.setitem(places(committed_db).held, embed_games.GAMES, (*EMBED_GAMES, dice))
    monkeypatch.setitem(places(committed_db).held, FRONTS, (*GAME_FRONTS, front))
    with transaction():
        name = make_site(status="live").name
    where = {"partner": name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "secret-7"}
    client = committed_db.test_client()
    assert client.get("/embed", query_string=where | {"game": "dice"}).text == "dice for ('ada', 'ada')"
    assert client.get("/embed/house-edge", query_string=where | {"game": "dice"}).text == "one sat"
    page = client.get("/embed", query_string=where).text
    assert "game=dice" in page
    assert "Dice game" in page

    start = client.get("/").text
    assert '<a href="/dice">Dice game</a>' in start
    assert "Six faces" in start
    assert '<a href="/dice">Dice game</a>' in client.get("/luckotto").text.split('class="tabs"')[1]
