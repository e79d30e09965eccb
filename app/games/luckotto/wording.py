"""What the states of Luckotto's rounds, orders and payments are called for people, and what comes next."""

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
from .models import LuckottoRound
from .queries import OrderView
from .rules import numbers_of


def listed(numbers: tuple[int, ...] | list[int]) -> str:
    """Numbers of the grid in a row."""
    return ", ".join(str(one) for one in numbers)


def round_words(round_: LuckottoRound) -> Words:
    """Where a round stands, and its next step."""
    return tell(_ROUND, round_.shown_status, round_)


def _scheduled(round_: LuckottoRound) -> Said:
    return ahead(round_, round_.sold_tickets)


def _open(round_: LuckottoRound) -> Said:
    text = gettext(
        "A payment counts if a block before block %(end)s includes it. Block %(closing)s will draw six of %(pool)s "
        "numbers.",
        end=number(round_.sales_end_height),
        closing=number(round_.closing_height),
        pool=round_.pool_size,
    )
    return "ok", gettext("Tickets are on sale"), text


def _closed(round_: LuckottoRound) -> Said:
    text = ngettext(
        "When the last sale is buried under %(num)s block, all tickets are sealed: from then on nobody can add, "
        "remove or change one. That has to happen before block %(closing)s is found.",
        "When the last sale is buried under %(num)s blocks, all tickets are sealed: from then on nobody can add, "
        "remove or change one. That has to happen before block %(closing)s is found.",
        round_.settlement_depth,
        closing=number(round_.closing_height),
    )
    return "info", gettext("Sales have ended"), text


def _sealed(round_: LuckottoRound) -> Said:
    text = ngettext(
        "Who holds which numbers is fixed. The hash of block %(closing)s, which nobody knows yet, decides. The draw "
        "starts when %(num)s block is on top of it.",
        "Who holds which numbers is fixed. The hash of block %(closing)s, which nobody knows yet, decides. The draw "
        "starts when %(num)s blocks are on top of it.",
        round_.settlement_depth,
        closing=number(round_.closing_height),
    )
    return "info", gettext("Sealed, waiting for the closing block"), text


def _drawing(round_: LuckottoRound) -> Said:
    return "info", gettext("The draw is running"), ALGORITHMS.of_round(round_).meanwhile()


def _settled(round_: LuckottoRound) -> Said:
    title = gettext("%(numbers)s were drawn", numbers=listed(numbers_of(round_.winning_numbers or 0)))
    return "info", title, gettext("The one ticket that holds all six wins the jackpot. No two tickets can.")


_ROUND: dict[str, Callable[[LuckottoRound], Said]] = {
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
        "Send %(total)s sats from any Bitcoin wallet. They count if a block before block %(end)s includes them. This "
        "page shows a payment as soon as the network has it.",
        total=number(view.asked_sats),
        end=number(view.round.sales_end_height),
    )
    return "info", gettext("Waiting for your payment"), text


def _seen(view: OrderView) -> Said:
    if not view.round.sells:
        return seen_too_late(view)
    if view.is_sold_out:
        return seen_sold_out(view)
    on_its_way = view.sats_in("seen")
    if on_its_way < view.missing_sats:
        text = gettext(
            "%(amount)s sats are on their way. When they are confirmed, %(rest)s sats are still missing.",
            amount=number(on_its_way),
            rest=number(view.missing_sats - on_its_way),
        )
    else:
        text = gettext(
            "%(amount)s sats are on their way. You need do nothing: the numbers are yours once a block before block "
            "%(end)s includes the payment.",
            amount=number(on_its_way),
            end=number(view.round.sales_end_height),
        )
    return "info", gettext("Payment seen"), text


def _partly_paid(view: OrderView) -> Said:
    if not view.paid_sats:
        text = gettext(
            "What arrived is less than the least payment of %(least)s sats. Small payments are not added up; they are "
            "refunded through %(partner)s.",
            least=number(view.order.min_payment_sats),
            partner=isolated(view.site.display_name),
        )
        return "warn", gettext("That payment was too small"), text
    if view.is_sold_out:
        text = gettext(
            "%(paid)s of %(total)s sats had arrived when others had bought the last combination, so the order gets no "
            "ticket. Do not pay to this address any more: everything paid is refunded through %(partner)s.",
            paid=number(view.paid_sats),
            total=number(view.order.total_sats),
            partner=isolated(view.site.display_name),
        )
        return "warn", gettext("Sold out before it was fully paid"), text
    text = gettext(
        "%(paid)s of %(total)s sats are confirmed. Send the rest in one payment, in time for a block before block "
        "%(end)s.",
        paid=number(view.paid_sats),
        total=number(view.order.total_sats),
        end=number(view.round.sales_end_height),
    )
    return "warn", gettext("Partly paid"), text


