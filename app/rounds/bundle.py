"""The proof bundle: a round with its evidence, read from our tables in one go and from the node block by block.

A part holds whole blocks. It is written while it is read, so that its size costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, stream_with_context
from sqlalchemy import Row, text

from app.chain import rpc
from app.chain.blocks import HEADER_BYTES, display, merkle_branch, raw_transactions
from app.core.db import db
from app.core.errors import Unavailable
from app.partners.models import PartnerSite
from app.payouts import queries as payouts

from . import queries, sealing
from .answers import slip_status
from .models import Round
from .rules import GAME
from .schemas import (
    BundleBalance,
    BundleOrder,
    BundlePayment,
    BundlePayout,
    DrawRecord,
    FrozenRound,
    Headers,
    ProofBundle,
    Seal,
    Slip,
    TransactionProof,
    WinRecord,
)

ATTEMPTS: Final = 3
MAX_PAYMENTS: Final = 5_000
MAX_BLOCKS: Final = 200

_STAND = """
SELECT c.height, c.hash, r.status, r.sold_tickets FROM chain_cursor c CROSS JOIN rounds r WHERE r.round_number = :round
"""

_LIVE = """
FROM order_payments p JOIN ticket_orders o ON o.id = p.order_id
WHERE o.round_number = :round AND p.orphaned_at IS NULL
"""

_HEIGHTS = f"""
SELECT p.block_height AS height, count(*) AS payments {_LIVE} AND p.block_height >= :begin
GROUP BY p.block_height ORDER BY p.block_height
"""

_PAYMENTS = """
SELECT p.id, p.order_id, p.txid, p.vout, p.tx_index, p.amount_sats, p.credited_sats, p.refundable_sats,
       p.block_height, p.block_hash, p.status, g.first, g.after, d.commitment
FROM order_payments p
JOIN ticket_orders o ON o.id = p.order_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
LEFT JOIN slip_ranges g ON g.payment_id = p.id
WHERE o.round_number = :round AND p.orphaned_at IS NULL AND p.block_height BETWEEN :begin AND :last
ORDER BY p.block_height, p.tx_index, p.vout
"""

# Orders whose first payment is in this part, so that all parts together tell each once.
_ORDERS = f"""
SELECT o.id, o.player_public_identifier, site.name, d.address, d.internal_key, d.terms, d.commitment,
       s.paid_sats, s.ticket_count, s.jackpot_contribution_sats, s.first_block_height, s.first_block_hash, s.status,
       (SELECT array_agg(ARRAY[g.first, g.after - 1] ORDER BY g.first) FROM slip_ranges g WHERE g.slip_id = o.id)
       AS ranges
