"""The money of one round: what was paid for it, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select

from app.core.database.session import db
from app.core.money import Sats
from app.money.payouts import queries as payouts
from app.money.payouts.sent.debts import Debt
from app.people.partners import queries as partners
from app.record.ledger import queries as ledger
from app.selling.windows.games import AnyGame


@dataclass(frozen=True, slots=True)
class Shared:
    """What a drawn round gave on: `house` the base prices of its tickets, which pay the jackpot; each partner, by
    its name, all that was paid beyond them."""

    house: Sats
    partners: tuple[tuple[str, Sats], ...]


@dataclass(frozen=True, slots=True)
class Takings:
    """So many payments; what they paid, what of it bought tickets, what is suspended, and what of that its partners
    have got by now. `fee` is what the miner takes for the payout of its jackpot, None without one; `shared` is None
    until it is settled, or where it sold nothing."""

    payments: int
    paid: Sats
    bought: Sats
    suspended: Sats
    given: Sats
    fee: Sats | None
    shared: Shared | None


def of_round(game: AnyGame, number: int, debt: Debt | None) -> Takings:
    """By the orders of the round; what left the chain is not counted."""
    payment, order = game.payment, game.order
    is_given = payment.refunded_at.is_not(None)
    sums = (
        payment.amount_sats,
        payment.credited_sats,
        case((is_given, 0), else_=payment.refundable_sats),
        case((is_given, payment.refundable_sats), else_=0),
    )
    query = (
        select(func.count(), *(func.coalesce(func.sum(one), 0) for one in sums))
        .select_from(payment)
        .join(order, order.id == payment.order_id)
        .where(order.round_number == number, payment.orphaned_at.is_(None))
    )
    payments, paid, bought, suspended, given = map(int, db.session.execute(query).one())
    return Takings(payments, paid, bought, suspended, given, _fee(debt), _shared(game, number))


def _shared(game: AnyGame, number: int) -> Shared | None:
    """By the ledger."""
    legs = ledger.postings_of(game.round_kind, [str(number)], "settle")
    if not legs:
        return None
    given = {UUID(leg.credit.owner): leg.amount for leg in legs if leg.credit.kind == "partner"}
    names = partners.names_of(given)
    shares = tuple((names.get(site, str(site)), sats) for site, sats in given.items())
    return Shared(sum(leg.amount for leg in legs if leg.credit.kind == "result"), shares)


def _fee(debt: Debt | None) -> Sats | None:
    if debt is None or debt.planned_id is None:
        return None
    return payouts.payout(debt.planned_id).fee_sats
