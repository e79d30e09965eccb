"""What the states of rounds, orders and payments are called for people, and what comes next."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext, ngettext

from app.core.text.isolation import isolated
from app.selling.windows import wording
from app.selling.windows.queries import PaymentView
from app.selling.windows.wording import (
    ROUND_WORDS,
    Said,
    Words,
    ahead,
    expired,
    number,
    seen_sold_out,
    seen_too_late,
    sold_out_unpaid,
    tell,
)

from .draw.drawing import ALGORITHMS
from .models import Round
from .queries import OrderView
from .spent import credited_words, left_over


def round_words(round_: Round) -> Words:
    """Where a round stands, and its next step."""
    return tell(_ROUND, round_.shown_status, round_)


def _scheduled(round_: Round) -> Said:
    return ahead(round_, round_.sold_tickets)


def _open(round_: Round) -> Said:
    text = gettext(
        "A payment counts if a block before block %(end)s includes it. Block %(closing)s will draw the winning ticket.",
        end=number(round_.sales_end_height),
        closing=number(round_.closing_height),
    )
    return "ok", gettext("Tickets are on sale"), text


def _closed(round_: Round) -> Said:
    text = ngettext(
        "When the last sale is buried under %(num)s block, all tickets are sealed: from then on nobody can add, "
        "remove or move one. That has to happen before block %(closing)s is found.",
        "When the last sale is buried under %(num)s blocks, all tickets are sealed: from then on nobody can add, "
        "remove or move one. That has to happen before block %(closing)s is found.",
        round_.settlement_depth,
        closing=number(round_.closing_height),
    )
    return "info", gettext("Sales have ended"), text


def _sealed(round_: Round) -> Said:
    text = ngettext(
        "Who holds which ticket is fixed. The hash of block %(closing)s, which nobody knows yet, decides. The draw "
        "starts when %(num)s block is on top of it.",
        "Who holds which ticket is fixed. The hash of block %(closing)s, which nobody knows yet, decides. The draw "
        "starts when %(num)s blocks are on top of it.",
        round_.settlement_depth,
        closing=number(round_.closing_height),
    )
    return "info", gettext("Sealed, waiting for the closing block"), text


def _drawing(round_: Round) -> Said:
    return "info", gettext("The draw is running"), ALGORITHMS.of_round(round_).meanwhile()


def _settled(round_: Round) -> Said:
    ticket = f"{round_.winning_ticket:0{round_.ticket_digits}d}"
    if (round_.winning_ticket or 0) < round_.sold_tickets:
        text = gettext("The ticket was sold. Its order wins the whole jackpot, at the address fixed in its terms.")
        return "ok", gettext("Ticket %(ticket)s won", ticket=ticket), text
    text = gettext("The ticket was not sold. The house holds unsold numbers, so no player wins this round.")
    return "info", gettext("Ticket %(ticket)s was drawn", ticket=ticket), text


_ROUND: dict[str, Callable[[Round], Said]] = {
    **ROUND_WORDS,
    "scheduled": _scheduled,
    "open": _open,
    "closed": _closed,
    "sealed": _sealed,
    "drawing": _drawing,
    "settled": _settled,
}


def order_words(view: OrderView) -> Words:
    """What an order is waiting for or how it ended, and what its buyer can do."""
    return tell(_ORDER, view.state, view)


def _waiting(view: OrderView) -> Said:
    text = gettext(
        "Send any amount from %(least)s sats. Every %(price)s sats are one ticket. It counts if a block before block "
        "%(end)s includes it; later than that it buys nothing and is refunded through %(partner)s.",
        partner=isolated(view.site.display_name),
        least=number(view.order.min_payment_sats),
        price=number(view.order.player_ticket_price_sats),
        end=number(view.round.sales_end_height),
    )
    return "info", gettext("Waiting for your payment"), text


def _seen(view: OrderView) -> Said:
    if not view.round.sells:
        return seen_too_late(view)
    if view.is_sold_out:
        return seen_sold_out(view)
    return "info", gettext("Payment seen"), _on_their_way(view)


def _on_their_way(view: OrderView) -> str:
    words: str = gettext(
        "%(amount)s sats are on their way. They become tickets when they are in a block before block %(end)s.",
        amount=number(view.sats_in("seen")),
        end=number(view.round.sales_end_height),
    )
    return words


def added(view: OrderView) -> str | None:
    """What becomes of a payment that is on its way to an order that holds tickets already; None: there is none."""
    if view.state != "confirmed" or not view.sats_in("seen"):
        return None
    return _seen(view)[2]


def adding_over(view: OrderView) -> str:
    """To whoever is about to add tickets: why that is over, and what becomes of money that is sent all the same."""
    named = {"number": view.order.round_number, "partner": isolated(view.site.display_name)}
    if view.is_sold_out:
        sold_out: str = gettext(
            "Round %(number)s is sold out, so no tickets can be added any more. Money sent to this address now buys "
            "nothing and is refunded through %(partner)s.",
            **named,
        )
        return sold_out
    ended: str = gettext(
        "Sales of round %(number)s have ended, so no tickets can be added any more. Money sent to this address now "
        "buys nothing and is refunded through %(partner)s.",
        **named,
    )
    return ended


def _partly_paid(view: OrderView) -> Said:
    if not view.round.sells:
        over = gettext(
            "What arrived is less than the least payment of %(least)s sats, so it bought no ticket, and sales have "
            "ended. It is refunded through %(partner)s. Please do not pay any more.",
            partner=isolated(view.site.display_name),
            least=number(view.order.min_payment_sats),
        )
        return "warn", gettext("Too little, and sales have ended"), over
    if view.is_sold_out:
        gone = gettext(
            "What arrived is less than the least payment of %(least)s sats, so it bought no ticket, and every ticket "
            "is sold by now. It is refunded through %(partner)s. Please do not pay any more.",
            partner=isolated(view.site.display_name),
            least=number(view.order.min_payment_sats),
        )
        return "warn", gettext("Too little, and every ticket is sold"), gone
    text = gettext(
        "What arrived is less than the least payment of %(least)s sats, so it bought no ticket; small payments are not "
        "added up. To take part send at least %(least)s sats in one payment before block %(end)s. The small payment is "
        "refunded through %(partner)s.",
        least=number(view.order.min_payment_sats),
        partner=isolated(view.site.display_name),
        end=number(view.round.sales_end_height),
    )
    return "warn", gettext("Not enough for a ticket"), text


def _confirmed(view: OrderView) -> Said:
    tickets = view.slip.ticket_count if view.slip else 0
    title = ngettext("One ticket, confirmed", "%(count)s tickets, confirmed", tickets, count=number(tickets))
    text = gettext("Block %(closing)s draws the winning ticket.", closing=number(view.round.closing_height))
    if news := added(view):
        text = f"{news} {text}"
    return "ok", title, _with_rest(text, view)


def _late(view: OrderView) -> Said:
    text = gettext(
        "The payment was confirmed in block %(end)s or later, after sales had ended. It bought no ticket and is "
        "refunded through %(partner)s.",
        end=number(view.round.sales_end_height),
        partner=isolated(view.site.display_name),
    )
    return "warn", gettext("Your payment came too late"), text


def _sold_out(view: OrderView) -> Said:
    if not view.received_sats:
        return sold_out_unpaid(view)
    text = gettext(
        "No ticket was left when the payment was confirmed. It is refunded through %(partner)s.",
        partner=isolated(view.site.display_name),
    )
    return "warn", gettext("Sold out before your payment"), text


def _order_void(view: OrderView) -> Said:
    text = gettext(
        "The round is void: it has no draw, and everything paid is refunded through %(partner)s.",
        partner=isolated(view.site.display_name),
    )
    return "bad", gettext("This round is void"), text


def _drawn(view: OrderView) -> Said:
    if view.round.status == "halted":
        return "bad", gettext("Stopped for a check"), gettext("A person is looking at it. The tickets are not lost.")
    if view.round.hashes is not None:
        text = gettext("The winning ticket appears on the round's page as soon as it is drawn.")
    else:
        text = gettext("The digits appear on the round's page as they are drawn.")
    return "info", gettext("The draw is running"), _with_rest(text, view)


def _won(view: OrderView) -> Said:
    text = gettext(
        "The jackpot of %(jackpot)s sats goes to the address of %(partner)s, which credits %(player)s.",
        jackpot=number(view.round.jackpot_sats),
        partner=isolated(view.site.display_name),
        player=isolated(view.order.player_public_identifier),
    )
    return "ok", gettext("Ticket %(ticket)s won", ticket=_drawn_ticket(view)), _with_rest(text, view)


def _lost(view: OrderView) -> Said:
    text = _with_rest(gettext("It is not in this order."), view)
    return "info", gettext("Ticket %(ticket)s was drawn", ticket=_drawn_ticket(view)), text


def _with_rest(text: str, view: OrderView) -> str:
    """The text, and what became of what was paid beyond whole tickets."""
    rest = left_over(view)
    return f"{text} {rest}" if rest else text


def _drawn_ticket(view: OrderView) -> str:
    return f"{view.round.winning_ticket:0{view.round.ticket_digits}d}"


_ORDER: dict[str, Callable[[OrderView], Said]] = {
    "waiting": _waiting,
    "seen": _seen,
    "partly_paid": _partly_paid,
    "confirmed": _confirmed,
    "late": _late,
    "sold_out": _sold_out,
    "void": _order_void,
    "drawn": _drawn,
    "won": _won,
    "lost": _lost,
    "expired": expired,
}


def payment_words(payment: PaymentView, order: OrderView) -> str:
    """What one payment's fate means."""
    partner = isolated(order.site.display_name)
    fates: dict[str, str] = {
        "below_minimum": gettext(
            "Below the least payment of %(least)s sats. Refunded through %(partner)s.",
            least=number(order.order.min_payment_sats),
            partner=partner,
        ),
        "late": gettext("Confirmed after sales end. Refunded through %(partner)s.", partner=partner),
        "sold_out": gettext("No ticket was left. Refunded through %(partner)s.", partner=partner),
        "void": gettext("The round is void. Refunded through %(partner)s.", partner=partner),
    }
    if payment.status == "credited" and not payment.refundable_sats:
        fates["credited"] = credited_words(payment, order)
    elif payment.refundable_sats:
        fates["credited"] = gettext(
            "%(credited)s sats bought the last tickets; %(rest)s sats are refunded through %(partner)s.",
            credited=number(payment.credited_sats),
            rest=number(payment.refundable_sats),
            partner=partner,
        )
    return wording.payment_words(payment, fates, order.site.display_name)