def _allocated(view: OrderView) -> Said:
    round_ = view.round
    if round_.status == "halted":
        return "bad", gettext("Stopped for a check"), gettext("A person is looking at this round. Your ticket is kept.")
    if round_.status == "drawing":
        text = gettext("The six numbers come out of the last of all hashes. You can compute them too.")
        return "info", gettext("The draw is running"), text
    count = len(view.requested_numbers)
    title = ngettext("You hold %(num)s number", "You hold %(num)s numbers", count)
    text = gettext(
        "Nothing is left to do. Six numbers are drawn from the hash of block %(closing)s.",
        closing=number(round_.closing_height),
    )
    return "ok", title, text


def _unallocated(view: OrderView) -> Said:
    text = gettext(
        "It was paid in full, but too many tickets of this round share six of these numbers, and no set near enough to "
        "them was free. The order got no ticket."
    )
    return "warn", gettext("No free set was left"), f"{text} {_refund(view)}"


def _underfunded(view: OrderView) -> Said:
    text = gettext(
        "%(paid)s of %(total)s sats had arrived when sales ended, so the order got no ticket. Do not pay to this "
        "address any more.",
        paid=number(view.sats_in("credited", "below_minimum", "underfunded")),
        total=number(view.order.total_sats),
    )
    return "warn", gettext("Not fully paid in time"), f"{text} {_refund(view)}"


def _late(view: OrderView) -> Said:
    text = gettext(
        "The payment was confirmed in block %(end)s or later, after sales had ended. It bought no ticket.",
        end=number(view.round.sales_end_height),
    )
    return "warn", gettext("Your payment came too late"), f"{text} {_refund(view)}"


def _refund(view: OrderView) -> str:
    """What becomes of all that was paid to an order without a ticket, or what has."""
    is_to_come: str = gettext(
        "Everything paid is refunded through %(partner)s.", partner=isolated(view.site.display_name)
    )
    return wording.given_back(view) or is_to_come


def _won(view: OrderView) -> Said:
    text = gettext(
        "All six drawn numbers are on this ticket. The jackpot of %(jackpot)s sats goes to the address of "
        "%(partner)s, which credits %(player)s.",
        jackpot=number(view.round.jackpot_sats),
        partner=isolated(view.site.display_name),
        player=isolated(view.order.player_uname),
    )
    return "ok", gettext("This ticket won"), text


def _lost(view: OrderView) -> Said:
    held = set(view.allocated_numbers or ())
    hits = len(held & set(numbers_of(view.round.winning_numbers or 0)))
    text = ngettext(
        "%(num)s of the six drawn numbers is on this ticket. Only all six win.",
        "%(num)s of the six drawn numbers are on this ticket. Only all six win.",
        hits,
    )
    return "info", gettext("Other numbers were drawn"), text


def _order_void(view: OrderView) -> Said:
    text = gettext("The round has no draw.")
    return "bad", gettext("This round is void"), f"{text} {_refund(view)}"


_ORDER: dict[str, Callable[[OrderView], Said]] = {
    "waiting": _waiting,
    "seen": _seen,
    "partly_paid": _partly_paid,
    "allocated": _allocated,
    "unallocated": _unallocated,
    "underfunded": _underfunded,
    "sold_out": sold_out_unpaid,
    "late": _late,
    "won": _won,
    "lost": _lost,
    "void": _order_void,
    "expired": expired,
}


def payment_words(payment: PaymentView, view: OrderView) -> str:
    """What one payment's fate means."""
    least, partner = number(view.order.min_payment_sats), isolated(view.site.display_name)
    fates: dict[str, str] = {
        "credited": gettext("Counts towards the price of this order."),
        "below_minimum": gettext(
            "Below the least payment of %(least)s sats. Refunded through %(partner)s.", least=least, partner=partner
        ),
        "late": gettext("Confirmed after sales end. Refunded through %(partner)s.", partner=partner),
        "unallocated": gettext("No free set was left for it. Refunded through %(partner)s.", partner=partner),
        "underfunded": gettext("The price was never reached. Refunded through %(partner)s.", partner=partner),
        "void": gettext("The round is void. Refunded through %(partner)s.", partner=partner),
    }
    return wording.payment_words(payment, fates, view.site.display_name)
