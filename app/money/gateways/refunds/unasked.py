"""Refunds that were made at a provider and asked for by nobody here: found on its list, kept with their payment, and
borne by whoever two people say. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id, parse_id
from app.money.gateways import postings, service
from app.money.gateways.clients.interface import Line
from app.money.gateways.models import GatewayPayment, GatewayRefund
from app.money.gateways.payers import telling
from app.money.gateways.purchases import PURCHASES
from app.people.players.queries import read_now
from app.record.audit.service import note
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger

from . import service as refunds

Bearer: TypeAlias = Literal["wallet", "house"]
BEARERS: Final[tuple[Bearer, ...]] = ("wallet", "house")
_WAITS: Final = GatewayRefund.is_unasked & (GatewayRefund.borne_by == "")


def keep(provider: str, line: Line) -> UUID | None:
    """A refund on a provider's list that is none of ours. Its id, now or from before; None where it is of no payment
    that it could be of, or is ours after all.

    What has bought something stands apart until it is decided who bears it; what was to go back to its payer in any
    case has now gone.
    """
    payment_id = parse_id(line.payment)
    if payment_id is None or line.amount_minor < 1 or not line.provider_id:
        return None
    try:
        row = service.locked(payment_id)
    except NotFound:
        return None
    its = (GatewayRefund.payment_id == payment_id) & (GatewayRefund.provider_id == line.provider_id)
    found = db.session.scalars(select(GatewayRefund).where(its)).one_or_none()
    if found is not None:
        return found.id if found.is_unasked else None
    is_possible = row.paid_at is not None and (row.provider, row.currency) == (provider, line.currency)
    if not is_possible or line.amount_minor > refunds.left(row) or _is_ours(line):
        return None
    return _keep(row, line)


def found(payment_id: UUID, provider: str, gone: Sequence[Line]) -> bool:
    """Of the refunds that a payment has at its provider, keep those that are none of ours; whether any is new."""
    strange = [line for line in gone if line.payment == str(payment_id) and not _is_known(payment_id, line)]
    kept = [keep(provider, line) for line in strange]
    return any(one is not None for one in kept)


def waiting(provider: str = "") -> Sequence[tuple[GatewayRefund, GatewayPayment]]:
    """Those that nobody has decided about, the oldest first."""
    query = select(GatewayRefund, GatewayPayment).join(GatewayPayment, GatewayPayment.id == GatewayRefund.payment_id)
    of = (GatewayPayment.provider == provider,) if provider else ()
    return [(one, row) for one, row in db.session.execute(query.where(_WAITS, *of).order_by(GatewayRefund.id))]


def waits_at(payment_id: UUID, reference: str) -> bool:
    """Whether a refund of a payment, by its number at the provider, waits for such a decision."""
    its = (GatewayRefund.payment_id == payment_id) & (GatewayRefund.provider_id == reference)
    return db.session.scalar(select(GatewayRefund.id).where(_WAITS, its).limit(1)) is not None


def undecided(refund_id: UUID) -> GatewayRefund:
    """One of them, as it stands. Raises NotFound `refund_not_found`; DomainError 409 `refund_borne`."""
    found = db.session.get(GatewayRefund, refund_id, populate_existing=True)
    if found is None or not found.is_unasked:
        raise NotFound("refund_not_found")
    if found.borne_by:
        raise DomainError("refund_borne", status=409)
    return found


def within_reach(found: GatewayRefund) -> int:
    """How much of it the buyer could bear now, in minor units: what is not spent."""
    row = db.session.get_one(GatewayPayment, found.payment_id)
    if not row.is_taken:
        return 0
    reach = PURCHASES.get()[row.purchase_kind].kind.within_reach(service.payment_of(row))
    return min(reach, found.amount_minor)


def bear(refund_id: UUID, taken: int, *, actor: str, reason: str) -> GatewayRefund:
    """So much of it is taken from the buyer (minor units), and the house bears the rest.

    Raises as `undecided`; DomainError 409 `insufficient_funds`: it is spent meanwhile.
    """
    row = service.locked(undecided(refund_id).payment_id)
    found, payment = undecided(refund_id), service.payment_of(row)
    if taken:
        PURCHASES.get()[row.purchase_kind].kind.take_back(payment, taken, str(found.id))
        ledger.post(postings.unasked_taken(found.provider_id, payment.refund, taken))
    ledger.post(postings.unasked_borne(found.provider_id, row.currency, found.amount_minor - taken))
    found.borne_by, found.was_taken_back = "wallet" if taken else "house", taken > 0
    db.session.flush()
    told = {"amount_minor": found.amount_minor, "currency": row.currency, "taken_minor": taken}
    note(actor, "gateway.refund_borne", f"payment:{row.id}", reason, **told)
    if taken:
        telling.refund_ended(row, found)
    return found


def _keep(row: GatewayPayment, line: Line) -> UUID:
    payment, now = service.payment_of(row), read_now()
    is_owed = not row.is_taken and ledger_queries.available(payment.refund) >= line.amount_minor
    made = GatewayRefund(
        id=new_id(),
        payment_id=row.id,
        amount_minor=line.amount_minor,
        state="succeeded",
        provider_id=line.provider_id,
        because="",
        asked_by=f"gateway:{row.provider}",
        was_taken_back=False,
        is_unasked=True,
        borne_by="payer" if is_owed else "",
        sent_at=now,
        ended_at=now,
        next_ask_at=None,
    )
    db.session.add(made)
    ledger.post(postings.unasked(line.provider_id, payment.clearing, line.amount_minor))
    if is_owed:
        ledger.post(postings.unasked_taken(line.provider_id, payment.refund, line.amount_minor))
    db.session.flush()
    told = {"amount_minor": line.amount_minor, "currency": row.currency, "reference": line.provider_id}
    note("system", "gateway.refund_found", f"payment:{row.id}", "", **told)
    refunds.close_failed(row.id)
    service.stand(row)
    return made.id


def _is_known(payment_id: UUID, line: Line) -> bool:
    """Whether it has a row, or may be one of ours whose answer was lost: that has no number yet."""
    its = GatewayRefund.payment_id == payment_id
    known = its & (GatewayRefund.provider_id == line.provider_id)
    awaited = its & (GatewayRefund.provider_id == "") & GatewayRefund.state.in_(("requested", "asked"))
    if not line.reference:
        known |= awaited & (GatewayRefund.amount_minor == line.amount_minor)
    return db.session.scalar(select(GatewayRefund.id).where(known).limit(1)) is not None


def _is_ours(line: Line) -> bool:
    """Whether it bears the name of a refund that was asked for here."""
    own = parse_id(line.reference)
    return own is not None and db.session.get(GatewayRefund, own) is not None
