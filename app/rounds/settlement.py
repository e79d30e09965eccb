"""Settlement: the closing block is buried, its hash draws the ticket, and every debt is written down in one step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.audit import service as audit
from app.chain.blocks import display
from app.chain.models import ChainBlock, ChainCursor
from app.core.clock import now
from app.core.db import db
from app.core.faults import step
from app.core.ids import new_id
from app.draws import service as draws
from app.draws.models import Draw
from app.draws.rules import DrawResult
from app.events import service as events
from app.ledger import service as ledger
from app.payouts import balances
from app.payouts import service as obligations

from . import postings
from .models import PartnerWin, Round, SlipRange, TicketOrder, TicketSlip
from .rules import GAME, is_buried


def due() -> list[int]:
    """Rounds that are sealed with a buried closing block, or whose draw was begun."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    rounds = select(Round).where(Round.status.in_(("sealed", "drawing"))).order_by(Round.round_number)
    return [
        round_.round_number
        for round_ in db.session.scalars(rounds.execution_options(populate_existing=True))
        if round_.status == "drawing" or is_buried(round_.closing_height, cursor.height, round_.settlement_depth)
    ]


def begin_draw(number: int) -> draws.Work | None:
    """Fix the closing block's hash and begin the draw; None if that is not due (any more)."""
    round_, hash_hex = _round_and_closing_hash(number)
    if hash_hex is None:
        return None
    if round_.status == "sealed":
        round_.status = "drawing"
        round_.closing_block_hash = bytes.fromhex(hash_hex)
        facts: dict[str, Any] = {"roundNumber": number, "closingBlockHash": hash_hex}
        audit.note("system", "round.drawing", f"round:{number}", **facts)
        events.record("round.drawing", GAME, f"round:{number}", facts)
    elif round_.status != "drawing" or round_.closing_block_hash != bytes.fromhex(hash_hex):
        return None
    draw = draws.begin(
        GAME,
        str(number),
        "closing_block",
        round_.winner_algorithm,
        hash_hex,
        {"digits": round_.ticket_digits, "hashesPerDigit": round_.hashes_per_digit},
    )
    return draws.work_of(draw) if draw.state == "provisional" else None


def _round_and_closing_hash(number: int) -> tuple[Round, str | None]:
    """The round, locked after the cursor, and its closing block's hash if that is on the best chain at depth."""
    cursor = db.session.get_one(ChainCursor, 1, with_for_update=True, populate_existing=True)
    round_ = db.session.get_one(Round, number, with_for_update=True, populate_existing=True)
    block = db.session.get(ChainBlock, round_.closing_height, populate_existing=True)
    if block is None or not is_buried(round_.closing_height, cursor.height, round_.settlement_depth):
        return round_, None
    return round_, display(block.hash)


def settle(number: int, work: draws.Work, result: DrawResult) -> bool:
    """Write the winner and move the money; False if the round is no longer this draw's to settle."""
    round_, hash_hex = _round_and_closing_hash(number)
    draw = db.session.get_one(Draw, work.draw_id, with_for_update=True, populate_existing=True)
    if hash_hex != work.seed or draw.state != "provisional" or not _claim(round_, work.seed, result):
        return False
    step("settle.claimed")
    draws.confirm(draw, result)
    db.session.refresh(round_)
    pool_sats = round_.sold_tickets * round_.base_ticket_price_sats
    legs = postings.settle(number, pool_sats, _held_by_site(number))
    ledger.post(legs)
    step("settle.posted")
    winner = _winning_order(number, result.winning_ticket)
    if winner is not None:
        _record_win(round_, winner, result.winning_ticket)
    step("settle.won")
    facts: dict[str, Any] = {
        "roundNumber": number,
        "closingBlockHash": hash_hex,
        "drawDigits": result.draw_digits,
        "winningTicket": result.winning_ticket,
        "sold": winner is not None,
    }
    audit.note("system", "round.settled", f"round:{number}", **facts, drawDigests=result.digests)
    events.record("round.settled", GAME, f"round:{number}", facts)
    balances.tell(GAME, legs, "round_settled", roundNumber=number)
    return True


def _claim(round_: Round, seed: str, result: DrawResult) -> bool:
    """The one conditional write by which a round becomes settled."""
    db.session.flush()
    claimed = db.session.execute(
        text(
            "UPDATE rounds SET status = 'settled', winning_ticket = :ticket, settled_at = :now "
            "WHERE round_number = :round AND status = 'drawing' AND closing_block_hash = :hash"
        ),
        {
            "ticket": result.winning_ticket,
            "now": now(),
            "round": round_.round_number,
            "hash": bytes.fromhex(seed),
        },
    )
    return bool(claimed.rowcount == 1)  # type: ignore[attr-defined]


def _held_by_site(number: int) -> dict[UUID, int]:
    """What each partner's players paid beyond base prices: edges and remainders."""
    rows = db.session.execute(
        text(
            "SELECT o.partner_site_id, sum(s.paid_sats - s.jackpot_contribution_sats) "
            "FROM ticket_slips s JOIN ticket_orders o ON o.id = s.id WHERE s.round_number = :round GROUP BY 1"
        ),
        {"round": number},
    )
    return {site: int(held) for site, held in rows}


def _winning_order(number: int, ticket: int) -> TicketOrder | None:
    """The order whose range contains the ticket: one look into the ranges' index."""
    row = db.session.scalars(
        select(SlipRange)
        .where(SlipRange.round_number == number, SlipRange.after > ticket)
        .order_by(SlipRange.after)
        .limit(1)
    ).first()
    if row is None or row.slip_id is None or row.first is None or row.first > ticket:
        return None
    return db.session.get_one(TicketOrder, row.slip_id)


def _record_win(round_: Round, order: TicketOrder, ticket: int) -> None:
    number = round_.round_number
    win = PartnerWin(
        id=new_id(),
        partner_site_id=order.partner_site_id,
        round_number=number,
        slip_id=order.id,
        winning_ticket_number=ticket,
        jackpot_sats=round_.jackpot_sats,
        payout_address=order.payout_address,
        player_public_identifier=order.player_public_identifier,
        player_private_identifier=order.player_private_identifier,
    )
    db.session.add(win)
    db.session.get_one(TicketSlip, order.id).status = "won"
    site, address = order.partner_site_id, order.payout_address
    obligations.owe("jackpot", GAME, str(number), site, address, round_.jackpot_sats)
    payload = {
        "winId": str(win.id), "orderId": str(order.id), "roundNumber": number, "winningTicket": ticket,
        "jackpotSats": round_.jackpot_sats, "payoutAddress": address,
        "playerPublicIdentifier": order.player_public_identifier,
    }  # fmt: skip
    events.record("win.created", GAME, f"order:{order.id}", payload, site)
