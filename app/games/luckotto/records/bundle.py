"""What Luckotto adds to a round's proof bundle: orders, payments, tickets with their numbers, draw and win."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, text

from app.core.database.session import db
from app.games.luckotto.draw.drawing import ALGORITHMS, leaf_of
from app.games.luckotto.models import LuckottoRound, LuckottoWin
from app.games.luckotto.rules import numbers_of
from app.games.luckotto.tickets import statements
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.selling.windows.queries import win_of
from app.selling.windows.questions.proof import Evidence
from app.selling.windows.rounds.answers import address_fields, frozen_round, payment_fields
from app.selling.windows.rules import ticket_status

from .schemas import (
    LuckottoBundleOrder,
    LuckottoBundlePayment,
    LuckottoBundleTicket,
    LuckottoFrozenRound,
    LuckottoWinRecord,
)


def evidence(round_: LuckottoRound, draw: Draw | None, begin: int, last: int) -> Evidence:
    """The part whose payments are in the blocks `begin` to `last`. A ticket belongs where its order was funded."""
    window = {"round": round_.round_number, "begin": begin, "last": last}
    tickets = db.session.execute(text(statements.SEALED_IN_BLOCKS), window).all()
    algorithm = ALGORITHMS.of_round(round_)
    records = {
        "round": frozen_round(LuckottoFrozenRound, round_),
        "orders": [_order(row) for row in db.session.execute(text(statements.BUNDLED_ORDERS), window)],
        "payments": [
            LuckottoBundlePayment(**payment_fields(row))
            for row in db.session.execute(text(statements.BUNDLED_PAYMENTS), window)
        ],
        "tickets": [_ticket(row, round_) for row in tickets],
        "draw": algorithm.in_bundle(draw.seed, draw.outcome) if draw and draw.outcome is not None else None,
        "win": _win(round_),
    }
    leaves = [] if round_.status == "void" else [leaf_of(row) for row in tickets]  # nothing is credited then
    return Evidence(algorithm.bundle, records, leaves)


def _order(row: Row[Any]) -> LuckottoBundleOrder:
    return LuckottoBundleOrder(
        identifier=str(row.id),
        partner_name=row.name,
        player_uname=row.player_uname,
        player_identifier=row.player_identifier,
        requested_numbers=list(numbers_of(row.requested)),
        base_sats=row.base_sats,
        fee_sats=row.fee_sats,
        deposit_address=row.address,
        **address_fields(row),
    )


def _ticket(row: Row[Any], round_: LuckottoRound) -> LuckottoBundleTicket:
    return LuckottoBundleTicket(
        identifier=str(row.id),
        sequence=row.sequence,
        allocated_numbers=list(numbers_of(row.numbers)),
        combinations=row.combinations,
        status=ticket_status(row.status, round_.status),
    )


def _win(round_: LuckottoRound) -> LuckottoWinRecord | None:
    win = win_of(LuckottoWin, round_)
    if win is None:
        return None
    return LuckottoWinRecord(
        identifier=str(win.ticket_id),
        partner_name=db.session.get_one(PartnerSite, win.partner_site_id).name,
        player_uname=win.player_uname,
        player_identifier=win.player_identifier,
        winning_numbers=list(numbers_of(win.winning_numbers)),
        jackpot_sats=win.jackpot_sats,
        payout_address=win.payout_address,
    )