FROM (SELECT p.order_id, min(p.block_height) AS first_paid {_LIVE} GROUP BY p.order_id) AS paid
JOIN ticket_orders o ON o.id = paid.order_id
JOIN partner_sites site ON site.id = o.partner_site_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
LEFT JOIN ticket_slips s ON s.id = o.id
WHERE paid.first_paid BETWEEN :begin AND :last
ORDER BY o.id
"""

_HEADERS = """
SELECT b.height, b.hash, b.header FROM chain_blocks b
JOIN rounds r ON r.round_number = :round
WHERE b.height BETWEEN least(r.opens_at_height, :first) AND r.closing_height + r.settlement_depth
ORDER BY b.height
"""


_BALANCES = """
SELECT site.name, sum(s.paid_sats - s.jackpot_contribution_sats) AS earned FROM ticket_slips s
JOIN ticket_orders o ON o.id = s.id JOIN partner_sites site ON site.id = o.partner_site_id
WHERE s.round_number = :round GROUP BY site.name ORDER BY site.name
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A part as the tables give it. The node is still to be asked for `blocks`: (height, hash, transaction ids)."""

    bundle: ProofBundle
    blocks: list[tuple[int, str, frozenset[str]]]
    height_block: tuple[int, str] | None  # whose coinbase proves the heights
    payout_block: tuple[int, str] | None  # that holds the payout


def read(number: int, begin: int) -> Reading | None:
    """The part of a round's bundle whose payments begin at block `begin`.

    None if the chain or the round moved while it was read: try again.

    Raises:
        NotFound: no such round.
    """
    round_ = queries.round_of(number)
    db.session.refresh(round_)
    before = _stand(number)
    last, following = _extent(number, begin)
    window = {"round": number, "begin": begin, "last": last}
    payments = db.session.execute(text(_PAYMENTS), window).all()
    orders = db.session.execute(text(_ORDERS), window).all()
    headers = _headers(number) if begin == 0 else []
    paid = _payout(number) if begin == 0 else None
    bundle = ProofBundle(
        network=current_app.config["SETTINGS"].bitcoin_network,
        part_from=begin,
        next=following,
        round=_frozen(round_),
        headers=_header_list(headers),
        height_proof=None,
        orders=[_order(row) for row in orders],
        payments=[_payment(row) for row in payments],
        slips=[_slip(row, round_) for row in orders if row.ticket_count is not None],
        seal=_seal(round_, payments),
        draw=_draw(round_),
        win=_win(round_),
        balances=_balances(round_) if begin == 0 else [],
        payout=paid[0] if paid else None,
        transactions=[],
    )
    if before is None or _stand(number) != before or round_.status != before.status:
        return None
    top = (headers[-1].height, display(headers[-1].hash)) if headers else None
    return Reading(bundle, _blocks_of(payments), top, paid[1] if paid else None)


def prove(reading: Reading, client: rpc.NodeClient) -> Iterator[str]:
    """The part as JSON text, its transactions proven from the node's blocks.

    Raises:
        Unavailable: at once, if the node is away; if it goes away later the text breaks off.
    """
    proofs = (proof for height, hash_, txids in reading.blocks for proof in _proofs(client, height, hash_, txids))
    height_proof = _coinbase_proof(client, *reading.height_block) if reading.height_block else None
    payout = reading.bundle.payout
    if payout is not None and reading.payout_block is not None:
        proof = next(_proofs(client, *reading.payout_block, frozenset({payout.txid})), None)
        payout = payout.model_copy(update={"proof": proof})
    first = next(proofs, None)
    told = reading.bundle.model_copy(update={"height_proof": height_proof, "payout": payout})
    head = told.model_dump_json(by_alias=True)
    return stream_with_context(_written(head, first, proofs))


def _written(head: str, first: TransactionProof | None, rest: Iterator[TransactionProof]) -> Iterator[str]:
    assert head.endswith("[]}")
    yield head.removesuffix("]}")
    if first is not None:
        yield first.model_dump_json(by_alias=True)
        for proof in rest:
            yield "," + proof.model_dump_json(by_alias=True)
    yield "]}"


def _proofs(client: rpc.NodeClient, height: int, hash_: str, txids: frozenset[str]) -> Iterator[TransactionProof]:
    """Proofs of a block's transactions `txids`, in block order."""
    raw, transactions = _block(client, hash_)
    ids = [txid for txid, _ in transactions]
    for index, (txid, body) in enumerate(transactions):
        if display(txid) in txids:
            yield TransactionProof(
                txid=display(txid),
                block_height=height,
                block_hash=hash_,
                header=raw[:HEADER_BYTES].hex(),
                index=index,
                branch=[node.hex() for node in merkle_branch(ids, index)],
                raw_transaction=body.hex(),
            )


def _coinbase_proof(client: rpc.NodeClient, height: int, hash_: str) -> TransactionProof:
    """A block's first transaction, which names the block's height (BIP 34)."""
    _, transactions = _block(client, hash_)
    return next(_proofs(client, height, hash_, frozenset({display(transactions[0][0])})))


