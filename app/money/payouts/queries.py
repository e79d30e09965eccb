"""Reads of what is owed and of the payouts that pay it: for pages, APIs, and the verbs themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Text, cast, exists, func, select, text, tuple_

from app.chain.deposits.addresses import parse_address
from app.core import clock
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.people.partners.rules import earnings_are_payable
from app.record.audit.models import AuditEntry
from app.record.ledger import queries as ledger

from . import rules
from .models import Obligation, Payout, PayoutConfirmation, PayoutInput, PayoutOutput

Source: TypeAlias = tuple[str, str]
"""A game, and what of it owes: the number of its round."""

_SOURCE = tuple_(Obligation.source, Obligation.source_id)
_PAID = exists().where(PayoutOutput.obligation_id == Obligation.id, PayoutOutput.live)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a partner has earned. `waits_for` says why it is not payable now; None if it is."""

    site_id: UUID
    name: str
    address: str
    script: bytes
    sats: Sats
    waits_for: str | None


@dataclass(frozen=True, slots=True)
class DueRound:
    """What a round owes to whom; `last_id` is its newest debt."""

    source: Source
    sats: Sats
    site_ids: tuple[UUID, ...]
    last_id: UUID


@dataclass(frozen=True, slots=True)
class Anchor:
    """An input of a payout that was given up, still unspent. `overlaps`: that payout meant to pay the same debts."""

    txid: bytes
    vout: int
    overlaps: bool

    @property
    def outpoint(self) -> tuple[bytes, int]:
        return (self.txid, self.vout)


def obligations_of(site_id: UUID, before: UUID | None = None, limit: int = 50) -> Sequence[Obligation]:
    """A site's debts, the newest first, below `before`."""
    query = select(Obligation).where(Obligation.partner_site_id == site_id)
    if before is not None:
        query = query.where(Obligation.id < before)
    return db.session.scalars(query.order_by(Obligation.id.desc()).limit(limit)).all()


def due_obligations(game: str | None = None, source_id: str | None = None) -> Sequence[Obligation]:
    """Debts that no living payout pays, of one round or of all; the oldest first."""
    query = select(Obligation).where(~_PAID)
    if game is not None:
        query = query.where(Obligation.source == game)
    if source_id is not None:
        query = query.where(Obligation.source_id == source_id)
    return db.session.scalars(query.order_by(Obligation.id)).all()


def due_of(sources: Sequence[Source]) -> Sequence[Obligation]:
    """The same of these rounds."""
    query = select(Obligation).where(~_PAID, _SOURCE.in_(sources))
    return db.session.scalars(query.order_by(Obligation.id)).all()


def due_rounds(below: UUID | None = None, limit: int = 50) -> list[DueRound]:
    """Rounds that owe what no living payout pays, the one whose debt is newest first, below `below`."""
    newest = func.max(cast(Obligation.id, Text))
    query = (
        select(
            Obligation.source,
            Obligation.source_id,
            func.sum(Obligation.amount_sats),
            func.array_agg(Obligation.partner_site_id.distinct()),
            newest,
        )
        .where(~_PAID)
        .group_by(Obligation.source, Obligation.source_id)
        .order_by(newest.desc())
        .limit(limit)
    )
    if below is not None:
        query = query.having(newest < str(below))
    rows = db.session.execute(query)
    return [DueRound((game, number), int(sats), tuple(sites), UUID(last)) for game, number, sats, sites, last in rows]


def balances() -> list[Balance]:
    """Every partner's balance above zero, by site, and why it waits where it does."""
    amounts = {UUID(owner): sats for owner, sats in ledger.available_balances("partner").items() if sats > 0}
    sites = db.session.scalars(select(PartnerSite).where(PartnerSite.id.in_(amounts)).order_by(PartnerSite.id))
    return [_balance(site, amounts[site.id]) for site in sites]


def _balance(site: PartnerSite, sats: Sats) -> Balance:
    script, waits_for = recipient(site)
    if waits_for is None and sats < rules.dust(script):
        waits_for = "dust"
    return Balance(site.id, site.name, site.payout_address, script, sats, waits_for)


def recipient(site: PartnerSite) -> tuple[bytes, str | None]:
    """The script that a site's earnings go to, and why they may not go there now; None if they may."""
    try:
        script = parse_address(site.payout_address, current_settings().bitcoin_network)
    except DomainError:
        return b"", "address_invalid"
    if not earnings_are_payable(site.verification_status):
        return script, site.verification_status
    if not rules.address_has_rested(site.payout_address_changed_at, created_at(site.id), clock.now()):
        return script, "address_changed"
    return script, None


def payout(payout_id: UUID) -> Payout:
    """A payout. Raises NotFound."""
    found = db.session.get(Payout, payout_id, populate_existing=True)
    if found is None:
        raise NotFound("payout_not_found")
    return found


