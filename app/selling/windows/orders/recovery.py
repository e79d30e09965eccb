"""Orders that a restored database has forgotten come back from the terms journal, and so does what was paid to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select

from app.chain import queries as chain
from app.chain import service as chain_service
from app.chain.deposits import commitment
from app.chain.deposits import service as deposits
from app.chain.deposits.journal import JournalEntry
from app.chain.listeners import BlockRef, ChainPayment
from app.chain.models import ChainBlock, Coin, DepositAddress
from app.chain.node import client as node
from app.chain.scan import scanner
from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.core.ids import created_at
from app.people.partners.models import PartnerSite
from app.record.audit import service as audit
from app.record.audit.models import AuditEntry
from app.record.ledger import service as ledger
from app.selling.windows import postings
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import promise
from app.selling.windows.rounds import lifecycle
from app.selling.windows.tables import AnyTables

from .crediting import write_payments
from .leaves import Fated
from .service import schedule_terms

log = structlog.get_logger()

_BROUGHT_BACK: Final = "order.recovered"
_SCANNED: Final = "orders.rescanned"
CLOCKS_MAY_DIFFER = timedelta(hours=3)  # miners may date a block two hours off


def ours(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """The entries that are orders of a game of windows."""
    names = {game.name for game in window_games()}
    return [entry for entry in entries if entry.game in names]


def missing(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Entries whose order the database does not have, each once."""
    known = {order_id for game in window_games() for order_id in db.session.scalars(select(game.order.id))}
    by_id = {entry.orderId: entry for entry in entries}
    return [entry for order_id, entry in by_id.items() if UUID(order_id) not in known]


def rounds_of(entries: Sequence[JournalEntry]) -> dict[str, dict[int, str | None]]:
    """What these entries know of their rounds, by game and number: the text that each one's terms commit to, or None
    for a round of version 1."""
    found: dict[str, dict[int, str | None]] = {}
    for entry in entries:
        terms = json.loads(entry.terms)
        committed = terms.get("roundCommitment")
        if committed is None or committed == promise.commitment(entry.roundTerms).hex():
            found.setdefault(entry.game, {})[terms["roundNumber"]] = entry.roundTerms if committed else None
    return found


def bring_back(entry: JournalEntry, rounds: Mapping[str, Mapping[int, str | None]] | None = None) -> bool:
    """Make the order again, exactly as its address commits to it; False, with a log line, if that is impossible.

    `rounds`: what the journal knows of lost rounds, so that those before this order's come back as they were too. What
    was private was never written down.
    """
    known = rounds_of([entry]) if rounds is None else rounds
    game = next(game for game in window_games() if game.name == entry.game)
    terms: dict[str, Any] = json.loads(entry.terms)
    site = db.session.scalars(select(PartnerSite).where(PartnerSite.name == terms["partnerName"])).first()
    round_ = lifecycle.plan_up_to(game, terms["roundNumber"], known.get(game.name, {}))
    if site is None or round_ is None or not _fits(game, round_, entry, terms):
        log.error("order_not_recoverable", order=entry.orderId)
        return False
    address = deposits.create(
        game.name, round_.round_number, round_.internal_key, terms, round_terms=round_.round_terms or ""
    )
    db.session.flush()
    db.session.add(
        game.order(
            id=UUID(entry.orderId),
            partner_site_id=site.id,
            round_number=round_.round_number,
            deposit_address_id=address.id,
            min_payment_sats=terms["minPaymentSats"],
            house_edge_percent=terms["houseEdgePercent"],
            payout_address=terms["payoutAddress"],
            **game.terms.columns(terms),
        )
    )
    db.session.flush()
    audit.note("operator:command", _BROUGHT_BACK, f"order:{entry.orderId}", "terms journal")
    return True


def _fits(game: AnyGame, round_: WindowRound, entry: JournalEntry, terms: dict[str, Any]) -> bool:
    """Whether the round is the one of these terms, and its key with them gives the address that was shown."""
    committed = commitment.commitment(entry.terms)
    address = commitment.p2tr_address(
        commitment.output_key(round_.internal_key, committed), current_settings().bitcoin_network
    )
    return (
        schedule_terms(game, round_).items() <= terms.items()
        and commitment.canonical_terms(terms) == entry.terms
        and address == entry.address
    )