def _block(client: rpc.NodeClient, hash_: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    try:
        raw = rpc.raw_block(client, hash_)
        return raw, raw_transactions(raw)
    except (rpc.NodeFailure, ValueError):
        raise Unavailable("node_away") from None


def _stand(number: int) -> Row[Any] | None:
    return db.session.execute(text(_STAND), {"round": number}).first()


def _extent(number: int, begin: int) -> tuple[int, int | None]:
    """The last block of the part that begins at `begin`, and the block the next part begins at."""
    last, blocks, payments = begin, 0, 0
    for row in db.session.execute(text(_HEIGHTS), {"round": number, "begin": begin}):
        if blocks and (payments + row.payments > MAX_PAYMENTS or blocks == MAX_BLOCKS):
            return last, row.height
        last, blocks, payments = row.height, blocks + 1, payments + row.payments
    return last, None


def _headers(number: int) -> Sequence[Row[Any]]:
    """Headers from the round's beginning, or its first payment if that is earlier, until its closing is buried."""
    first = db.session.execute(text(f"SELECT min(p.block_height) {_LIVE}"), {"round": number}).scalar()
    return db.session.execute(text(_HEADERS), {"round": number, "first": first}).all()


def _header_list(rows: Sequence[Row[Any]]) -> Headers | None:
    if not rows:
        return None
    return Headers(first_height=rows[0].height, headers=[row.header.hex() for row in rows])


def _blocks_of(payments: Sequence[Row[Any]]) -> list[tuple[int, str, frozenset[str]]]:
    found: dict[tuple[int, str], set[str]] = {}
    for row in payments:
        found.setdefault((row.block_height, row.block_hash), set()).add(row.txid)
    return [(height, hash_, frozenset(txids)) for (height, hash_), txids in found.items()]


def _frozen(round_: Round) -> FrozenRound:
    values = {name: getattr(round_, name) for name in FrozenRound.model_fields}
    return FrozenRound.model_validate(values | {"internal_key": round_.internal_key.hex()})


def _order(row: Row[Any]) -> BundleOrder:
    return BundleOrder(
        identifier=str(row.id),
        partner_name=row.name,
        player_public_identifier=row.player_public_identifier,
        deposit_address=row.address,
        internal_key=row.internal_key.hex(),
        terms=row.terms,
        commitment=row.commitment.hex(),
    )


def _payment(row: Row[Any]) -> BundlePayment:
    return BundlePayment(
        identifier=str(row.order_id),
        txid=row.txid,
        vout=row.vout,
        amount_sats=row.amount_sats,
        credited_sats=row.credited_sats,
        refundable_sats=row.refundable_sats,
        block_height=row.block_height,
        status=row.status,
        first_ticket=row.first,
        last_ticket=None if row.after is None else row.after - 1,
    )


def _slip(row: Row[Any], round_: Round) -> Slip:
    return Slip(
        identifier=str(row.id),
        paid_sats=row.paid_sats,
        ticket_count=row.ticket_count,
        jackpot_contribution_sats=row.jackpot_contribution_sats,
        ranges=row.ranges,
        first_block_height=row.first_block_height,
        first_block_hash=row.first_block_hash,
        status=slip_status(row.status, round_.status),
    )


def _seal(round_: Round, payments: Sequence[Row[Any]]) -> Seal | None:
    if round_.seal_root is None or round_.sealed_at_height is None:
        return None
    leaves = [sealing.leaf_of(row).data.decode() for row in payments if row.first is not None]
    return Seal(root=round_.seal_root.hex(), sealed_at_height=round_.sealed_at_height, leaves=leaves)


def _draw(round_: Round) -> DrawRecord | None:
    draw = queries.draw_of(round_)
    if round_.status != "settled" or draw is None or draw.outcome is None:
        return None
    return DrawRecord(
        algorithm=draw.algorithm,
        closing_block_hash=draw.seed,
        draw_digits=draw.outcome["drawDigits"],
        draw_digests=draw.outcome["drawDigests"],
        winning_ticket=draw.outcome["winningTicket"],
    )


def _win(round_: Round) -> WinRecord | None:
    win = queries.win_of(round_)
    if win is None:
        return None
    site = db.session.get_one(PartnerSite, win.partner_site_id)
    return WinRecord(
        identifier=str(win.slip_id),
        partner_name=site.name,
        player_public_identifier=win.player_public_identifier,
        winning_ticket=win.winning_ticket_number,
        jackpot_sats=win.jackpot_sats,
        payout_address=win.payout_address,
    )


def _balances(round_: Round) -> list[BundleBalance]:
    """What each partner earned; nothing before the round is settled."""
    if round_.status != "settled":
        return []
    rows = db.session.execute(text(_BALANCES), {"round": round_.round_number})
    return [BundleBalance(partner_name=row.name, earned_sats=int(row.earned)) for row in rows]


def _payout(number: int) -> tuple[BundlePayout, tuple[int, str]] | None:
    """The payout of the round's jackpot and the block that holds it; None before there is one."""
    payout = payouts.live_payout(GAME, str(number))
    confirmation = payouts.confirmation_of(payout.id) if payout else None
    if payout is None or confirmation is None:
        return None
    output = next(row for row in payouts.outputs_of(payout.id) if row.kind == "obligation")
    record = BundlePayout(txid=display(payout.txid), vout=output.vout, amount_sats=output.sats, proof=None)
    return record, (confirmation.block_height, display(confirmation.block_hash))
