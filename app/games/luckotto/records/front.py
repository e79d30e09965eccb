"""Luckotto on the website's own pages: the round that sells now, its last draw, and examples for the docs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.catalogue.fronts import GameFront, Link, Live
from app.games.luckotto.game import LUCKOTTO
from app.selling.windows import queries

PATH: Final = "/luckotto"


def _live() -> Live:
    current, last = queries.current_round(LUCKOTTO), queries.last_settled(LUCKOTTO)
    return Live.of(
        "games/luckotto/_live.html",
        Link(f"{PATH}/rounds/{current.round_number}", current.round_number) if current else None,
        Link(f"{PATH}/verify?round={last.round_number}", last.round_number) if last else None,
        round=current,
        last=last,
    )


def _examples() -> Mapping[str, Any]:
    return {"lottery_last": queries.last_settled(LUCKOTTO)}


FRONT = GameFront(LUCKOTTO.title, LUCKOTTO.title, PATH, _live, _examples)
