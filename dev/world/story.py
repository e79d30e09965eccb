"""What is happening in the game right now, as the partner's page tells it: selling, waiting for the draw, drawn."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from app.chain import queries as chain
from app.core.config import current_settings
from app.core.database.session import db
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import PartnerWin, Round
from app.people.partners import queries as partners
from app.selling.windows import queries as windows
from app.selling.windows.rounds.progress import time_left

from .swertres import telling

_FRESH_SECONDS = 1.0
_WAITING = ("closed", "sealed", "drawing", "halted")


@dataclass(frozen=True)
class Selling:
    """The round whose sales end next. `to_order` and `to_pay` are blocks: orders stop before payments do."""

    number: int
    status: str
    sold: int
    supply: int
    jackpot_sats: int
    to_order: int
    to_pay: int


@dataclass(frozen=True)
class Waiting:
    """The round whose sales are over."""

    number: int
    status: str
    closing_height: int
    blocks_to_draw: int


@dataclass(frozen=True)
class Drawn:
    """The last round with a winning ticket; `player` is empty where nobody held it."""

    number: int
    ticket: str
    jackpot_sats: int
    player: str
    partner: str


@dataclass(frozen=True)
class Story:
    """One moment."""

    height: int
    selling: Selling | None
    waiting: Waiting | None
    drawn: Drawn | None
    swertres: telling.Now


class Teller:
    """Reads the story from the platform's records, at most once a second however many ask."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._told: tuple[float, Story] | None = None

    def now(self) -> Story | None:
        """The present moment, or the last known one while the database is away."""
        with self._lock:
            if self._told is None or time.monotonic() - self._told[0] > _FRESH_SECONDS:
                try:
                    with self._app.app_context():
                        self._told = time.monotonic(), _read()
                except Exception:  # the page stays up without its database
                    return self._told[1] if self._told else None
            return self._told[1]


def _read() -> Story:
    tip = chain.tip_height()
    return Story(tip, _selling(tip), _waiting(tip), _drawn(), telling.now())


def _selling(tip: int) -> Selling | None:
    round_ = windows.current_round(ROUNDS)
    if round_ is None:
        return None
    left = time_left(round_, tip, current_settings().order_stop_blocks)
    return Selling(
        round_.round_number,
        round_.status,
        round_.sold_tickets,
        round_.ticket_supply,
        round_.jackpot_sats,
        left.to_order,
        left.to_pay,
    )


def _waiting(tip: int) -> Waiting | None:
    query = select(Round).where(Round.status.in_(_WAITING)).order_by(Round.round_number.desc()).limit(1)
    round_ = db.session.scalars(query).first()
    if round_ is None:
        return None
    left = max(round_.closing_height + round_.settlement_depth - tip, 0)
    return Waiting(round_.round_number, round_.status, round_.closing_height, left)


def _drawn() -> Drawn | None:
    query = select(Round).where(Round.status == "settled").order_by(Round.round_number.desc()).limit(1)
    round_ = db.session.scalars(query).first()
    if round_ is None:
        return None
    win = windows.win_of(PartnerWin, round_)
    site = partners.site_by_id(win.partner_site_id) if win else None
    ticket = f"{round_.winning_ticket:0{round_.ticket_digits}d}"
    player = (win.player_public_identifier or "") if win else ""
    return Drawn(round_.round_number, ticket, round_.jackpot_sats, player, site.display_name if site else "")
