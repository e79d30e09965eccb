"""What events and failed tries are for people."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

EVENTS: Mapping[str, object] = {
    "balance.changed": _l("the site's balance moved"),
    "order.created": _l("an order was made, and waits for payment"),
    "order.paid": _l("a payment was confirmed"),
    "order.seen": _l("a payment was seen; it is not confirmed yet"),
    "payment.below_minimum": _l("a payment was too small to spend"),
    "payment.late": _l("a payment came after its round's sales"),
    "payment.orphaned": _l("a payment left the chain with its block"),
    "payment.refunded": _l("what bought nothing went to your balance"),
    "payment.sold_out": _l("a payment found no tickets left"),
    "payment.unallocated": _l("a payment came when no set of numbers was free"),
    "payment.underfunded": _l("an order's total was not reached when sales ended"),
    "payment.void": _l("a payment bought nothing, for its round is void"),
    "payout.broadcast": _l("a payout was sent to the network"),
    "payout.confirmed": _l("a payout is buried in the chain"),
    "round.closed": _l("a round's sales ended"),
    "round.drawing": _l("a round's closing block is final and the draw began"),
    "round.halted": _l("the chain changed below a final block, or a promise does not hold; a person decides"),
    "round.open": _l("a round's sales began"),
    "round.scheduled": _l("a round was planned"),
    "round.sealed": _l("all tickets of a round were fixed and published"),
    "round.settled": _l("a round was drawn"),
    "round.unbacked": _l("a round waits until its jackpot is covered"),
    "round.voided": _l("a round was declared void"),
    "slip.assigned": _l("an order was given tickets"),
    "ticket.allocated": _l("a paid order was given its numbers"),
    "win.created": _l("a ticket of your players won"),
}

_ERRORS: Mapping[str, object] = {
    "address_not_allowed": _l("The name leads to an address that is not public."),
    "name_unknown": _l("The name leads nowhere."),
    "timeout": _l("No answer in time."),
    "tls_failed": _l("The connection could not be secured: look at the certificate."),
    "answer_not_understood": _l("What came back is not HTTP."),
    "connection_failed": _l("The connection failed."),
    "redirected": _l("It answered with a redirect, which is not followed."),
}


def error_words(code: str) -> str:
    """A failed try in a sentence."""
    if code in _ERRORS:
        return str(_ERRORS[code])
    return str(gettext("It answered with an error."))


def reason_words(because: str) -> str:
    """Why an endpoint is disabled."""
    if because == "gone":
        return str(gettext("It answered 410 Gone."))
    if because == "failing":
        return str(gettext("It failed for three days without a single success."))
    return str(gettext("It was disabled here."))
