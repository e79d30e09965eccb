"""Obligations: what games owe on chain. A game calls `owe`, and this slice never learns which game it was.

Beside it what every verb of payouts begins with: one decision at a time, and none while a spend is unexplained.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.chain import service as chain
from app.chain.scan import spends
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.core.money import Sats
from app.record.audit import service as audit
from app.record.ledger import service as ledger

from . import postings, rules
from .models import Obligation, Payout
from .sent import said

SYSTEM = "system"
ALARMS = ("payout_unknown", "payout_evicted", "payout_stale")


def owe(kind: str, source: str, source_id: str, site_id: UUID, address: str, sats: Sats) -> bool:
    """Write a debt and the transfer that backs it, together. Returns whether this call did it; a repeat is a no-op.

    `source` is the game and `source_id` its round. `address` is where it will be paid and never changes.
    """
    written = db.session.execute(
        insert(Obligation)
        .values(
            id=new_id(),
            kind=kind,
            source=source,
            source_id=source_id,
            partner_site_id=site_id,
            address=address,
            amount_sats=sats,
        )
        .on_conflict_do_nothing()
        .returning(Obligation.id)  # the number of rows is not told for an insert like this
    ).first()
    ledger.post([postings.owed(kind, source, source_id, sats)])
    return written is not None


def one_at_a_time() -> int:
    """Keep other decisions about payouts, and the scanner, waiting until this transaction ends; the tip's height.

    Raises:
        DomainError: 409 `payout_before_first_block`, nothing has been scanned yet.
    """
    cursor = chain.hold_cursor()
    if cursor is None:
        raise DomainError("payout_before_first_block", status=409)
    return cursor.height


def is_frozen() -> bool:
    """Whether a coin left without a plan and nobody has said why: until then no payout is made, signed or sent."""
    return bool(spends.unexplained())


def refuse_if_frozen() -> None:
    """Raises DomainError 409 `payouts_frozen`."""
    waiting = spends.unexplained()
    if waiting:
        raise DomainError("payouts_frozen", status=409, spends=len(waiting))


def explain_spend(spend_id: UUID, actor: str, reason: str) -> None:
    """Say what an unplanned spend was; the last one explained lets payouts go on.

    Raises:
        DomainError: `reason_missing`.
        NotFound: there is no such spend that waits for an explanation.
    """
    if not reason.strip():
        raise DomainError("reason_missing", field="reason")
    if not spends.explain(spend_id, actor, reason):
        raise NotFound("spend_not_found")


def locked(payout_id: UUID) -> Payout:
    """A payout as it is now, nobody else's to change until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    payout = db.session.get(Payout, payout_id, with_for_update=TO_CHANGE, populate_existing=True)
    if payout is None:
        raise NotFound("payout_not_found")
    return payout


def move(payout: Payout, before: frozenset[str], after: str, **values: object) -> None:
    """The one way in which a payout changes its state: a conditional update, whatever was read before.

    Raises:
        DomainError: 409 `payout_state_refused`, it is in none of the states `before`.
    """
    db.session.flush()
    moved = db.session.execute(
        update(Payout)
        .where(Payout.id == payout.id, Payout.state.in_(before))
        .values(state=after, live=after in rules.LIVE_STATES, state_changed_at=datetime.now(UTC), **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(payout)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("payout_state_refused", status=409, state=payout.state, wanted=after)


def quieten(payout: Payout) -> None:
    """Nothing about this payout needs a person any more."""
    for code in ALARMS:
        audit.close_alarm(code, f"payout:{payout.id}")


def note(payout: Payout, actor: str, action: str, reason: str = "", **detail: object) -> UUID:
    """An audit row about a payout, and what the public log is `told` of it, where that is more than a decision."""
    told = detail.pop("told", None) or said.step(payout, action, detail)
    if told:
        detail["told"] = told
    return audit.note(actor, f"payout.{action}", f"payout:{payout.id}", reason, txid=payout.txid[::-1].hex(), **detail)
