"""What payers are told of their payments, each once, however often its gateway says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.text.isolation import isolated
from app.money.gateways.models import GatewayDispute, GatewayPayment, GatewayRefund
from app.money.gateways.pages.words import IN_SENTENCES, NAMES, why_sent_back
from app.money.gateways.purchases import called
from app.money.gateways.states import went_back_already
from app.record.notifications.quoting import unlinked
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.places import Place
from app.record.notifications.telling.ports import tell

_OF_STATES: Final[Mapping[str, str]] = {
    "succeeded": "payment.arrived",
    "failed": "payment.failed",
    "expired": "payment.not_paid",
    "canceled": "payment.not_paid",
}


def moved(row: GatewayPayment) -> None:
    """A payment has come into another state; of most its payer hears on the page alone."""
    kind = _OF_STATES.get(row.state)
    if kind is not None:
        what = called(row.purchase_kind, row.purchase_id)
        more = {"what": what} if what is not None else {}
        _tell(row, kind, row.id, row.received_minor or row.amount_minor, **more)


def sent_back(row: GatewayPayment, because: str) -> None:
    """What was paid buys nothing, and goes back the way it came. `because`: a code of why."""
    _tell(row, "payment.sent_back", row.id, row.received_minor, because=because)


def refund_ended(row: GatewayPayment, refund: GatewayRefund) -> None:
    """It has left, or it could not; it may fail after it has left, and then both are told. Of one that the provider
    had made before, whoever has the money already hears nothing."""
    if refund.state in ("succeeded", "failed") and not went_back_already(refund.said):
        kind = "payment.refund_sent" if refund.state == "succeeded" else "payment.refund_failed"
        _tell(row, kind, refund.id, refund.amount_minor)


def stays(row: GatewayPayment, wish: str, amount: int, reason: str) -> None:
    """What its payer wished to have back stays: an operator refused it for a `reason`, or nobody decided in time."""
    _tell(row, "payment.wish_refused", wish, amount, reason=reason)


def disputed(row: GatewayPayment, dispute: GatewayDispute) -> None:
    """A bank asks the money back, or has decided."""
    kinds = {"open": "payment.disputed", "lost": "payment.dispute_lost", "won": "payment.dispute_won"}
    _tell(row, kinds[dispute.state], dispute.id, dispute.amount_minor)


def _tell(row: GatewayPayment, kind: str, of: object, amount: int, **more: str) -> None:
    told = {"payment": str(row.id), "gateway": row.provider, "currency": row.currency, "amountMinor": amount}
    tell(row.user_id, kind, once=str(of), **told, **more)


def _begun(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """For a sentence that begins with the gateway."""
    return {"gateway": str(NAMES[told["gateway"]])}


def _named(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"gateway": str(IN_SENTENCES[told["gateway"]])}


def _arrived(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What buys something at once never was in the wallet."""
    where = gettext("The whole amount is in your wallet.")
    if "what" in told:
        where = gettext("It paid for %(what)s at once, and did not go through your wallet.", what=told["what"])
    return {**_named(told), "where": where}


def _explained(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**_named(told), "why": why_sent_back(told["because"])}


def _stayed(told: Mapping[str, Any]) -> Mapping[str, Any]:
    reason = isolated(unlinked(told["reason"]))
    return {**_named(told), "why": gettext("Why: %(reason)s", reason=reason) if reason else ""}


_PAGE: Final = "/payments/%(payment)s"
_HERE: Final[frozenset[Place]] = frozenset({"app"})

KINDS: Final = (
    NoticeKind(
        name="payment.arrived",
        called=_l("Money has arrived"),
        title=_l("%(amountMinor)s have arrived"),
        text=_l("You paid by %(gateway)s. %(where)s"),
        path=_PAGE,
        read=_arrived,
    ),
    NoticeKind(
        name="payment.failed",
        called=_l("A payment has failed"),
        title=_l("Your payment of %(amountMinor)s has failed"),
        text=_l("%(gateway)s did not take it. Nothing was taken from you, and you can begin another."),
        path=_PAGE,
        read=_begun,
    ),
    NoticeKind(
        name="payment.not_paid",
        called=_l("Nobody paid in time"),
        title=_l("%(amountMinor)s were not paid"),
        text=_l("The time to pay by %(gateway)s is over, or it was cancelled. What is paid now goes back to you."),
        path=_PAGE,
        places=_HERE,
        read=_named,
    ),
    NoticeKind(
        name="payment.sent_back",
        called=_l("A payment goes back"),
        title=_l("%(amountMinor)s go back to where they came from"),
        text=_l("%(why)s It leaves by %(gateway)s, which can take some days."),
        path=_PAGE,
        read=_explained,
    ),
    NoticeKind(
        name="payment.refund_sent",
        called=_l("A refund was sent"),
        title=_l("%(amountMinor)s were sent back to you"),
        text=_l("They go by %(gateway)s to where you paid from. That can take some days."),
        path=_PAGE,
        read=_named,
    ),
    NoticeKind(
        name="payment.refund_failed",
        called=_l("A refund has failed"),
        title=_l("%(amountMinor)s could not be sent back"),
        text=_l("%(gateway)s did not take them. They are still yours: we look at it, and write to you."),
        path=_PAGE,
        read=_begun,
    ),
    NoticeKind(
        name="payment.wish_refused",
        called=_l("What you wished to have back stays"),
        title=_l("%(amountMinor)s are in your wallet again"),
        text=_l("You asked us to send them back by %(gateway)s. That was not done. %(why)s"),
        path=_PAGE,
        read=_stayed,
    ),
    NoticeKind(
        name="payment.disputed",
        called=_l("A bank asks a payment back"),
        title=_l("Your bank asks %(amountMinor)s back"),
        text=_l("It decides whether your payment stands. If you did not ask for that, write to us and to your bank."),
        path=_PAGE,
        is_security=True,
        read=_named,
    ),
    NoticeKind(
        name="payment.dispute_won",
        called=_l("A bank has let a payment stand"),
        title=_l("Your payment of %(amountMinor)s stands"),
        text=_l("Your bank has decided so. Nothing changes in your wallet."),
        path=_PAGE,
        places=_HERE,
        read=_named,
    ),
    NoticeKind(
        name="payment.dispute_lost",
        called=_l("A bank took a payment back"),
        title=_l("Your bank took %(amountMinor)s back"),
        text=_l(
            "You have them again there, and so they are out of your wallet here. If they were spent, you owe the rest."
        ),
        path=_PAGE,
        read=_named,
    ),
)
