"""A round's life as the tip moves: made ahead, opened if it is backed, closed by height, halted by a person's case."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from app.audit import service as audit
from app.chain import deposits
from app.chain.models import ChainCursor
from app.core.config import Settings
from app.core.db import db
from app.draws import cheating
from app.draws import service as draws
from app.events import service as events

from . import backing
from .models import Round, SlipRange
from .rules import GAME, Phase, Window, jackpot, min_payment_floor, next_window, phase

ALGORITHM = "hash-draw-1"
FINAL_STATUSES = ("settled", "void", "halted")
_MAX_AHEAD = 1_000  # rounds; a journal that asks for more is not ours
_MOVING = ("scheduled", "open", "unbacked", "closed")


def window_of(round_: Round) -> Window:
    """The round's heights as the rules want them."""
    return Window(round_.opens_at_height, round_.sales_end_height, round_.closing_height)


def follow_tip(tip: int) -> None:
    """Make rounds ahead of the tip and bring every round that nothing irreversible happened to into its phase."""
    _plan_ahead(tip)
    rounds = db.session.scalars(
        select(Round).where(Round.status.in_(_MOVING), Round.opens_at_height <= tip + 1).order_by(Round.round_number)
    )
    for round_ in rounds:
        _move(round_, _status_at(round_, tip))
    reopened = select(Round).where(Round.status.in_(("open", "unbacked", "closed")), Round.opens_at_height > tip + 1)
    for round_ in db.session.scalars(reopened):
        _move(round_, "scheduled")
    db.session.flush()


def _status_at(round_: Round, tip: int) -> str:
    current = phase(window_of(round_), tip)
    if current is Phase.OPEN:
        return "open" if backing.is_backed(round_) else "unbacked"
    return str(current)


def _move(round_: Round, status: str) -> None:
    if round_.status == status:
        return
    subject = f"round:{round_.round_number}"
    round_.status = status
    events.record(f"round.{status}", GAME, subject, {"roundNumber": round_.round_number})
    if status == "unbacked":
        audit.raise_alarm("round_unbacked", subject, jackpot=round_.jackpot_sats)
    else:
        audit.close_alarm("round_unbacked", subject)


def _plan_ahead(tip: int) -> None:
    settings = _settings()
    cursor = db.session.get_one(ChainCursor, 1)
    last = db.session.scalars(select(Round).order_by(Round.round_number.desc()).limit(1)).first()
    number, sales_end = (last.round_number, last.sales_end_height) if last else (0, cursor.first_height)
    ahead = db.session.query(Round).where(Round.opens_at_height > tip + 1).count() if last else 0
    while ahead < settings.rounds_ahead:
        window = next_window(sales_end, settings.round_length_blocks, settings.round_gap_blocks)
        number += 1
        if not _create(number, window, settings):
            return
        ahead += window.opens_at > tip + 1
        sales_end = window.sales_end


def plan_up_to(number: int) -> Round | None:
    """The round of that number, made ahead if need be: after a restore orders may be older than the rounds we have."""
    settings = _settings()
    while True:
        last = db.session.scalars(select(Round).order_by(Round.round_number.desc()).limit(1)).first()
        if last is None or last.round_number >= number or number - last.round_number > _MAX_AHEAD:
            return db.session.get(Round, number)
        window = next_window(last.sales_end_height, settings.round_length_blocks, settings.round_gap_blocks)
        if not _create(last.round_number + 1, window, settings):
            return None
        db.session.flush()


def _create(number: int, window: Window, settings: Settings) -> bool:
    """Freeze a new round; False, with an alarm, if its jackpot would invite cheating."""
    supply = 10**settings.ticket_digits
    prize = jackpot(supply, settings.base_ticket_price_sats, settings.house_fee_percent)
    limit = cheating.jackpot_limit_sats(settings.hashes_per_digit * settings.ticket_digits, settings.block_subsidy_sats)
    if prize > limit and settings.bitcoin_network != "regtest":
        audit.raise_alarm("jackpot_above_cheating_limit", f"round:{number}", jackpot=prize, limit=limit)
        return False
    db.session.add(
        Round(
            round_number=number,
            opens_at_height=window.opens_at,
            sales_end_height=window.sales_end,
            closing_height=window.closing,
            settlement_depth=settings.settlement_depth,
            ticket_digits=settings.ticket_digits,
            ticket_supply=supply,
            base_ticket_price_sats=settings.base_ticket_price_sats,
            house_fee_percent=settings.house_fee_percent,
            jackpot_sats=prize,
            min_payment_floor_sats=min_payment_floor(settings.planning_fee_rate),
            winner_algorithm=ALGORITHM,
            hashes_per_digit=settings.hashes_per_digit,
            internal_key=deposits.internal_key_of(GAME, number),
        )
    )
    db.session.flush()
    db.session.add(SlipRange(round_number=number, first=None, after=0, ticket_supply=supply))
    audit.note("system", "round.created", f"round:{number}", opens=window.opens_at, closing=window.closing)
    return True


def halt_if_final(height: int) -> None:
    """A block at `height` is being taken back: rounds that had treated it as final now need a person."""
    sealed = select(Round).where(Round.status.in_(("sealed", "drawing")), Round.sales_end_height > height)
    for round_ in db.session.scalars(sealed):
        halt(round_, "reorganised_below_seal")
    drawing = select(Round).where(Round.status == "drawing", Round.closing_height >= height)
    for round_ in db.session.scalars(drawing):
        halt(round_, "reorganised_below_draw")
    settled = select(Round).where(Round.status == "settled", Round.closing_height >= height)
    for round_ in db.session.scalars(settled):  # a settled round never changes
        audit.raise_alarm("settled_round_reorganised", f"round:{round_.round_number}", height=height)


def halt(round_: Round, why: str) -> None:
    """Stop a round for a person to look at. Nothing about it is decided by the machine any more."""
    subject = f"round:{round_.round_number}"
    round_.status = "halted"
    draws.halt(GAME, str(round_.round_number))
    audit.note("system", "round.halted", subject, why)
    audit.raise_alarm("round_halted", subject, why=why)
    events.record("round.halted", GAME, subject, {"roundNumber": round_.round_number, "why": why})


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
