"""Whoever is not a game knows none by name: faces, catalogue, rails and the floors below ask what there is."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import GAMES
from tests.architecture.sources import TOP, python_files

GAME_FOLDERS = TOP / "app" / "games"
ASSEMBLY = {TOP / "app" / "wiring.py"}
WORD_OF_EVERY_GAME = "rounds"
"""It is the leading game's name too, for ever; as a word it may be said where it cannot mean that game."""
SAID_AS_A_WORD = {
    "app/catalogue/windows/contexts.py": "a list's address and its rows",
    "app/catalogue/windows/links.py": "a list's address",
    "app/catalogue/windows/api.py": "a list's rows",
    "app/catalogue/windows/pages.py": "a list's page",
    "app/faces/admin/pages/rounds.py": "a page of the console",
    "app/faces/api/operations/lists.py": "a kind of list",
    "app/selling/windows/commands.py": "a group of commands",
    "app/selling/windows/orders/crediting.py": "a column",
}
SHARED_TEMPLATES = ("faces", "people", "shared", "catalogue", "selling", "webhooks", "record", "email", "base.html")


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


def test_there_is_something_to_look_for() -> None:
    assert len(_names()) >= len(GAMES)
    assert len(_modules()) > 200


@pytest.mark.parametrize("name", _names())
def test_no_module_says_it(name: str) -> None:
    said = {str(file.relative_to(TOP)) for file in _modules() if any(name in text.lower() for text in _texts(file))}
    assert said == set()


def test_no_identifier_has_it_either() -> None:
    """A setting, a function or a variable of a game's is its own."""
    names = [name for name in _names() if name.isidentifier()]
    found = {str(file.relative_to(TOP)) for file in _modules() for name in names if name in file.read_text().lower()}
    assert found == set()


def test_the_leading_games_name_is_but_a_word() -> None:
    counted = Counter(
        str(file.relative_to(TOP)) for file in _modules() for text in _texts(file) if text == WORD_OF_EVERY_GAME
    )
    assert set(counted) <= set(SAID_AS_A_WORD)


def test_nothing_compares_a_game_with_a_name() -> None:
    """`game == "…"`, `game="…"`, `{"game": "…"}`: where a text can only mean one game."""
    pattern = re.compile(r"""\b(game|name|source)["']?\s*(==|!=|=|:)\s*["']rounds["']""")
    found = [str(file.relative_to(TOP)) for file in _modules() if pattern.search(file.read_text())]
    assert found == []


def test_no_shared_template_says_it() -> None:
    tops = [TOP / "templates" / name for name in SHARED_TEMPLATES]
    files = [file for top in tops for file in ([top] if top.is_file() else sorted(top.rglob("*"))) if file.is_file()]
    assert len(files) > 100
    said = {
        str(file.relative_to(TOP / "templates"))
        for file in files
        if any(name in file.read_text().lower() for name in _names()) or 'game="rounds"' in file.read_text()
    }
    assert said == set()
