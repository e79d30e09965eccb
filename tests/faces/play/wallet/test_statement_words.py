"""Whatever is posted to somebody's wallet has a name in his statement, in every language that he may read it in."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app.faces.play.wallet import words
from app.money.gateways import postings as of_gateways
from app.money.wallets import postings as of_wallets
from app.money.wallets.statement.queries import KINDS
from app.record.ledger.entries import AccountRef, Posting
from app.selling.bets import postings as of_bets
from app.selling.bets.settlement import postings as of_winnings

RECIPES = (of_wallets, of_gateways, of_bets, of_winnings)
OF_A_PLAYER = ("own", "sold", "got", "source", "target")
"""What recipes call the account that may be a player's."""
OF_THE_HOUSE = {("house", "moved"), ("bankroll", "funded"), ("bankroll", "withdrawn")}
"""These go between its own accounts alone."""


def _recipes(module: ModuleType) -> Iterator[Callable[..., Any]]:
    for _, made in inspect.getmembers(module, inspect.isfunction):
        returns = str(inspect.signature(made).return_annotation)
        if made.__module__ == module.__name__ and "Posting" in returns and not made.__name__.startswith("_"):
            yield made


def _given(name: str, kind: str) -> object:
    if kind == "AccountRef":
        return AccountRef("wallet" if name in OF_A_PLAYER else "clearing", name, "PHP")
    if kind.startswith("Sequence"):
        return [("a-draw", 2)]
    if kind == "int":
        return 2 if "amount" in name or "minor" in name else 1
    if name == "how":
        return "set_off"
    return "PHP" if name == "currency" else "somebody" if name == "user_id" else "x"


def _posted() -> Iterator[Posting]:
    for module in RECIPES:
        for recipe in _recipes(module):
            asked = [one for one in inspect.signature(recipe).parameters.values() if one.default is one.empty]
            yield from recipe(**{one.name: _given(one.name, str(one.annotation)) for one in asked})
    yield from of_wallets.charged_back("x", "somebody", "PHP", 2, 1, of_bets.SALE)  # as a card of bets calls it


def kinds_of_wallets() -> set[tuple[str, str]]:
    """All that is ever posted to a wallet, as source and kind."""
    touching = {(one.source, one.kind) for one in _posted() if "wallet" in (one.debit.kind, one.credit.kind)}
    return touching - OF_THE_HOUSE


def test_every_line_has_a_name_in_every_language(app: Flask) -> None:
    found = kinds_of_wallets()
    assert {("bet", "take_back"), ("bet", "given_back"), ("bet-win", "paid"), ("topup", "paid")} <= found
    lines = {KINDS.get(one, f"{one[0]}_{one[1]}") for one in found}
    assert lines - words.LINES.keys() == set(), "these would be shown as the program calls them"
    assert words.LINES.keys() - lines == set(), "these are never shown"
    with app.test_request_context():
        english = {name: str(said) for name, said in words.LINES.items()}
    for language in ("fr", "ht", "fil"):
        with app.test_request_context(), force_locale(language):
            said = {name: str(line) for name, line in words.LINES.items()}
        assert [name for name in said if said[name] == english[name]] == [], language


@pytest.mark.parametrize("kind", ["bet_take_back", "bet_give_back"])
def test_a_name_says_no_program_word(kind: str) -> None:
    assert "_" not in str(words.LINES[kind])
