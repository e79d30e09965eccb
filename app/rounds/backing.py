"""A jackpot is owed whatever was sold, so a round opens only if the house could pay it from coins it has."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.money import Sats
from app.ledger import queries as ledger
from app.ledger.entries import AccountRef

from .models import Round

_UNFINISHED = ("scheduled", "unbacked", "closed", "sealed", "drawing", "halted")


def free_coins() -> Sats:
    """Confirmed coins that nobody has a claim on, except for the pools of undrawn rounds."""
    claims = sum(ledger.total(kind) for kind in ("suspense", "partner", "jackpot", "payout", "held"))
    return ledger.balance(AccountRef("coins")) - claims


def promised_jackpots(besides: int | None = None) -> Sats:
    """Jackpots of all rounds that may still have to pay one: those that sell, and undrawn ones that sold something."""
    sold = Round.status.in_(_UNFINISHED) & (Round.sold_tickets > 0)
    query = select(func.coalesce(func.sum(Round.jackpot_sats), 0)).where(or_(Round.status == "open", sold))
    if besides is not None:
        query = query.where(Round.round_number != besides)
    return int(db.session.scalar(query) or 0)


def is_backed(round_: Round) -> bool:
    """Whether the coins cover every claim, every promised jackpot, this one's too, and a margin for fees."""
    margin: Sats = current_app.config["SETTINGS"].backing_margin_sats
    return free_coins() >= promised_jackpots(besides=round_.round_number) + round_.jackpot_sats + margin
