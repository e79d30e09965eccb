"""The rail's ear on the chain: hands each block's payments to every game, and keeps what they share in order.

Called by the scanner inside the block's own transaction. A lost block takes back what it brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text

from app.chain.listeners import BlockRef, ChainPayment
from app.core.database.session import db
from app.money.payouts import balances
from app.record.events import service as events
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.record.log.receipts import service as receipts
from app.selling.windows import postings, statements
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.questions.crediting import Orphan
from app.selling.windows.rounds import lifecycle, witnessing
from app.selling.windows.tables import AnyTables, RoundsOf, RoundT

from . import leaves, refunds
from .leaves import Fated, Held

IRREVERSIBLE = ("sealed", "drawing")
NO_MORE_CREDIT = ("settled", "void")


class Following:
    """Every game of windows as the chain sees it."""

    def connect(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """Credit the block's payments, move rounds to their next phase, fix who had seen the seals before it."""
        if payments:
            for game in window_games():
                game.crediting.credit(block, payments)
        witnessing.fix_at(lifecycle.follow_tip(block.height), block.height)

    def disconnect(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """Take back what the block brought, which is the last of its rounds."""
        for game in window_games():
            lifecycle.halt_if_final(game, block.height)
            if payments:
                _undo(game, [payment.payment_id for payment in payments])
        lifecycle.follow_tip(block.height - 1)


def lock_rounds(game: RoundsOf[RoundT], numbers: set[int]) -> dict[int, RoundT]:
    """The rounds of these numbers, locked in the order of their numbers."""
    rows = db.session.scalars(
        select(game.round)
        .where(game.round.round_number.in_(numbers))
        .order_by(game.round.round_number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.round_number: row for row in rows}


def write_payments(game: AnyTables, fated: Sequence[Fated], held: Sequence[Held], block: BlockRef) -> None:
    """The rows of a block's payments to the game's orders, and what the public log says of each, in one statement.
    `held` is what each one's leaf names."""
    if not fated:
        return
    payments = [row.payment for row in fated]
    salts = receipts.new_salts(len(fated))
    said = leaves.all_paid(game.name, block, zip(fated, held, strict=True), salts)
    db.session.execute(
        text(statements.insert_payments(game)),
        {
            "height": block.height,
            "hash": block.hash_hex,
            "ids": [payment.payment_id for payment in payments],
            "orders": [row.order_id for row in fated],
            "txids": [payment.txid for payment in payments],
            "vouts": [payment.vout for payment in payments],
            "indexes": [payment.tx_index for payment in payments],
            "amounts": [payment.amount_sats for payment in payments],
            "statuses": [row.fate for row in fated],
            "credited": [row.credited for row in fated],
            "refundable": [row.refundable for row in fated],
            "rounds": [row.round_number if row.fate == "credited" else None for row in fated],
            "salts": salts,
            "leaves": said,
        },
    )


def told(game: AnyTables, fated: Fated) -> events.Fact:
    """The event that tells the partner of a payment and its fate."""
    order = str(fated.order_id)
    payload = {
        "orderId": order,
        "roundNumber": fated.round_number,
        "txid": fated.payment.txid,
        "vout": fated.payment.vout,
        "amountSats": fated.payment.amount_sats,
        "creditedSats": fated.credited,
        "refundableSats": fated.refundable,
        "status": fated.fate,
    }
    name = "order.paid" if fated.fate == "credited" else f"payment.{fated.fate}"
    return events.Fact(name, game.name, f"order:{order}", payload, fated.site_id)


def _undo(game: AnyGame, payment_ids: Sequence[UUID]) -> None:
    orphaned = db.session.execute(text(statements.orphan_payments(game)), {"ids": list(payment_ids)}).all()
    mine = [Orphan(*row) for row in orphaned]
    if not mine:
        return
    # A settled round never changes, not even when its payments fall out of the chain: a loss, and a person's case.
    movable = [row for row in mine if row.round_status != "settled"]
    if movable:
        game.crediting.take_back(movable)
    legs = _post_back(movable, [row for row in mine if row.round_status == "settled"])
    events.record_many([_told_orphaned(game, row) for row in mine])
    balances.tell(game.name, legs, "refund_undone")


def _told_orphaned(game: AnyTables, row: Orphan) -> events.Fact:
    order = str(row.order_id)
    payload = {"orderId": order, "txid": row.txid, "vout": row.vout}
    return events.Fact("payment.orphaned", game.name, f"order:{order}", payload, row.partner_site_id)


def _post_back(movable: Sequence[Orphan], settled: Sequence[Orphan]) -> list[Posting]:
    """Take back what was posted for these payments, the last first: refunds, whose postings are returned, then
    voiding and crediting. What a settled round was given is lost instead."""
    ids, lost = [str(row.id) for row in movable], [str(row.id) for row in settled]
    legs = refunds.taken_back(ids + lost)
    credited = ledger_queries.postings_of(postings.PAYMENT, lost, "credit") if lost else []
    ledger.post(legs + postings.lost_after_settlement(credited))
    ledger.mirror(postings.PAYMENT, ids, {"void": "undo_void", "credit": "undo"})
    return legs
