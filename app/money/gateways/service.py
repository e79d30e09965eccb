"""The verbs of a payment, each in the caller's transaction. Whatever is heard twice, or late, changes nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.core.jobs.queue import ring_by_name
from app.core.text.amounts import plain
from app.people.players.queries import read_now
from app.people.players.spending import hold
from app.record.audit.service import close_alarm, note, raise_alarm
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger

from . import postings, states
from .clients.all_of_them import client_for
from .clients.interface import Begun, Refused, Told, Unknown
from .disputes import service as disputes
from .models import GatewayPayment
from .payers import telling
from .purchases import PURCHASES, Payment
from .refunds import service as refunds
from .settings import gateway_settings

ASK_JOB: Final = "gateways.ask"
GRACE: Final = timedelta(minutes=5)
"""After its end a provider may still be deciding about a payment that came at the last moment."""
_BEGUN_IN: Final = timedelta(seconds=30)
"""Whoever began it has heard by then, or has died."""
_ANEW: Final = timedelta(minutes=1)
"""After so long what nobody believes is asked once more."""
_DISPUTED: Final = timedelta(hours=6)
"""So often a dispute is asked about: whoever decides it takes weeks, and the word of it may be lost."""
_LONG: Final = timedelta(days=1)
"""After its end a payment is decided within so long, or somebody has to look."""
_SAME_BEFORE_BELIEVED: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be paid, in minor units. `until`: when it may be paid no more, where that is sooner than usual."""

    user_id: UUID
    provider: str
    currency: str
    amount_minor: int
    until: datetime | None = None


def create(wanted: Wanted, purchase_kind: str, purchase_id: UUID) -> UUID:
    """A payment before anybody outside hears of it. Returns its id.

    Raises:
        DomainError: 422 `gateway_off`, `gateway_other_currency`, and as the gateway's `check`.
    """
    client_for(wanted.provider, wanted.currency).check(wanted.currency, wanted.amount_minor)
    now, payment_id = read_now(), new_id()
    expires_at = now + timedelta(minutes=gateway_settings().payment_minutes)
    row = GatewayPayment(
        id=payment_id,
        user_id=wanted.user_id,
        purchase_kind=purchase_kind,
        purchase_id=purchase_id,
        provider=wanted.provider,
        currency=wanted.currency,
        amount_minor=wanted.amount_minor,
        expires_at=expires_at if wanted.until is None else min(expires_at, wanted.until),
        next_ask_at=now + _BEGUN_IN,
    )
    db.session.add(row)
    db.session.flush()
    note(f"user:{wanted.user_id}", "gateway.created", f"payment:{payment_id}", "", **_told(row))
    return payment_id