def payouts_page(state: str | None = None, before: UUID | None = None, limit: int = 50) -> Sequence[Payout]:
    """Payouts, the newest first, below `before`."""
    query = select(Payout)
    if state is not None:
        query = query.where(Payout.state == state)
    if before is not None:
        query = query.where(Payout.id < before)
    return db.session.scalars(query.order_by(Payout.id.desc()).limit(limit)).all()


def live_payout(game: str, source_id: str) -> Payout | None:
    """The living payout that pays what a round owes, alone or with other rounds; confirmed ones included."""
    return living([(game, source_id)]).get((game, source_id))


def living(sources: Sequence[Source]) -> dict[Source, Payout]:
    """The same of these rounds, by round; those that none pays are left out."""
    query = (
        select(Obligation.source, Obligation.source_id, Payout)
        .join(PayoutOutput, PayoutOutput.obligation_id == Obligation.id)
        .join(Payout, Payout.id == PayoutOutput.payout_id)
        .where(Payout.live, PayoutOutput.live, _SOURCE.in_(sources))
        .order_by(Payout.id)
    )
    found: dict[Source, Payout] = {}
    for game, source_id, payout_ in db.session.execute(query.execution_options(populate_existing=True)):
        found.setdefault((game, source_id), payout_)
    return found


def payouts_of(game: str, source_id: str) -> Sequence[Payout]:
    """Every version of every payout that pays, or meant to pay, what a round owes; the oldest first."""
    paying_it = (
        select(PayoutOutput.payout_id)
        .join(Obligation, Obligation.id == PayoutOutput.obligation_id)
        .where(Obligation.source == game, Obligation.source_id == source_id)
    )
    return db.session.scalars(select(Payout).where(Payout.id.in_(paying_it)).order_by(Payout.id)).all()


def debts_of(payout_ids: Collection[UUID]) -> dict[UUID, list[Obligation]]:
    """What each of these payouts pays of what rounds owe, in the transactions' order; one query, however many."""
    query = (
        select(PayoutOutput.payout_id, Obligation)
        .join(Obligation, Obligation.id == PayoutOutput.obligation_id)
        .where(PayoutOutput.payout_id.in_(payout_ids))
        .order_by(PayoutOutput.payout_id, PayoutOutput.vout)
    )
    found: dict[UUID, list[Obligation]] = {}
    for payout_id, debt in db.session.execute(query):
        found.setdefault(payout_id, []).append(debt)
    return found


def payouts_of_obligation(obligation_id: UUID) -> Sequence[Payout]:
    """Every payout that paid or meant to pay a debt, the oldest first; at most one of them lives."""
    query = select(Payout).join(PayoutOutput, PayoutOutput.payout_id == Payout.id)
    return db.session.scalars(query.where(PayoutOutput.obligation_id == obligation_id).order_by(Payout.id)).all()


def versions_of(root_id: UUID) -> Sequence[Payout]:
    """All versions of one payment, the oldest first."""
    return db.session.scalars(select(Payout).where(Payout.root_id == root_id).order_by(Payout.id)).all()


def unsent(kind: str) -> Payout | None:
    """A payout of this kind that is not on its way yet: whoever asks for one gets it again."""
    query = select(Payout).where(Payout.kind == kind, Payout.state.in_(("draft", "signed")))
    query = query.where(Payout.replaces_id.is_(None), Payout.broadcast_at.is_(None))
    return db.session.scalars(query.order_by(Payout.id).limit(1)).first()


def outputs_of(payout_id: UUID) -> Sequence[PayoutOutput]:
    """In the transaction's order."""
    query = select(PayoutOutput).where(PayoutOutput.payout_id == payout_id).order_by(PayoutOutput.vout)
    return db.session.scalars(query).all()


def inputs_of(payout_id: UUID) -> Sequence[PayoutInput]:
    """In the transaction's order."""
    query = select(PayoutInput).where(PayoutInput.payout_id == payout_id).order_by(PayoutInput.position)
    return db.session.scalars(query).all()


