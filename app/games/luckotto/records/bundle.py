"""What Luckotto adds to a round's proof bundle: orders, payments, tickets with their numbers, draw and win."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, text

from app.core.database.session import db
from app.games.luckotto.draw import known, sealing
from app.games.luckotto.models import LuckottoRound, LuckottoWin
from app.games.luckotto.rules import numbers_of
from app.games.luckotto.tickets import statements
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.selling.windows.questions.proof import Evidence
from app.selling.windows.rounds.answers import promise_fields
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
    algorithm = known.of_round(round_)
    records = {
        "round": _frozen(round_),
        "orders": [_order(row) for row in db.session.execute(text(statements.BUNDLED_ORDERS), window)],
        "payments": [_payment(row) for row in db.session.execute(text(statements.BUNDLED_PAYMENTS), window)],
        "tickets": [_ticket(row, round_) for row in tickets],
        "draw": algorithm.in_bundle(draw.seed, draw.outcome) if draw and draw.outcome is not None else None,
        "win": _win(round_),
    }
    leaves = [] if round_.status == "void" else [sealing.leaf_of(row) for row in tickets]  # nothing is credited then
    return Evidence(algorithm.bundle, records, leaves)


def _frozen(round_: LuckottoRound) -> LuckottoFrozenRound:
    values = {name: getattr(round_, name) for name in LuckottoFrozenRound.model_fields if hasattr(round_, name)}
    told = {**promise_fields(round_), "void_reason": None, "internal_key": round_.internal_key.hex()}
    return LuckottoFrozenRound.model_validate(values | told)


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
        internal_key=row.internal_key.hex(),
        terms=row.terms,
        commitment=row.commitment.hex(),
    )


def _payment(row: Row[Any]) -> LuckottoBundlePayment:
    values = {name: getattr(row, name) for name in LuckottoBundlePayment.model_fields if name != "identifier"}
    return LuckottoBundlePayment(identifier=str(row.order_id), **values)


def _ticket(row: Row[Any], round_: LuckottoRound) -> LuckottoBundleTicket:
    return LuckottoBundleTicket(
        identifier=str(row.id),
        sequence=row.sequence,
        allocated_numbers=list(numbers_of(row.numbers)),
        combinations=row.combinations,
        status=ticket_status(row.status, round_.status),
    )


def _win(round_: LuckottoRound) -> LuckottoWinRecord | None:
    win = db.session.scalars(select(LuckottoWin).where(LuckottoWin.round_number == round_.round_number)).first()
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
