"""A game brings its own pages: the frame and the website show whatever games are wired, and know none by name."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response
from flask_babel import LazyString, lazy_gettext
from markupsafe import Markup

from app.catalogue.frame.frame import Frame
from app.catalogue.frame.naming import BY_ID, BY_NAME, FORMS, AddressForm, Player
from app.catalogue.frame.place import EmbedGame, Place
from app.catalogue.fronts import GameFront, Link, Live
from app.catalogue.games import Catalogue, assemble
from app.catalogue.parts import GameParts
from app.core.database.session import transaction
from app.wiring import GAMES
from tests.factories.partners import make_site


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
    return game, GameFront(name, name, "/dice", lambda: live, dict, name, play="/dice/play")


def test_a_third_game_is_one_description_more(committed_db: Flask) -> None:
    dice, front = _dice()
    third = GameParts(name=dice.name, title=dice.title, in_frame=dice, front=front)
    assemble(committed_db, Catalogue((*GAMES, third)))
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
    assert '<a class="button button-primary" href="/dice/play">Play</a>' in start
    assert start.count('<a href="/play/limits">') == 1, "only where something is played signed in"
    assert '<a href="/dice">Dice game</a>' in client.get("/luckotto").text.split('class="tabs"')[1]
