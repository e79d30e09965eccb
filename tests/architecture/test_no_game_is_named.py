"""Whoever is not a game knows none by name: faces, catalogue, rails and the floors below ask what there is."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.wiring import GAMES

from .sources import TOP, python_files

GAME_FOLDERS = TOP / "app" / "games"
ASSEMBLY = {TOP / "app" / "wiring.py"}
WORD_OF_EVERY_GAME = "rounds"
"""It is the leading game's name too, for ever; as a word it may be said where it cannot mean that game."""
SAID_AS_A_WORD = {
    "app/catalogue/windows/contexts.py": "a list's address and its rows",
    "app/catalogue/windows/api.py": "a list's rows",
    "app/catalogue/windows/pages.py": "a list's page",
    "app/faces/admin/modules.py": "a module of the console",
    "app/faces/admin/pages/rounds.py": "a page of the console",
    "app/faces/admin/payouts/pages/due.py": "a kind of payout",
    "app/faces/admin/part.py": "pages of the console",
    "app/faces/admin/watch/everywhere.py": "a module of the console",
    "app/faces/api/operations/lists.py": "a kind of list",
    "app/money/payouts/commands.py": "an option, and what a payout pays",
    "app/money/payouts/drafts/together.py": "a kind of payout",
    "app/people/operators/rules.py": "a module of the console",
    "app/selling/windows/commands.py": "a group of commands",
    "app/selling/windows/confirmed/refunding.py": "the rounds that a decision is about",
    "app/selling/windows/confirmed/resolving.py": "a module of the console",
    "app/selling/windows/orders/crediting.py": "a column",
}
LOTTERIES = TOP / "app" / "outcomes" / "results"
"""Whoever reads official results calls a lottery as its country does, and so may a game."""
PAGES_OF_ALL = {"/hash-tweak": "recomputes the address of any game's order"}
"""Addresses among a game's that everybody may lead to."""


def _names() -> list[str]:
    """Names and titles, in one case; the word of every game apart."""
    found = {text.lower() for game in GAMES for text in (game.name, str(game.title))}
    return sorted(found - {WORD_OF_EVERY_GAME})


def _texts(file: Path) -> Iterator[str]:
    """Every text constant of a module, its documentation apart."""
    module = ast.parse(file.read_text())
    documentation = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def _modules() -> list[Path]:
    return [file for file in python_files("app") if GAME_FOLDERS not in file.parents and file not in ASSEMBLY]


def _sold() -> list[Path]:
    return [file for file in _modules() if LOTTERIES not in file.parents]


def test_there_is_something_to_look_for() -> None:
    assert len(_names()) >= len(GAMES)
    assert len(_modules()) > 200


@pytest.mark.parametrize("name", _names())
def test_no_module_says_it(name: str) -> None:
    said = {str(file.relative_to(TOP)) for file in _sold() if any(name in text.lower() for text in _texts(file))}
    assert said == set()


def test_no_identifier_has_it_either() -> None:
    """A setting, a function or a variable of a game's is its own."""
    names = [name for name in _names() if name.isidentifier()]
    found = {str(file.relative_to(TOP)) for file in _sold() for name in names if name in file.read_text().lower()}
    assert found == set()


def test_the_leading_games_name_is_but_a_word() -> None:
    counted = Counter(
        str(file.relative_to(TOP)) for file in _modules() for text in _texts(file) if text == WORD_OF_EVERY_GAME
    )
    assert set(counted) == set(SAID_AS_A_WORD)


def test_nothing_compares_a_game_with_a_name() -> None:
    """`game == "…"`, `game="…"`, `{"game": "…"}`: where a text can only mean one game."""
    pattern = re.compile(r"""\b(game|name|source)["']?\s*(==|!=|=|:)\s*["']rounds["']""")
    found = [str(file.relative_to(TOP)) for file in _modules() if pattern.search(file.read_text())]
    assert found == []


def _shared(top: str, *others: str) -> list[Path]:
    """The files of `templates/` or `static/` that are no game's; `others` are folders that no face shows."""
    files = [file for file in sorted((TOP / top).rglob("*")) if file.is_file()]
    return [file for file in files if file.relative_to(TOP / top).parts[0] not in ("games", *others)]


SHOWN = [*_shared("templates", "dev"), *_shared("static", "vendor")]
TOLD_BY_NAME = re.compile(r"""["']rounds["']\s*(?:\]|:|[=!]=)|\bgame\s*(?:=|==|===|:)\s*["']rounds["']""")
"""Where the word of every game can only be the name of one: in a table by game, or compared with one."""


def test_templates_and_scripts_are_looked_at() -> None:
    tops = {file.relative_to(TOP).parts[:2] for file in SHOWN}
    assert {("templates", "faces"), ("templates", "selling"), ("static", "verify"), ("static", "faces")} <= tops
    assert len(SHOWN) > 150


@pytest.mark.parametrize("name", [*_names(), *sorted({one.name for one in GAME_FOLDERS.iterdir() if one.is_dir()})])
def test_no_shared_template_or_script_says_it(name: str) -> None:
    said = {str(file.relative_to(TOP)) for file in SHOWN if name in _readable(file)}
    assert said == set()


def test_none_takes_the_word_of_every_game_for_a_name() -> None:
    said = {str(file.relative_to(TOP)) for file in SHOWN if TOLD_BY_NAME.search(_readable(file))}
    assert said == set()


def test_none_knows_where_a_game_is(app: Flask) -> None:
    """Addresses of a game's own pages and records are told by its description."""
    own = {bp.name for game in GAMES for bp in (*game.pages, *game.cookieless)}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in own]
    places = {rule.rule.partition("<")[0].rstrip("/") for rule in rules} - {*PAGES_OF_ALL, "/embed"}
    assert {"/rounds", "/slips", "/verify", "/hash-draw", "/api/rounds", "/luckotto"} <= places
    told = re.compile(rf"""["'`]({"|".join(map(re.escape, places))})(?=["'`/?#])""")
    assert {
        str(file.relative_to(TOP)): told.findall(_readable(file)) for file in SHOWN if told.search(_readable(file))
    } == {}


def _readable(file: Path) -> str:
    return file.read_text(errors="replace").lower()
