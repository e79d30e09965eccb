"""The official lottery of the demo: tells its simulated sources of each draw, first that it will be, then what came.

By chance, the same number for the same draw, and every other time one that somebody has bet on, so that there are
winners to look at. What a person has wished on the simulator's page comes before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import requests
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.games.swertres.game import SWERTRES, ZONE
from app.games.swertres.rules import OFFICIAL
from app.people.players.queries import read_now
from app.selling.bets.models import BetDraw, BetEntry, BetLine

from ..loops import say

_SHOWN_AHEAD: Final = timedelta(minutes=40)
_ANSWER_SECONDS: Final = 10


class Official:
    """Asks the platform's records which draws there are, as whoever reads its calendar could."""

    def __init__(self, app: Flask, url: str, post: Callable[..., requests.Response] = requests.post) -> None:
        self._app, self._url, self._post = app, url, post
        self._said: set[str] = set()

    def tell(self) -> None:
        """All that is open, again and again: the simulator forgets when it is started anew.

        Raises requests.RequestException: the simulator does not answer.
        """
        if not self._url:
            return
        with self._app.app_context(), transaction():
            now = read_now()
            orders = [_order(draw, now) for draw in _open(now)]
        if orders:
            self._post(f"{self._url}/_control", json=orders, timeout=_ANSWER_SECONDS).raise_for_status()
        for one in orders:
            if "numbers" in one and (name := f"{one['day']} {one['slot']}") not in self._said:
                self._said.add(name)
                say("official lottery", f"the draw of {name} is held")


def _open(now: datetime) -> Sequence[BetDraw]:
    wanted = select(BetDraw).where(
        BetDraw.game == SWERTRES.name,
        BetDraw.lottery == OFFICIAL,
        BetDraw.state.in_(("selling", "sealed")),
        BetDraw.draws_at < now + _SHOWN_AHEAD,
    )
    return db.session.scalars(wanted.order_by(BetDraw.draws_at)).all()


def _order(draw: BetDraw, now: datetime) -> dict[str, Any]:
    local = draw.draws_at.astimezone(ZONE)
    told = {"lottery": draw.lottery, "day": draw.day.isoformat(), "slot": f"{local:%H:%M}", "by_chance": True}
    return told if draw.draws_at > now else {**told, "numbers": SWERTRES.told(_chance(draw))}


def _chance(draw: BetDraw) -> int:
    """By the draw's promise, which nobody chooses."""
    drawn = int.from_bytes(hashlib.sha256(b"demo" + draw.promise_hash).digest())
    bet_on = _bet_on(draw) if drawn % 2 else []
    return bet_on[drawn // 2 % len(bet_on)] if bet_on else drawn // 2 % draw.classes


def _bet_on(draw: BetDraw) -> list[int]:
    """Numbers that would win something, the smallest first."""
    outcome = func.unnest(BetLine.marks).label("outcome")
    is_in = (BetEntry.ticket_id == BetLine.ticket_id) & (BetEntry.draw_id == BetLine.draw_id)
    wanted = select(outcome).join(BetEntry, is_in).where(BetLine.draw_id == draw.id, BetEntry.state == "posted")
    return sorted(set(db.session.scalars(wanted)))
