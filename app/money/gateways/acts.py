"""What gateways write into the audit log and move in the books, in words; and what to do about each of their alarms."""

from __future__ import annotations

from typing import Final

from app.core.text.amounts import plain
from app.record.audit.acts import Act, count, word
from app.record.audit.kinds import Advice, AlarmKind
from app.record.audit.models import AuditEntry
from app.record.ledger.booked import Bookings

from . import postings


def _money(entry: AuditEntry) -> str:
    """An amount in its currency."""
    amount, currency = entry.detail.get("amount_minor"), entry.detail.get("currency")
    return f"{plain(amount, currency)} {currency}" if type(amount) is int and isinstance(currency, str) else ""


def _gateway(entry: AuditEntry) -> str:
    found = entry.detail.get("gateway")
    return f"through {found}" if isinstance(found, str) else ""


def _taken(entry: AuditEntry) -> str:
    """What of it the wallet bears."""
    taken, currency = entry.detail.get("taken_minor"), entry.detail.get("currency")
    if type(taken) is not int or not isinstance(currency, str):
        return ""
    return f"{plain(taken, currency)} {currency} from the wallet" if taken else "by the house"


_SAID: Final = {
    "created": "began a payment",
    "pending": "waits for a payment",
    "unknown": "does not know whether a payment was made",
    "succeeded": "found a payment paid",
    "failed": "found that a payment failed",
    "expired": "found that nobody paid in time",
    "canceled": "found a payment cancelled",
    "refunding": "has money of a payment on its way back",
    "partly_refunded": "found some of a payment given back",
    "refunded": "found a payment given back",
    "refund_failed": "found that money could not be given back",
    "disputed": "found a payment disputed",
    "dispute_won": "found a payment standing after a dispute",
    "dispute_lost": "found a payment lost to a dispute",
    "refund_asked": "asked for a refund",
    "refund_succeeded": "found a refund paid",
    "dispute_opened": "saw a dispute take the money",
    "refund_found": "found a refund that nobody here has asked for",
}

ACTS: Final = (
    *(Act(f"gateway.{name}", words, (_money, _gateway)) for name, words in _SAID.items()),
    Act("gateway.refund_borne", "said who bears a refund that nobody here has asked for", (_money, _taken)),
    Act(
        "gateway.compared",
        "compared a gateway's list with our books",
        (count("differences", "difference", "differences"),),
    ),
    Act("gateway.explained", "explained a difference from a gateway's list", (word("reference"),)),
)

ALARM_KINDS: Final = (
    AlarmKind(
        "payment_differs",
        "A gateway says other figures of a payment than were asked for",
        "Compare the payment with the gateway's own console. While this is open nothing of it is booked: it is asked "
        "about again. What is less than was asked for is booked once the gateway has said the same three times, and "
        "goes back to its payer; then this closes, and another alarm says how much came.",
    ),
    AlarmKind(
        "payment_sent_back",
        "Money came in that nothing could be bought with",
        "It is booked, and on its way back to its payer. Read why at the payment. It closes once all of it is back.",
        labels={"amount_minor": "Came in"},
    ),
    AlarmKind(
        "payment_open",
        "A payment has had no end for a day after its time was up",
        "Look for it in the gateway's console. What it was to buy stays reserved until the gateway says how it ended.",
    ),
    AlarmKind(
        "refund_failed",
        "Money could not be given back",
        "Read at the payment where the money is, before anything else is done: it may be in the player's wallet again. "
        "It closes once as much has gone back.",
        reasons={
            "in_wallet": "in the player's wallet again; he was told",
            "owed": "with us, and still owed to its payer",
        },
        advice={
            "in_wallet": Advice(
                "The money is in the player's wallet again, where he can play it or draw it out, and he was told. Do "
                "not pay him another way: he would have it twice. Read what the gateway said; once that is put right, "
                "give it back again at the payment, or leave it with him and close this. It closes by itself once as "
                "much has gone back."
            ),
            "owed": Advice(
                "Nothing was bought with it, and it is still owed to its payer. Read what the gateway said, put that "
                "right, and give it back again at the payment. Only where the gateway never takes it, ask the player "
                "how to pay him otherwise. It closes once as much has gone back."
            ),
        },
        labels={"reason": "The money is", "why": "The gateway said"},
    ),
    AlarmKind(
        "refund_made_elsewhere",
        "A gateway says that it has given a payment back already",
        "Do not pay the player another way: he has it, or will. The gateway's list is compared by itself; if nothing "
        "shows at the payment in some minutes, compare it under Money, Reconciliation, and look at the gateway's own "
        "console. It closes once the refund is found.",
    ),
    AlarmKind(
        "payment_disputed",
        "A payer's bank took a payment back for now",
        "Answer at the gateway's console before its date, with what the player did here. It closes when it is decided.",
    ),
    AlarmKind(
        "gateway_below_zero",
        "By our books a gateway holds less than nothing for us",
        "A dispute took more than was there, or money left that our books do not know. Read the gateway's balance. "
        "It closes by itself once our books are at zero or above again.",
    ),
    AlarmKind(
        "gateway_differs",
        "A gateway's own list and our books do not agree",
        "Look at each under Money, Reconciliation, beside the gateway's own console, and explain it there; of a refund "
        "that nobody here asked for two of you say who bears it. It closes when all are explained or gone.",
    ),
    AlarmKind(
        "gateway_not_compared",
        "A gateway gave no list to compare our books with",
        "Ask again with `flask gateways reconcile`. If it stays so, see whether it stands and its key is good.",
    ),
)

BOOKINGS: Final[Bookings] = {
    (postings.PAYMENT, "fee"): "A gateway kept a fee of %(amount)s of a payment",
    (postings.PAYMENT, "not_taken"): "%(amount)s that bought nothing are owed to their payer",
    (postings.REFUND, "returned"): "%(amount)s went back to their payer",
    (postings.REFUND, "came_back"): "%(amount)s that went back to their payer came back",
    (postings.UNASKED, "refund"): "%(amount)s went back to a payer, and nobody here had asked for it",
    (postings.UNASKED, "taken"): "%(amount)s that went back unasked were owed to their payer",
    (postings.UNASKED, "borne"): "%(amount)s that went back unasked are our loss",
    (postings.DISPUTE, "opened"): "A bank holds %(amount)s of a payment that its payer disputes",
    (postings.DISPUTE, "won"): "%(amount)s that a payer disputed are ours again",
    (postings.DISPUTE, "fee"): "A disputed payment changed fees by %(amount)s",
    (postings.DISPUTE, "lost"): "%(amount)s that a payer disputed are lost",
}
