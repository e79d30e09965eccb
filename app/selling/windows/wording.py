"""What the states of rounds, orders and payments are called for people, as far as they are the same in every game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from flask_babel import format_decimal, gettext

from app.core.text.isolation import isolated
from app.core.web.templating import utc

from .models import WindowRound
from .queries import AnyOrder, PaymentView
from .rules import SOLD_OUT


@dataclass(frozen=True, slots=True)
class Words:
    """A state for people: the tone of its notice (info, ok, warn, bad), its name, and what it means for the reader."""

    tone: str
    title: str
    text: str


Said: TypeAlias = tuple[str, str, str]
"""Tone, title and text."""


TellsT = TypeVar("TellsT")


def tell(told: Mapping[str, Callable[[TellsT], Said]], state: str, what: TellsT) -> Words:
    """The words for a state of something, by a game's table of all states."""
    return Words(*told[state](what))


def number(value: int) -> str:
    """A whole number with the reader's thousands separators."""
    return str(format_decimal(value))


def ahead(round_: WindowRound, sold: int) -> Said:
    """A round before its first block: orders of it are taken all the same, and `sold` says whether there are any."""
    heights = {"opens": number(round_.opens_at_height), "end": number(round_.sales_end_height)}
    if not sold:
        text = gettext(
            "Its own sales begin with block %(opens)s. It is sold ahead as soon as the round before it is sold out, "
            "and what is bought ahead takes part like all else: a payment counts if a block before block %(end)s "
            "includes it.",
            **heights,
        )
        return "info", gettext("Not open yet"), text
    text = gettext(
        "Its own sales begin with block %(opens)s. It is sold ahead, as a round is when the one before it is sold out "
        "or about to end. What is bought ahead takes part like all else: a payment counts if a block before block "
        "%(end)s includes it.",
        **heights,
    )
    return "ok", gettext("Already sold ahead"), text


def _sold_out(round_: WindowRound) -> Said:
    text = gettext(
        "Every ticket is sold. A payment that comes now buys nothing and is refunded through the partner. The draw "
        "comes with block %(closing)s.",
        closing=number(round_.closing_height),
    )
    return "info", gettext("Sold out"), text


def _unbacked(_: WindowRound) -> Said:
    text = gettext(
        "The house's confirmed coins do not cover this jackpot on top of everything else it owes, so the round takes "
        "no new orders. Payments to existing orders still count. Sales go on as soon as the coins are there."
    )
    return "warn", gettext("No orders for now"), text


def _void(_: WindowRound) -> Said:
    text = gettext(
        "Its tickets were not sealed before the closing block was found. By rule such a round has no draw, whatever "
        "its result would have been. Everything paid for it is refunded through the partners."
    )
    return "bad", gettext("This round is void"), text


def _halted(_: WindowRound) -> Said:
    text = gettext(
        "What this round relied on has changed: blocks of the Bitcoin chain, or our own records of what was promised "
        "and sealed. Nothing is decided by the machine any more: a person has to look at it, and the decision will be "
        "published here."
    )
    return "bad", gettext("This round is halted"), text


ROUND_WORDS: dict[str, Callable[[WindowRound], Said]] = {
    SOLD_OUT: _sold_out,
    "unbacked": _unbacked,
    "void": _void,
    "halted": _halted,
}
"""What pages say of a round (`shown_status`) in the same words in every game. A game adds the others, the first of them
by `ahead`."""


def seen_too_late(view: AnyOrder) -> Said:
    """A payment is on its way to a round that sells no more."""
    text = gettext(
        "No block had it before sales ended. It buys no ticket and is refunded through %(partner)s.",
        partner=isolated(view.site.display_name),
    )
    return "warn", gettext("Your payment is too late"), text


def seen_sold_out(view: AnyOrder) -> Said:
    """A payment is on its way to a round of which others have bought all."""
    text = gettext(
        "Round %(number)s was sold out before a block had it. It buys no ticket and is refunded through %(partner)s.",
        number=view.order.round_number,
        partner=isolated(view.site.display_name),
    )
    return "warn", gettext("Your payment is too late"), text


def sold_out_unpaid(view: AnyOrder) -> Said:
    """Nothing was paid, and nothing is left to buy."""
    text = gettext(
        "Every ticket went to others before anything was paid. Do not pay to this address any more; it is still "
        "watched, and what arrives is refunded through %(partner)s.",
        partner=isolated(view.site.display_name),
    )
    return "warn", gettext("Round %(number)s is sold out", number=view.order.round_number), text


def expired(view: AnyOrder) -> Said:
    """Nothing was paid while the round was selling, or before it was sold out: that stays the reason."""
    if view.is_sold_out:
        return sold_out_unpaid(view)
    text = gettext(
        "Sales of round %(number)s ended before anything was paid. Do not pay to this address any more; it is still "
        "watched, and what arrives is refunded through %(partner)s.",
        number=view.order.round_number,
        partner=isolated(view.site.display_name),
    )
    return "warn", gettext("This order has expired"), text


def given_back(view: AnyOrder) -> str | None:
    """That the partner has all that bought nothing; None: not yet, or there is nothing."""
    return _had_since(view.site.display_name, view.refunded_at) if view.refunded_at is not None else None


def refund_step(view: AnyOrder) -> dict[str, str] | None:
    """The same as the last step of a story, with how much it is; None: everything bought something."""
    if not view.refundable_sats:
        return None
    amount, partner = gettext("%(amount)s sats", amount=number(view.refundable_sats)), isolated(view.site.display_name)
    if view.refunded_at is None:
        return {"label": gettext("Refund through %(partner)s", partner=partner), "state": "now", "note": amount}
    label = gettext("Refunded to %(partner)s, who gives it back", partner=partner)
    return {"label": label, "state": "done", "note": f"{amount}, {utc(view.refunded_at)}"}


def _had_since(partner: str, moment: datetime) -> str:
    words: str = gettext(
        "%(partner)s has had the money since %(when)s, and gives it back to you.",
        partner=isolated(partner),
        when=utc(moment),
    )
    return words


def payment_words(payment: PaymentView, fates: Mapping[str, str], partner: str) -> str:
    """What became of one payment to an order of `partner`'s; `fates` is what a game says of those that have one."""
    if payment.status == "seen":
        return str(gettext("Not in a block yet. It counts once it is."))
    if payment.status == "orphaned":
        return str(gettext("Its block is no longer part of the chain. If another block includes it, it counts again."))
    if payment.refunded_at is not None:
        return f"{fates[payment.status]} {_had_since(partner, payment.refunded_at)}"
    return fates[payment.status]
