"""What happens to wallets, as the audit log and the books tell it, and what to do about what goes wrong."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.core.text.amounts import written
from app.record.audit.acts import Act, word
from app.record.audit.kinds import AlarmKind
from app.record.audit.models import AuditEntry
from app.record.ledger.booked import Bookings

from . import postings


def _amount(entry: AuditEntry) -> str:
    """The amount of an entry in its currency."""
    amount, currency = entry.detail.get("amount_minor"), entry.detail.get("currency")
    return written(amount, currency) if type(amount) is int and isinstance(currency, str) else ""


_OF_WITHDRAWAL: Final = (_amount, word("method", "by {}"))

ACTS: Final = (
    Act("wallet.topped_up", "topped up a wallet", (_amount,)),
    Act("wallet.taken_back", "took a top-up back, to refund it", (_amount,)),
    Act("wallet.given_back", "gave a top-up back, for it could not be refunded", (_amount,)),
    Act("wallet.charged_back", "took a top-up away after a lost dispute", (_amount,)),
    Act("wallet.adjusted", "changed a wallet by hand", (_amount, word("receipt", "as {}"))),
    Act("wallet.owed_no_more", "ended what a player owes", (_amount, word("how"))),
    Act(
        "house.moved",
        "entered money of the house that has gone elsewhere",
        (_amount, word("source", "from {}"), word("target", "to {}"), word("reference", "as {}")),
    ),
    Act("wallet.exchanged", "exchanged money", (_amount, word("rate", "at {}"))),
    Act("wallet.rate_said", "said a rate of exchange", (word("pair"), word("rate"))),
    Act("withdrawal.asked", "asked for money", _OF_WITHDRAWAL),
    Act("withdrawal.approved", "let a withdrawal leave", _OF_WITHDRAWAL),
    Act("withdrawal.refused", "gave a withdrawal back to its wallet", _OF_WITHDRAWAL),
    Act("withdrawal.taken_back", "took a withdrawal back", _OF_WITHDRAWAL),
    Act("withdrawal.paid", "saw a withdrawal arrive", _OF_WITHDRAWAL),
    Act(
        "withdrawal.paid_by_hand",
        "entered a withdrawal as paid by hand",
        (*_OF_WITHDRAWAL, word("reference", "under {}")),
    ),
    Act("withdrawal.unknown", "lost sight of a withdrawal", _OF_WITHDRAWAL),
    Act("withdrawal.returned", "saw a withdrawal come back", _OF_WITHDRAWAL),
)

ALARM_KINDS: Final = (
    AlarmKind(
        "withdrawal_not_found",
        "A provider does not know a payout that may have been sent",
        "Its money is the player's again. Look for its reference in the provider's own list; if it is there after all, "
        "take the amount back by an adjustment.",
    ),
    AlarmKind(
        "withdrawal_returned",
        "A payout has come back",
        "Its money is in the wallet again. Read the provider's reason and tell the player what to mend.",
    ),
    AlarmKind(
        "withdrawal_open",
        "A payout has had no end for six hours",
        "Look for its reference at the provider. It is asked about every half minute and never sent again; do not pay "
        "it by hand.",
    ),
    AlarmKind(
        "clearing_below_zero",
        "More has left through a provider than came in",
        "Money of ours has to lie there before more is paid out: transfer it, and have the transfer entered. "
        "It closes by itself once that account is at zero or above again.",
    ),
)

BOOKINGS: Final[Bookings] = {
    (postings.TOPUP, "paid"): _l("%(amount)s were paid into a wallet"),
    (postings.TOPUP, "take_back"): _l("%(amount)s of a wallet are on their way back as they came"),
    (postings.TOPUP, "give_back"): _l("%(amount)s could not go back as they came, and are in a wallet again"),
    (postings.TOPUP, "charged_back"): _l("A bank took back %(amount)s that were paid into a wallet"),
    (postings.WITHDRAWAL, "sent"): _l("%(amount)s were drawn out of a wallet"),
    (postings.WITHDRAWAL, "fee"): _l("Paying out cost a fee of %(amount)s"),
    (postings.WITHDRAWAL, "returned"): _l("%(amount)s that were drawn out came back into a wallet"),
    (postings.ADJUSTMENT, "adjusted"): _l("Two of ours corrected a wallet by %(amount)s"),
    (postings.OWING, "set_off"): _l("%(amount)s that a player owed were taken from his wallet"),
    (postings.OWING, "written_off"): _l("%(amount)s that a player owed are our loss"),
    (postings.EXCHANGE, "sold"): _l("%(amount)s of a wallet were changed into another currency"),
    (postings.EXCHANGE, "bought"): _l("%(amount)s came into a wallet out of another currency"),
    (postings.HOUSE, "moved"): _l("%(amount)s of our own went from one place to another"),
}
