"""The chain's word on payouts: in a block the money is gone, at depth it is final, and a block that goes undoes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.chain.listeners import BlockRef
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.faults import step
from app.core.ids import new_id
from app.core.money import Sats
from app.money.payouts import postings, queries, service
from app.money.payouts.models import Obligation, Payout, PayoutConfirmation, PayoutOutput
from app.money.payouts.rules import LIVE_STATES, PAYING, STATES
from app.money.payouts.service import SYSTEM
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, mirrored

from . import recording, telling

log = structlog.get_logger()

_BURIED = """
SELECT p.id FROM payouts p JOIN payout_confirmations c ON c.payout_id = p.id AND c.orphaned_at IS NULL
WHERE p.live AND p.state <> 'confirmed' AND c.block_height + :depth <= :tip ORDER BY p.id
"""

_IN_THE_WAY = """
SELECT DISTINCT other.id FROM payouts other
JOIN payout_inputs theirs ON theirs.payout_id = other.id AND theirs.live
JOIN payout_inputs ours ON ours.txid = theirs.txid AND ours.vout = theirs.vout
WHERE ours.payout_id = :payout AND other.root_id <> :root
"""


class Planning:
    """What payouts tell the scanner, and hear from it. Everything happens in the block's own transaction."""

    def known(self, txids: Collection[bytes]) -> set[bytes]:
        """Every version of every payout, given-up ones too: whoever signed them may send them."""
        return set(db.session.scalars(select(Payout.txid).where(Payout.txid.in_(txids))))

    def spent(self, block: BlockRef, txid: bytes) -> bool:
        """Book a payout that is in `block`."""
        try:
            with db.session.begin_nested():
                payout = db.session.scalars(
                    select(Payout).where(Payout.txid == txid).with_for_update(key_share=True)
                ).one()
                _book(payout, block)
        except (DomainError, IntegrityError) as error:
            db.session.expire_all()
            log.error("payout_not_booked", txid=txid[::-1].hex(), error=repr(error))
            return False
        return True

    def advanced(self, block: BlockRef) -> None:
        """Payouts buried as deep as a round's blocks are final."""
        depth = current_settings().settlement_depth
        for row in db.session.execute(text(_BURIED), {"tip": block.height, "depth": depth}).all():
            payout = service.locked(row.id)
            service.move(payout, frozenset(LIVE_STATES), "confirmed")
            service.note(payout, SYSTEM, "confirmed", height=block.height)
            telling.tell("payout.confirmed", payout)
            step("payout.confirmed")

    def taken_back(self, block: BlockRef) -> None:
        """The mirror of what `spent` booked for the block; the payout is on its way again."""
        rows = db.session.scalars(
            select(PayoutConfirmation).where(
                PayoutConfirmation.block_hash == block.hash, PayoutConfirmation.orphaned_at.is_(None)
            )
        ).all()
        for confirmation in rows:
            posted = ledger_queries.postings_of(postings.CONFIRMATION, [str(confirmation.id)], "confirm")
            ledger.post(mirrored(posted, "undo"))
            confirmation.orphaned_at = func.clock_timestamp()
            payout = service.locked(confirmation.payout_id)
            was_final = payout.state == "confirmed"
            service.move(payout, frozenset({"confirmed", "broadcast"}), "broadcast")
            service.note(payout, SYSTEM, "unconfirmed", height=block.height, hash=block.hash_hex)
            if was_final:
                telling.tell("payout.unconfirmed", payout)
            step("payout.unconfirmed")
        recording.take_back(block)


def debts_of(payout_id: object) -> list[postings.Debt]:
    """What a payout took from which accounts, in the order of its postings."""
    rows = db.session.execute(
        select(PayoutOutput.partner_site_id, PayoutOutput.sats, Obligation.source, Obligation.source_id)
        .outerjoin(Obligation, Obligation.id == PayoutOutput.obligation_id)
        .where(PayoutOutput.payout_id == payout_id, PayoutOutput.kind.in_(PAYING))
    )
    debts: dict[AccountRef, Sats] = defaultdict(int)
    for site_id, sats, source, source_id in rows:
        account = postings.partner(site_id) if source is None else postings.jackpot(source, source_id)
        debts[account] += sats
    return postings.together(debts)


