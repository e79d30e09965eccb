"""What left us, compared: transfers that no list has, asked about one by one; and what a provider holds in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from app.core.database.session import db, end_reading
from app.money.gateways.clients.interface import Client, Funds, PaysOut
from app.money.gateways.models import GatewayPayment, GatewayRefund
from app.money.gateways.purchases import OUTGOING
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

from .service import Difference

_LEFT: Final = ("sent", "paid")
"""States of a payout in which it has left by our books; in `_STAYED` it has not, in all others nobody knows yet."""
_STAYED: Final = ("refused", "returned")
_THERE: Final = ("succeeded", "pending")
_NOT_THERE: Final = ("failed", "not_found")


def transfers(client: Client, since: datetime) -> list[Difference]:
    """Payouts and refunds that a provider sends as transfers: each is there, or is not, as our books have it. Goes
    over the network; what nobody answers is no difference."""
    if not isinstance(client, PaysOut):
        return []
    sent = _sent(client.name, client.pays_from, since)
    end_reading()
    return [found for one in sent if (found := _difference(one, client.ask_transfer(one[0]).answered)) is not None]


def _sent(provider: str, pays_from: str, since: datetime) -> list[tuple[str, str, int, bool]]:
    """Reference, currency and amount, and whether it has left by our books."""
    payouts = [one for one in OUTGOING.get()(pays_from, since) if _is_over(one.state)]
    found = [(one.reference, one.currency, one.amount_minor, one.state in _LEFT) for one in payouts]
    query = (
        select(GatewayRefund.id, GatewayPayment.currency, GatewayRefund.amount_minor, GatewayRefund.state)
        .join(GatewayPayment, GatewayPayment.id == GatewayRefund.payment_id)
        .where(GatewayPayment.provider == provider, GatewayRefund.sent_at >= since)
        .where(GatewayRefund.state.in_(("succeeded", "failed")))
    )
    refunds = db.session.execute(query)
    return [*found, *((str(one.id), one.currency, one.amount_minor, one.state == "succeeded") for one in refunds)]


def _is_over(state: str) -> bool:
    return state in _LEFT or state in _STAYED


def _difference(sent: tuple[str, str, int, bool], answered: str) -> Difference | None:
    reference, currency, amount, has_left = sent
    if has_left and answered in _NOT_THERE:
        return Difference("missing_there", reference, currency, amount, 0)
    if not has_left and answered in _THERE:
        return Difference("missing_here", reference, currency, 0, amount)
    return None


def balances(client: Client, funds: Sequence[Funds], since: datetime) -> list[Difference]:
    """What it says that it holds, beside our books, less what is on its way back and has left its balance already.
    Where an answer is still open nothing is compared: one of the two would be ahead."""
    if _is_open(client, since):
        return []
    pending = _pending(client)
    found = []
    for one in funds:
        ours = ledger.balance(AccountRef("clearing", one.account, one.currency))
        ours -= pending.get(one.currency, 0) if one.account == client.refunds_from else 0
        if ours != one.amount_minor:
            found.append(Difference("balance", one.account, one.currency, ours, one.amount_minor))
    return found


def _is_open(client: Client, since: datetime) -> bool:
    """Whether money may have moved there that our books have not, for nobody has heard yet."""
    refunds = select(GatewayRefund.id).join(GatewayPayment, GatewayPayment.id == GatewayRefund.payment_id)
    asked = refunds.where(GatewayPayment.provider == client.name, GatewayRefund.state.in_(("requested", "asked")))
    if db.session.execute(asked.limit(1)).first() is not None:
        return True
    payouts: Iterable[str] = ()
    if isinstance(client, PaysOut):
        payouts = (one.state for one in OUTGOING.get()(client.pays_from, since))
    return not all(map(_is_over, payouts))


def _pending(client: Client) -> dict[str, int]:
    query = (
        select(GatewayPayment.currency, func.sum(GatewayRefund.amount_minor))
        .join(GatewayRefund, GatewayPayment.id == GatewayRefund.payment_id)
        .where(GatewayPayment.provider == client.name, GatewayRefund.state == "pending")
        .group_by(GatewayPayment.currency)
    )
    return {currency: int(amount) for currency, amount in db.session.execute(query)}
