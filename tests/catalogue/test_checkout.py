"""What a wallet notes a payment as: the game, the player, the site and the round, however long the names are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask_babel import force_locale, lazy_gettext

from app.catalogue.windows.checkout import payment_link


def _label(app: Flask, player: str, site: str, language: str = "en") -> tuple[str, str]:
    view: Any = SimpleNamespace(
        order=SimpleNamespace(round_number=1_234),
        site=SimpleNamespace(display_name=site),
        address=SimpleNamespace(address="bcrt1qexample"),
    )
    with app.test_request_context("/"), force_locale(language):
        link = payment_link(view, lazy_gettext("Luckotto"), player, 5_082)
    address, _, query = link.partition("?")
    fields = parse_qs(query, strict_parsing=True)
    assert (address, fields.pop("amount")) == ("bitcoin:bcrt1qexample", ["0.00005082"])
    return fields["label"][0], link


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "Luckotto: Ada & Zoë at 7 = Luck, round 1234"),
        ("fr", "Luckotto: Ada & Zoë chez 7 = Luck, manche 1234"),
    ],
)
def test_a_wallet_notes_game_player_site_and_round_in_the_players_language(
    app: Flask, language: str, label: str
) -> None:
    assert _label(app, "Ada & Zoë", "7 = Luck", language)[0] == label


@pytest.mark.parametrize("name", ["x" * 120, "Ж" * 120, "🎲" * 120, "नमस्ते" * 20])
def test_a_long_name_leaves_a_picture_that_can_be_read(app: Flask, name: str) -> None:
    label, link = _label(app, name, name)
    assert label.count("…") == 2
    assert label.startswith(f"Luckotto: {name[0]}")
    assert len(link) < 240