def confirmation_of(payout_id: UUID) -> PayoutConfirmation | None:
    """The block that holds a payout, if one on our chain does."""
    query = select(PayoutConfirmation).where(
        PayoutConfirmation.payout_id == payout_id, PayoutConfirmation.orphaned_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def blocks_of(payout_ids: Collection[UUID]) -> dict[UUID, int]:
    """The heights of the blocks that hold these payouts; what no block of our chain holds is left out."""
    query = select(PayoutConfirmation.payout_id, PayoutConfirmation.block_height).where(
        PayoutConfirmation.payout_id.in_(payout_ids), PayoutConfirmation.orphaned_at.is_(None)
    )
    return {row.payout_id: row.block_height for row in db.session.execute(query)}


def paid_by(payout_ids: Collection[UUID]) -> dict[UUID, Sats]:
    """How much each of these payouts pays to others; one that pays nobody is left out."""
    query = (
        select(PayoutOutput.payout_id, func.sum(PayoutOutput.sats))
        .where(PayoutOutput.payout_id.in_(payout_ids), PayoutOutput.kind.in_(rules.PAYING))
        .group_by(PayoutOutput.payout_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def history(root_id: UUID) -> Sequence[AuditEntry]:
    """What was done about any version of a payment, by whom and why, the oldest first."""
    subjects = [f"payout:{version.id}" for version in versions_of(root_id)]
    return db.session.scalars(select(AuditEntry).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.id)).all()


def newest_entry(versions: Sequence[Payout]) -> UUID | None:
    """The last thing that the audit log says of these."""
    subjects = [f"payout:{version.id}" for version in versions]
    query = select(AuditEntry.id).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalar(query)


def totals() -> dict[str, int]:
    """What is owed and what there is, in sats, and payouts by state: for one look at whether all can be paid.

    `reservedSats` is what payouts hold that no block has yet: with the first block it is the payees', though the payout
    is final only once that block is buried.
    """
    earned = balances()
    states = db.session.execute(select(Payout.state, func.count()).group_by(Payout.state)).all()
    return {
        "dueObligationsSats": int(db.session.scalar(select(func.sum(Obligation.amount_sats)).where(~_PAID)) or 0),
        "payableBalancesSats": sum(row.sats for row in earned if row.waits_for is None),
        "waitingBalancesSats": sum(row.sats for row in earned if row.waits_for is not None),
        "reservedSats": ledger.total("payout"),
        **{f"payouts.{state}": count for state, count in states},
    }


DEAD = """(EXISTS (  -- somebody else spends one of its coins
    SELECT FROM payout_inputs i
    JOIN coins c ON c.txid = i.txid AND c.vout = i.vout AND c.orphaned_at IS NULL
    JOIN coin_spends s ON s.coin_id = c.id AND s.orphaned_at IS NULL
    WHERE i.payout_id = p.id AND s.block_height + :depth <= :tip
      AND s.spending_txid NOT IN (SELECT txid FROM payouts version WHERE version.root_id = p.root_id))
OR EXISTS (  -- a coin that will never be: change of a version that lost to another one
    SELECT FROM payout_inputs i
    JOIN payouts parent ON parent.txid = i.txid
    JOIN payouts mined ON mined.root_id = parent.root_id AND mined.id <> parent.id
    JOIN payout_confirmations f ON f.payout_id = mined.id AND f.orphaned_at IS NULL
    WHERE i.payout_id = p.id AND f.block_height + :depth <= :tip)
OR EXISTS (  -- a coin that will never be again: what it was made from is spent otherwise
    SELECT FROM chain_blocks b
    WHERE b.height = p.excluded_height AND b.hash = p.excluded_hash AND b.height + :depth <= :tip))"""
"""Whether the payout `p` can never be mined any more, at this tip and settlement depth."""

_DANGLING = f"""
SELECT DISTINCT i.txid, i.vout, EXISTS (
           SELECT FROM payout_outputs o WHERE o.payout_id = p.id
           AND (o.obligation_id = ANY(CAST(:obligations AS uuid[]))
                OR (o.kind = 'balance' AND o.partner_site_id = ANY(CAST(:sites AS uuid[]))))) AS overlaps
FROM payout_inputs i JOIN payouts p ON p.id = i.payout_id
WHERE i.anchor AND p.state IN ('cancelled', 'refused') AND p.kind NOT IN ('sweep', 'log')
  AND NOT EXISTS (SELECT FROM payouts other WHERE other.root_id = p.root_id AND other.live)
  AND NOT {DEAD}
"""


def dangling_anchors(tip: int, depth: int, obligations: Sequence[UUID], sites: Sequence[UUID]) -> list[Anchor]:
    """Anchors of payouts that were given up or refused, as long as those could be mined: nothing buried excludes them.

    Whoever has a signed copy of such a payout could still send it. What pays the same debts must spend its anchor; and
    nothing else should. A sweep pays nobody, nor does a root of the log, so its anchor is like any other coin.
    """
    rows = db.session.execute(
        text(_DANGLING), {"obligations": list(obligations), "sites": list(sites), "tip": tip, "depth": depth}
    )
    merged: dict[tuple[bytes, int], bool] = {}
    for row in rows:
        key = (bytes(row.txid), row.vout)
        merged[key] = merged.get(key, False) or row.overlaps
    return [Anchor(txid, vout, overlaps) for (txid, vout), overlaps in sorted(merged.items())]