def locked(payment_id: UUID) -> GatewayPayment:
    """A payment that nobody else changes until the transaction ends; its payer's row is locked first, as whoever locks
    accounts of the ledger does. Raises NotFound `payment_not_found`."""
    user_id = db.session.scalar(select(GatewayPayment.user_id).where(GatewayPayment.id == payment_id))
    if user_id is None:
        raise NotFound("payment_not_found")
    hold(user_id)
    query = select(GatewayPayment).where(GatewayPayment.id == payment_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def began(payment_id: UUID, outcome: Begun | Refused | Unknown) -> None:
    """What the provider said when it was begun."""
    row = locked(payment_id)
    if row.state not in states.OPEN:
        return
    if isinstance(outcome, Begun):
        row.provider_id = row.provider_id or outcome.provider_id
        row.url, row.client_secret = outcome.url, outcome.client_secret or None
        row.expires_at = min(row.expires_at, outcome.expires_at or row.expires_at)
        _step(row, states.heard(_state(row), "open", is_over=False))
    elif isinstance(outcome, Refused):
        row.refused_because = outcome.reason[:200]
        _step(row, states.refused(_state(row)))
    else:
        _step(row, states.heard(_state(row), "unknown", is_over=False))
    _when_next(row)


def settle(payment_id: UUID, told: Told, *, is_over: bool = False) -> None:
    """What the provider says of it now: the state, the money, what was bought."""
    row, doubted = locked(payment_id), []
    if told.answered == "paid" and row.paid_at is None:
        _came_in(row, told)
    elif row.paid_at is None:
        _step(row, states.heard(_state(row), told.answered, is_over=is_over))
        if told.answered == "open" and told.url is not None:
            row.url = told.url or None
    if row.paid_at is not None and told.answered == "paid":
        doubted = [one for one in told.disputes if not disputes.heard(row, payment_of(row), one)]
        stand(row)
    _when_next(row)
    if doubted:
        row.next_ask_at = read_now() + _ANEW
    db.session.flush()


def cancel(payment_id: UUID, told: Told) -> None:
    """Its payer gives it up, after its provider was asked to: what was paid meanwhile counts as ever.

    Raises DomainError 409 `payment_moved_on`.
    """
    if told.answered == "paid":
        settle(payment_id, told)
        return
    row = locked(payment_id)
    if row.state != "pending":
        raise DomainError("payment_moved_on", status=409)
    _step(row, states.heard("pending", "canceled", is_over=False))
    _when_next(row)
    db.session.flush()


def hint(payment_id: UUID, charge_id: str = "") -> None:
    """Somebody says that something has happened: it is asked about soon. Never more often than every few seconds.
    `charge_id` is the provider's number of the money; it leads to a payment whose own number was lost with an answer.
    """
    row = db.session.scalars(
        select(GatewayPayment).where(GatewayPayment.id == payment_id).with_for_update(key_share=True)
    ).one()
    if charge_id and row.paid_at is None:
        row.charge_id = charge_id[:255]
    now = read_now()
    soon = max(now, (row.asked_at or now) + timedelta(seconds=states.back_off(0)))
    if row.next_ask_at is None or row.next_ask_at > soon:
        row.next_ask_at, row.asks = soon, 0
    refunds.ask_soon(payment_id, soon)
    db.session.flush()


def stand(row: GatewayPayment) -> None:
    """The state of a payment that came in, by its refunds and disputes."""
    state = states.standing(row.received_minor, refunds.of(row.id), disputes.of(row.id))
    if state != row.state:
        row.state = state
        _note(row)
    if state == "refunded":
        close_alarm("payment_sent_back", f"payment:{row.id}")
    db.session.flush()


def payment_of(row: GatewayPayment) -> Payment:
    """As its purchase is told of it."""
    return Payment(
        row.id,
        row.user_id,
        row.purchase_kind,
        row.purchase_id,
        row.provider,
        row.currency,
        row.received_minor or row.amount_minor,
        row.payer,
        row.is_card,
        row.has_3ds,
    )


def ring() -> None:
    """Have those that are due asked about now."""
    ring_by_name(ASK_JOB)


def _came_in(row: GatewayPayment, told: Told) -> None:
    """Money is there; if it is what was asked for, or the same less was said of it often enough."""
    differs = _difference(row, told)
    if differs:
        row.differs_times = row.differs_times + 1 if differs == row.differs else 1
        row.differs = differs
        raise_alarm("payment_differs", f"payment:{row.id}", told=differs)
        is_less = told.currency == row.currency and 0 < told.amount_minor < row.amount_minor
        if not (is_less and told.reference == str(row.id) and row.differs_times >= _SAME_BEFORE_BELIEVED):
            if row.state == "initiated":
                _step(row, states.Step("unknown"))
            return
    else:
        row.differs, row.differs_times = "", 0
    close_alarm("payment_differs", f"payment:{row.id}")
    row.received_minor, row.fee_minor, row.paid_at = told.amount_minor, told.fee_minor, read_now()
    row.charge_id, row.provider_id = told.charge_id, row.provider_id or told.provider_id
    row.payer, row.is_card, row.has_3ds = told.payer, told.is_card, told.has_3ds
    step = states.heard(_state(row), "paid", is_over=False)
    if differs and step.effect == "take":
        _end_purchase(row, "failed")
        step = states.Step("refunding", "send_back")
    _step(row, step)
    ledger.post(postings.fee(row.id, payment_of(row).clearing, told.fee_minor))
    if ledger_queries.balance(payment_of(row).clearing) < 0:
        raise_alarm("gateway_below_zero", f"clearing:{row.provider}:{row.currency}")


def _difference(row: GatewayPayment, told: Told) -> str:
    """What is not as it was asked for; "" where all is."""
    if told.reference != str(row.id):
        return "reference"
    if told.currency != row.currency:
        return f"currency {told.currency[:8]}"
    if told.amount_minor == row.amount_minor:
        return ""
    return f"amount {plain(told.amount_minor, row.currency)} {row.currency}"


def _step(row: GatewayPayment, step: states.Step) -> None:
    """Into the next state, with what it does to the purchase."""
    before, row.state = row.state, step.state
    if step.effect == "take":
        _take(row)
    elif step.effect == "send_back":
        _send_back(row, "late" if not row.differs else "differs")
    elif step.effect == "end":
        row.ended_at = read_now()
        _end_purchase(row, step.state)
    if row.state != before:
        _note(row)


def _take(row: GatewayPayment) -> None:
    """The purchase takes the money, or it goes back."""
    sold, payment = PURCHASES.get()[row.purchase_kind], payment_of(row)
    try:
        with db.session.begin_nested():
            sold.kind.paid(payment)
    except sold.refusal as refusal:
        row.refused_because = str(refusal)[:200]
        row.state = "refunding"
        _send_back(row, "refused")
        _end_purchase(row, row.state)
    else:
        row.is_taken = True


def _send_back(row: GatewayPayment, because: str) -> None:
    payment = payment_of(row)
    ledger.post(postings.not_taken(row.id, payment.clearing, payment.refund, row.received_minor))
    refunds.request(row, payment, row.received_minor, because=because, actor="system")
    telling.sent_back(row, row.refused_because or because)
    figures = {"amount_minor": row.received_minor, "asked_minor": row.amount_minor, "currency": row.currency}
    raise_alarm("payment_sent_back", f"payment:{row.id}", why=row.refused_because or because, **figures)


def _end_purchase(row: GatewayPayment, state: str) -> None:
    PURCHASES.get()[row.purchase_kind].kind.ended(payment_of(row), state)


def _when_next(row: GatewayPayment) -> None:
    """When it is asked about again: while it is open with growing pauses, and at its end; what is over a few times
    more, for it may succeed late; what is disputed until that ends. Of other money that came in a notice or the nightly
    comparison tells."""
    now = read_now()
    if row.state not in states.OPEN and now >= row.expires_at + _LONG:
        close_alarm("payment_open", f"payment:{row.id}")
    if row.state == "disputed":
        row.next_ask_at = now + _DISPUTED
        return
    if row.state not in states.OPEN:
        after = (row.ended_at or now) if row.state in states.OVER else now - states.LATER[-1]
        row.next_ask_at = next((after + pause for pause in states.LATER if after + pause > now), None)
        return
    if now >= row.expires_at + _LONG:
        raise_alarm("payment_open", f"payment:{row.id}")
    pause = now + timedelta(seconds=states.back_off(row.asks))
    at_end = [end for end in (row.expires_at, row.expires_at + GRACE) if end > now]
    row.next_ask_at = min(pause, *at_end) if at_end else pause


def is_over(row: GatewayPayment, now: datetime) -> bool:
    """Whether nobody can pay it any more."""
    return now >= row.expires_at + GRACE


def _state(row: GatewayPayment) -> states.State:
    return cast(states.State, row.state)


def _note(row: GatewayPayment) -> None:
    """The state that it has come into."""
    why = row.refused_because if row.state == "failed" else ""
    note("system", f"gateway.{row.state}", f"payment:{row.id}", why, **_told(row))
    telling.moved(row)


def _told(row: GatewayPayment) -> dict[str, int | str]:
    paid = row.received_minor or row.amount_minor
    amount = states.amount_of(_state(row), paid, refunds.of(row.id))
    return {"amount_minor": amount, "currency": row.currency, "gateway": row.provider}


def refund(payment_id: UUID, amount: int, *, actor: str, reason: str) -> UUID:
    """Give so much of a payment back, the way it came. Returns the refund's id.

    Raises:
        NotFound: `payment_not_found`.
        DomainError: as `refunds.check`; 409 `insufficient_funds`: it is spent.
    """
    row = locked(payment_id)
    refunds.check(row, amount)
    refund_id = refunds.request(row, payment_of(row), amount, because=reason, actor=actor)
    stand(row)
    return refund_id
