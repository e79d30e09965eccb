"""The sentences for the error codes of wallets, and what ways out are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from .rules import Method

CALLED: Final[Mapping[Method, LazyString | str]] = {
    "moncash": "MonCash",
    "gcash": "GCash",
    "bank": _l("Bank account"),
    "paypal": "PayPal",
}
"""Names of companies are not translated."""

MESSAGES: dict[str, object] = {
    "insufficient_funds": _l("There is not so much in this wallet."),
    "method_unknown": _l("This currency is not paid out in this way."),
    "account_invalid": _l("This is no account that can be paid to in this way."),
    "account_not_yours": _l(
        "Money leaves only for your own accounts: your verified number, or one that you paid from."
    ),
    "withdrawal_limit_reached": _l("This is more than may be drawn out at the moment: %(leftMinor)s are left."),
    "withdrawal_while_owing": _l("A payment of yours was taken back from us after it was spent. Write to us first."),
    "withdrawal_while_disputed": _l("A bank asks one of your payments back. Nothing leaves until it has decided."),
    "money_leaves_elsewhere": _l(
        "What you paid in and did not play goes back only where it came from, and a card’s payment waits. To this "
        "account %(leavableMinor)s may leave now."
    ),
    "winnings_not_final": _l(
        "What you won by a result that may still be corrected can be played with, and stays until it is final. "
        "%(leavableMinor)s may leave now."
    ),
    "deposit_limit_held": _l(
        "Your limit of deposits lets %(leftMinor)s through at the moment: %(heldMinor)s are held by a payment that is "
        "not paid yet. Pay or cancel it, or wait until this amount fits again: %(freesAt)s."
    ),
    "not_owed": _l("So much is not owed."),
    "withdrawal_not_found": _l("There is no such withdrawal."),
    "withdrawal_state": _l("The withdrawal has moved on since."),
    "house_has_less": _l("There is not so much there that is the house’s."),
    "place_unknown": _l(
        "Money of the house lies in capital, bank:NAME or clearing:GATEWAY; a name has small letters from a to z, "
        "digits and hyphens."
    ),
    "place_is_same": _l("This is where it came from. Write where it is now."),
    "reference_invalid": _l("Write the reference of the statement, at most %(most)s characters."),
    "reference_used": _l(
        "Under this reference %(amountMinor)s have left %(account)s already, for withdrawal %(withdrawal)s. Each "
        "payment has its own."
    ),
    "bank_has_less": _l(
        "The account %(bank)s holds %(balanceMinor)s by our books. Choose the one that it was paid from."
    ),
    "rate_invalid": _l("Write the rate in digits, with at most six behind the point."),
    "rate_far": _l("This is %(change)s from the last rate, %(rate)s. If you mean it, write it here once more."),
    "quote_not_found": _l("There is no such quote."),
    "quote_over": _l("This quote has run out, or was used. Ask for another."),
    "exchange_closed": _l("These currencies are not exchanged at the moment."),
    "exchange_is_a_trap": _l(
        "Some of it was paid in and not played, and no game takes the other currency yet: it could neither be played "
        "nor leave. Play it first, or have it sent back the way it came."
    ),
    "exchange_too_large": _l("We have not so much of the other currency at the moment."),
}