def rescan() -> int:
    """Look for payments to recovered orders in blocks that were applied without them; how many there were.

    Blocks that nothing final rests on are taken back and applied again, so that all is sold in chain order as if
    nothing had been lost. In older blocks a payment is recorded as void: its round was sealed without it. What breaks
    off is done by the next call, for the orders are back by then and nobody would miss them any more.

    Raises:
        rpc.NodeFailure: the node gave no usable answer.
        CursorMoved: another scanner is at work.
    """
    with transaction():
        order_ids = _not_scanned_for()
    if not order_ids:
        return 0
    found = _look_for(order_ids)
    with transaction():
        audit.note("operator:command", _SCANNED, "chain", "terms journal", orders=len(order_ids), payments=found)
    return found


def _not_scanned_for() -> list[UUID]:
    """Orders that were brought back after payments were last looked for to the end."""
    done = select(AuditEntry.id).where(AuditEntry.action == _SCANNED).order_by(AuditEntry.id.desc()).limit(1)
    last, query = db.session.scalar(done), select(AuditEntry.subject).where(AuditEntry.action == _BROUGHT_BACK)
    subjects = db.session.scalars(query if last is None else query.where(AuditEntry.id > last))
    return [UUID(subject.removeprefix("order:")) for subject in subjects]


def _look_for(order_ids: Sequence[UUID]) -> int:
    with transaction():
        addresses = [address for game in window_games() for address in _addresses(game, order_ids)]
        scripts, known = {address.script_pubkey for address in addresses}, _known(addresses)
        first, last = _blocks_since(order_ids)
        floor = max(rewind_floor(game) for game in window_games())
    found = [
        (height, position)
        for height in range(first, last + 1)
        for position in scanner.positions_paying(node.client(), height, scripts)
        if (position.output.txid, position.output.vout) not in known
    ]
    if not found:
        return 0
    for height, position in (place for place in found if place[0] < floor):
        _adopt(height, position)
    fresh = [height for height, _ in found if height >= floor]
    if fresh:
        listeners = scanner.LISTENERS.get()
        scanner.rewind(min(fresh) - 1, listeners)
        scanner.catch_up(node.client(), listeners)
    return len(found)


def _addresses(game: AnyTables, order_ids: Sequence[UUID]) -> Sequence[DepositAddress]:
    query = select(DepositAddress).join(game.order, game.order.deposit_address_id == DepositAddress.id)
    return db.session.scalars(query.where(game.order.id.in_(order_ids))).all()


def _known(addresses: Sequence[DepositAddress]) -> set[tuple[bytes, int]]:
    """What was paid to these addresses in blocks that were applied since they are watched."""
    ids = [address.id for address in addresses]
    query = select(Coin.txid, Coin.vout).where(Coin.deposit_address_id.in_(ids), Coin.orphaned_at.is_(None))
    return {(row.txid, row.vout) for row in db.session.execute(query)}


def _blocks_since(order_ids: Sequence[UUID]) -> tuple[int, int]:
    """The applied blocks that may hold a payment: none older than the oldest order."""
    oldest = min(created_at(order_id) for order_id in order_ids) - CLOCKS_MAY_DIFFER
    first = db.session.scalar(select(func.min(ChainBlock.height)).where(ChainBlock.time >= oldest))
    tip = chain.tip_height()
    return (tip + 1 if first is None else first), tip


def rewind_floor(game: AnyTables) -> int:
    """The lowest block that may be taken back without touching a seal, a draw or a void round's refunds."""
    rounds = game.round
    fixed = or_(rounds.seal_root.is_not(None), rounds.status == "void")
    sealed = db.session.scalar(select(func.max(rounds.sales_end_height)).where(fixed)) or 0
    drawn = db.session.scalar(select(func.max(rounds.closing_height)).where(rounds.status.in_(("drawing", "settled"))))
    return max(sealed, (-1 if drawn is None else drawn) + 1)


def _adopt(height: int, position: scanner.Found) -> None:
    with transaction():
        block = db.session.get_one(ChainBlock, height)
        reference = BlockRef(height, block.hash, position.block_hash)
        payments = chain_service.adopt_outputs(reference, [position.output])
        for payment in payments:
            _record_void(payment, reference)


def _record_void(payment: ChainPayment, block: BlockRef) -> None:
    game, order = next(
        (game, found)
        for game in window_games()
        for found in db.session.scalars(
            select(game.order).where(game.order.deposit_address_id == payment.deposit_address_id)
        )
    )
    ledger.post([postings.found_late(payment.payment_id, payment.amount_sats)])
    fated = Fated(payment, order.id, order.partner_site_id, order.round_number, "void", 0, payment.amount_sats)
    write_payments(game, [fated], [game.crediting.bought_nothing(order.id)], block)