def give_back(payout: Payout, actor: str, reason: str) -> None:
    """Give a payout up: its debts are due again. Every cancellation has postings of its own."""
    debts = debts_of(payout.id)
    entry = service.note(payout, actor, "cancelled", reason)
    legs = postings.cancel(payout.root_id, debts, source_id=str(entry))
    ledger.post(legs)
    telling.tell_balances(legs, "payout_cancelled", payout)


def _book(payout: Payout, block: BlockRef) -> None:
    confirmation = PayoutConfirmation(
        id=new_id(), payout_id=payout.id, block_height=block.height, block_hash=block.hash
    )
    _make_it_the_one(payout, confirmation)
    db.session.add(confirmation)
    db.session.flush()
    paid = sum(sats for _, sats in debts_of(payout.id))
    ledger.post(postings.confirm(payout.root_id, confirmation.id, paid, payout.fee_sats))
    recording.record(payout, block)
    step("payout.booked")
    first = payout.broadcast_at is None
    service.move(payout, frozenset(STATES), "broadcast", broadcast_at=payout.broadcast_at or func.clock_timestamp())
    service.note(payout, SYSTEM, "mined", height=block.height, hash=block.hash_hex)
    if first:
        telling.tell("payout.broadcast", payout)
    service.quieten(payout)


def _make_it_the_one(payout: Payout, confirmation: PayoutConfirmation) -> None:
    """Of several versions the mined one counts. One that was given up takes back what it paid."""
    if payout.live:
        return
    versions = queries.versions_of(payout.root_id)
    living = [version for version in versions if version.live]
    for version in living:
        service.move(version, frozenset({version.state}), "replaced")
        service.note(version, SYSTEM, "overtaken", by=str(payout.id))
    _cancel_in_the_way(payout)
    if living:
        return
    legs = postings.revive(payout.root_id, confirmation.id, debts_of(payout.id))
    ledger.post(legs)
    telling.tell_balances(legs, "payout_revived", payout)
    service.note(payout, SYSTEM, "revived")


def _cancel_in_the_way(payout: Payout) -> None:
    """Payouts that spend the same coins can never be mined now; what they reserved is due or paid otherwise."""
    ids: Sequence[object] = db.session.scalars(text(_IN_THE_WAY), {"payout": payout.id, "root": payout.root_id}).all()
    for identifier in ids:
        other = queries.payout(identifier)  # type: ignore[arg-type]
        service.move(other, frozenset(LIVE_STATES), "cancelled")
        earlier = _earlier_without(other, payout)
        reason = f"its coins were spent by payout {payout.id}"
        if earlier is None:
            give_back(other, SYSTEM, reason)
        else:
            fall_back(other, earlier, SYSTEM, reason)


def _earlier_without(other: Payout, payout: Payout) -> Payout | None:
    """The newest version before `other` that spends none of the payout's coins, and may be mined all the same."""
    taken = {(row.txid, row.vout) for row in queries.inputs_of(payout.id)}
    while other.replaces_id is not None:
        other = service.locked(other.replaces_id)
        if taken.isdisjoint((row.txid, row.vout) for row in queries.inputs_of(other.id)):
            return other
    return None


def fall_back(payout: Payout, earlier: Payout, actor: str, reason: str) -> None:
    """Give a version up for an earlier one that was sent. Whether that is still on its way, the next refresh asks."""
    service.note(payout, actor, "cancelled", reason, instead=str(earlier.id))
    service.quieten(payout)
    # Given up once itself it may be mined all the same, for it was sent.
    service.move(
        earlier, frozenset({"replaced", "cancelled", "refused"}), "unknown" if earlier.signed_tx else "broadcast"
    )
