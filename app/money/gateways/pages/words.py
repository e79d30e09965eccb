"""What a payment's states are for the person who pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.money.gateways.states import STATES, RefundState, State

Tone = Literal["info", "ok", "warn", "bad"]

NAMES: Final[Mapping[str, LazyString | str]] = {
    "moncash": "MonCash",
    "paymongo": "GCash",
    "paypal": "PayPal",
    "stripe": _l("Card"),
}
"""Gateways by the names that payers know them by; names of companies are not translated."""
IN_SENTENCES: Final[Mapping[str, LazyString | str]] = {**NAMES, "stripe": _l("card")}
"""The same in the midst of one."""
HOUSES: Final[Mapping[str, str]] = {
    "moncash": "MonCash",
    "paymongo": "PayMongo",
    "paypal": "PayPal",
    "stripe": "Stripe",
}
"""Who is asked whether it was paid."""
PAID_WITH: Final[Mapping[str, object]] = {**NAMES, "stripe": _l("Card, through Stripe")}


@dataclass(frozen=True, slots=True)
class Words:
    """A state in words: a title, and what it means for the payer."""

    tone: Tone
    title: object
    text: object


_BACK: Final = _l("It goes back the way it came. That can take some days.")
WORDS: Final[Mapping[State, Words]] = {
    "initiated": Words("info", _l("We are getting your payment ready"), _l("This takes a few seconds.")),
    "pending": Words(
        "info",
        _l("Waiting for your payment"),
        _l("Nothing has been paid yet."),
    ),
    "unknown": Words(
        "warn",
        _l("We do not know yet whether you have paid"),
        _l("We keep asking. Do not pay a second time: whatever was paid is found."),
    ),
    "failed": Words("bad", _l("The payment failed"), _l("Nothing was taken from you. You can begin a new one.")),
    "expired": Words(
        "warn", _l("The time to pay is over"), _l("Nothing was taken from you. What is paid now goes back to you.")
    ),
    "canceled": Words(
        "warn", _l("The payment was cancelled"), _l("Nothing was taken from you. What is paid now goes back to you.")
    ),
    "succeeded": Words("ok", _l("Paid"), _l("The money has arrived. It is in your wallet.")),
    "refunding": Words("info", _l("Your money is on its way back"), _BACK),
    "partly_refunded": Words("ok", _l("Some of it was given back"), _l("The rest stays paid, and is in your wallet.")),
    "refunded": Words("ok", _l("Your money was given back"), _BACK),
    "refund_failed": Words(
        "warn", _l("Your money could not be sent back"), _l("It is still yours. We look at it, and write to you.")
    ),
    "disputed": Words(
        "warn",
        _l("Your bank is asking about this payment"),
        _l("It decides whether the payment stands. That can take weeks."),
    ),
    "dispute_won": Words("ok", _l("Paid"), _l("Your bank has decided that this payment stands.")),
    "dispute_lost": Words(
        "bad", _l("Your bank took this payment back"), _l("The money is with you again, and out of your wallet here.")
    ),
}
assert set(WORDS) == set(STATES)
_ENDING: Final = Words(
    "info", _l("The time to pay is over"), _l("Do not pay it any more. We ask once more whether it was paid in time.")
)


REFUNDS: Final[Mapping[RefundState, object]] = {
    "requested": _l("Is being sent back"),
    "asked": _l("Is being sent back"),
    "pending": _l("Is being sent back"),
    "succeeded": _l("Sent back"),
    "failed": _l("Could not be sent back"),
}
_WHY: Final[Mapping[str, object]] = {
    "late": _l("It came after the time to pay was over."),
    "differs": _l("Another amount came in than was asked for."),
    "topup_over": _l("It came after the time to pay was over."),
    "topup_differs": _l("Another amount came in than was asked for."),
    "payer_not_yours": _l("It was paid from a number that is not your verified one."),
    "betting_closed": _l("Bets on this draw are closed."),
    "reservation_over": _l("It came after the time to pay was over."),
    "ticket_differs": _l("Another amount came in than was asked for."),
    **dict.fromkeys(
        (
            "skipped",
            "official_draw_cancelled",
            "not_sealed_before_draw",
            "not_cosigned_before_draw",
            "no_result_in_time",
        ),
        _l("This draw is not held."),
    ),
}


def why_sent_back(code: str) -> str:
    """Why a payment that came in buys nothing, or some of it goes back by itself. What is written after a code is not
    the payer's."""
    return str(_WHY.get(code.partition(":")[0], gettext("Nothing could be bought with it.")))


def why_in_words(code: str) -> str | None:
    """The same, where it is one of our codes; None of what a gateway or an operator has written."""
    if code == "refused":
        return why_sent_back(code)
    return str(_WHY[code]) if code in _WHY else None


_OF_WHAT_IS_BOUGHT: Final = {
    "succeeded": Words("ok", _l("Paid"), _l("The money has arrived, and what you paid for is yours.")),
    "partly_refunded": Words("ok", _l("Some of it was given back"), _BACK),
}
"""In place of words that tell of a wallet."""


_WISHED_BACK: Final = _l("The money has arrived. What you asked us to send back is set aside.")


def words_of(
    state: str,
    *,
    is_late: bool = False,
    processes: str | None = None,
    asks: str | None = None,
    is_bought: bool = False,
    is_wished: bool = False,
) -> Words:
    """A state as it is kept, in words. `is_late`: its time to be paid is up. `processes`: he has paid by this gateway,
    which has not decided yet. `asks`: whoever pays has come back from this one, which has not said yet that he has.
    `is_bought`: it is for something else than the wallet. `is_wished`: its payer has asked for it back, which nobody
    has decided yet."""
    if is_wished and state == "succeeded":
        return Words(WORDS["succeeded"].tone, WORDS["succeeded"].title, _WISHED_BACK)
    if is_bought and state in _OF_WHAT_IS_BOUGHT:
        return _OF_WHAT_IS_BOUGHT[state]
    if state == "pending" and is_late and processes is None:
        return _ENDING
    if state == "pending" and processes is not None:
        return Words(
            "info",
            gettext("Your payment is being processed"),
            gettext(
                "%(house)s has still to decide, and there is nothing for you to do. Once it has, this page says so. "
                "Do not pay a second time.",
                house=HOUSES[processes],
            ),
        )
    if state == "pending" and asks is not None:
        return Words(
            "info",
            gettext("We are asking %(house)s", house=HOUSES[asks]),
            gettext("If you have paid, it says so within seconds, and so does this page. Do not pay a second time."),
        )
    return next(words for name, words in WORDS.items() if name == state)


def pay_at(provider: str) -> str:
    """What the link that leaves to a gateway says."""
    if provider == "stripe":
        return str(gettext("Pay by card, at Stripe"))
    return str(gettext("Pay with %(gateway)s", gateway=NAMES[provider]))
