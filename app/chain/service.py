"""Applying blocks: one block, one transaction, set-wise. The only writer of the chain's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text

from app.chain.node.blocks import Block, display
from app.chain.scan.matching import MatchedOutput, OutputAt, match, match_outputs, match_spends
from app.core.database.session import TO_CHANGE, db
from app.core.faults import step
from app.core.ids import new_id, new_ids
from app.core.jobs.resting import no_search
from app.payments import service as payments
from app.record.audit import service as audit
from app.record.ledger import service as ledger
from app.record.ledger.entries import mirrored

from . import postings
from .listeners import BlockRef, ChainListener, ChainPayment
from .models import ChainCursor
from .scan import spends

_A_MOMENT = "1s"


class CursorMoved(Exception):
    """Another scanner applied a block first. Nothing was written; ask again where the cursor is."""


def start_at(height: int, hash_: bytes, first_height: int) -> None:
    """Place the cursor for the first time, on the block below the first one to scan."""
    db.session.execute(
        text("INSERT INTO chain_cursor (id, height, hash, first_height) VALUES (1, :h, :x, :f) ON CONFLICT DO NOTHING"),
        {"h": height, "x": hash_, "f": first_height},
    )


def hold_cursor() -> ChainCursor | None:
    """Keep the scanner out until this transaction ends; None before it has begun.

    Whoever keeps it out waits for no other lock longer than a moment: a row that somebody forgot would stop it too.
    """
    cursor = db.session.get(ChainCursor, 1, with_for_update=TO_CHANGE, populate_existing=True)
    db.session.execute(text(f"SET LOCAL lock_timeout = '{_A_MOMENT}'"))
    return cursor


@no_search()
def connect_block(block: Block, height: int, listeners: Sequence[ChainListener]) -> None:
    """Apply `block` as the new tip.

    Raises:
        CursorMoved: the cursor is not on the block's parent.
    """
    _move_up(block, height)
    step("credit.cursor_moved")
    reference = BlockRef(height, block.hash, block.hash_hex)
    matched = match_outputs(block)
    coins = _store_coins(matched, reference)
    step("credit.payments_stored")
    for listener in listeners:
        listener.connect(reference, coins)
    step("credit.listeners_told")
    spends.store(match_spends(block), reference)
    _drop_sightings([output.txid for output in matched])
    spends.planner().advanced(reference)


def adopt_outputs(block: BlockRef, outputs: Sequence[OutputAt]) -> list[ChainPayment]:
    """Store outputs of an applied block whose scripts were not watched when it was applied."""
    return _store_coins(match(outputs), block)


@no_search()
def disconnect_tip(height: int, hash_: bytes, previous_hash: bytes, listeners: Sequence[ChainListener]) -> None:
    """Take the tip back: the exact reverse of `connect_block`.

    Raises:
        CursorMoved: the cursor is not on that block.
    """
    _move_down((height, hash_), (height - 1, previous_hash))
    db.session.execute(text("DELETE FROM chain_blocks WHERE height = :h AND hash = :x"), {"h": height, "x": hash_})
    reference = BlockRef(height, hash_, display(hash_))
    spends.undo(reference)
    deposits = _live_payments_of(reference)
    for listener in reversed(listeners):
        listener.disconnect(reference, deposits)
    step("undo.listeners_told")
    _undo_coins(reference)
    payments.reverse([payment.payment_id for payment in deposits])
    audit.note("system", "chain.block_disconnected", f"block:{height}", hash=reference.hash_hex)


def _move_up(block: Block, height: int) -> None:
    """The cursor from the block's parent to the block, which is remembered: in one statement."""
    moved = db.session.execute(
        text(_MOVE_UP),
        {
            "height": height,
            "hash": block.hash,
            "previous": block.prev_hash,
            "header": block.header,
            "time": datetime.fromtimestamp(block.time, UTC),
        },
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise CursorMoved


_MOVE_UP = """
WITH moved AS (
    UPDATE chain_cursor SET height = :height, hash = :hash WHERE id = 1 AND height = :height - 1 AND hash = :previous
    RETURNING height, hash
)
INSERT INTO chain_blocks (height, hash, previous_hash, header, time)
SELECT height, hash, :previous, :header, :time FROM moved
"""


def _move_down(old: tuple[int, bytes], new: tuple[int, bytes]) -> None:
    moved = db.session.execute(
        text("UPDATE chain_cursor SET height = :h, hash = :x WHERE id = 1 AND height = :old_h AND hash = :old_x"),
        {"h": new[0], "x": new[1], "old_h": old[0], "old_x": old[1]},
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise CursorMoved


def _change_among(matched: Sequence[MatchedOutput]) -> set[bytes]:
    """Transactions of our own making that pay the reserve: that is change, and no new money."""
    to_reserve = {output.txid for output in matched if output.deposit_address_id is None}
    return spends.planner().known(to_reserve) if to_reserve else set()


def _store_coins(matched: Sequence[MatchedOutput], block: BlockRef) -> list[ChainPayment]:
    """New rows for every output of ours; the deposits among them, in chain order."""
    payment_ids = (new_id() if output.deposit_address_id else None for output in matched)
    rows = list(zip(new_ids(len(matched)), payment_ids, matched, strict=True))
    change = _change_among(matched)
    payments.receive(
        [payments.Receipt(payment_id, output.amount_sats) for _, payment_id, output in rows if payment_id is not None]
    )
    if rows:
        db.session.execute(
            text(_INSERT_COINS),
            {
                "height": block.height,
                "hash": block.hash,
                "ids": [coin_id for coin_id, _, _ in rows],
                "payments": [payment_id for _, payment_id, _ in rows],
                "txids": [output.txid for *_, output in rows],
                "vouts": [output.vout for *_, output in rows],
                "indexes": [output.tx_index for *_, output in rows],
                "amounts": [output.amount_sats for *_, output in rows],
                "deposits": [output.deposit_address_id for *_, output in rows],
                "reserves": [output.reserve_key_index for *_, output in rows],
                "planned": [paid is None and output.txid in change for _, paid, output in rows],
            },
        )
    added = [(coin_id, output) for coin_id, paid, output in rows if paid is None and output.txid not in change]
    ledger.post([postings.reserve_deposit(str(coin_id), output.amount_sats) for coin_id, output in added])
    return [
        ChainPayment(
            payment_id,
            output.deposit_address_id,
            display(output.txid),
            output.vout,
            output.tx_index,
            output.amount_sats,
        )
        for _, payment_id, output in rows
        if payment_id is not None and output.deposit_address_id is not None
    ]


_INSERT_COINS = """
INSERT INTO coins (id, payment_id, txid, vout, tx_index, amount_sats, deposit_address_id, reserve_key_index,
                   planned, block_height, block_hash)
SELECT t.*, :height, :hash
FROM unnest(CAST(:ids AS uuid[]), CAST(:payments AS uuid[]), CAST(:txids AS bytea[]), CAST(:vouts AS bigint[]),
            CAST(:indexes AS integer[]), CAST(:amounts AS bigint[]), CAST(:deposits AS uuid[]),
            CAST(:reserves AS integer[]), CAST(:planned AS boolean[])) AS t
"""


def _undo_coins(block: BlockRef) -> None:
    undone = db.session.execute(
        text(
            "UPDATE coins SET orphaned_at = clock_timestamp() "
            "WHERE block_height = :h AND block_hash = :x AND orphaned_at IS NULL "
            "RETURNING id, amount_sats, payment_id, planned"
        ),
        {"h": block.height, "x": block.hash},
    ).all()
    reserve = [
        postings.reserve_deposit(str(row.id), row.amount_sats)
        for row in undone
        if row.payment_id is None and not row.planned
    ]
    ledger.post(mirrored(reserve, "undo"))


def _live_payments_of(block: BlockRef) -> list[ChainPayment]:
    rows = db.session.execute(
        text(
            "SELECT payment_id, deposit_address_id, txid, vout, tx_index, amount_sats FROM coins "
            "WHERE block_height = :h AND block_hash = :x AND orphaned_at IS NULL AND payment_id IS NOT NULL "
            "ORDER BY tx_index, vout"
        ),
        {"h": block.height, "x": block.hash},
    ).all()
    return [
        ChainPayment(payment_id, deposit_id, display(txid), vout, tx_index, sats)
        for payment_id, deposit_id, txid, vout, tx_index, sats in rows
    ]


def _drop_sightings(txids: Sequence[bytes]) -> None:
    if txids:
        db.session.execute(
            text("DELETE FROM sightings WHERE txid = ANY(CAST(:txids AS bytea[]))"), {"txids": list(set(txids))}
        )
