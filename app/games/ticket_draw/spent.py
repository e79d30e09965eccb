"""What each payment of an order bought, and what became of what was paid beyond whole tickets, in words."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.core.money import Sats
from app.core.text.isolation import isolated
from app.selling.windows.queries import PaymentView
from app.selling.windows.wording import number

from .queries import OrderView

_HELD = ("confirmed", "drawn", "won", "lost")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a credited payment found of earlier ones, the tickets that it bought, and what it left."""

    before: Sats
    tickets: int
    rest: Sats
    is_last: bool


def spent_by(payment: PaymentView, view: OrderView) -> Spent:
    """What this payment bought; credited payments of an order buy together, in the order of the chain."""
    credited = sorted((one for one in view.payments if one.status == "credited"), key=_place)
    price = view.order.player_ticket_price_sats
    before = sum(one.credited_sats for one in credited if _place(one) < _place(payment))
    after = before + payment.credited_sats
    is_last = _place(payment) == _place(credited[-1])
    return Spent(before % price, after // price - before // price, after % price, is_last)


def _place(payment: PaymentView) -> tuple[int, int, str, int]:
    return payment.block_height or 0, payment.tx_index or 0, payment.txid, payment.vout


def credited_words(payment: PaymentView, view: OrderView) -> str:
    """How much of a payment bought tickets, and what the rest is."""
    spent = spent_by(payment, view)
    bought = number(spent.tickets * view.order.player_ticket_price_sats)
    text: str = ngettext(
        "%(bought)s sats bought %(count)s ticket.",
        "%(bought)s sats bought %(count)s tickets.",
        spent.tickets,
        bought=bought,
        count=number(spent.tickets),
    )
    if spent.before:
        used = gettext("%(rest)s sats left over from earlier payments count in it.", rest=number(spent.before))
        text = f"{text} {used}"
    if not spent.rest:
        return text
    if spent.is_last:
        return f"{text} {_left(view, spent.rest)}"
    passed_on = gettext("%(rest)s sats were left over and counted with the next payment.", rest=number(spent.rest))
    return f"{text} {passed_on}"


def left_over(view: OrderView) -> str | None:
    """What became of what was paid beyond whole tickets; None: nothing was, or the order holds no ticket."""
    rest = view.remainder_sats
    return _left(view, rest) if rest and view.state in _HELD else None


def _left(view: OrderView, rest: Sats) -> str:
    told = {"rest": number(rest), "partner": isolated(view.site.display_name)}
    if view.round.sells and not view.is_sold_out:
        words = gettext(
            "%(rest)s sats are left over and stay with your order: they count towards its next payment until sales "
            "end.",
            rest=told["rest"],
        )
    elif view.round.status == "settled":
        words = gettext(
            "%(rest)s sats were paid beyond whole tickets and bought nothing. They became income of %(partner)s.",
            **told,
        )
    else:
        words = gettext(
            "%(rest)s sats were paid beyond whole tickets and bought nothing. They stay with the round and are income "
            "of %(partner)s when it is settled.",
            **told,
        )
    return str(words)
