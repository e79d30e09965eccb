"""The sentences for the error codes of payments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "payment_not_found": _l("There is no such payment."),
    "gateway_off": _l("This way to pay is not open at the moment."),
    "gateway_other_currency": _l("This way to pay takes other currencies."),
    "amount_not_whole": _l("This way takes whole amounts, without parts, from %(leastMinor)s to %(mostMinor)s."),
    "amount_outside_gateway": _l("This way to pay takes amounts from %(leastMinor)s to %(mostMinor)s."),
    "amount_below_gateway": _l("This way to pay takes %(leastMinor)s or more."),
    "payer_number_needed": _l("MonCash takes money from your verified number alone. Verify a number first."),
    "payment_moved_on": _l("This payment has moved on since, and cannot be cancelled."),
    "payment_is_processing": _l(
        "This payment is being processed, and cannot be cancelled any more. Its page says what becomes of it."
    ),
    "payment_not_cancelled": _l("The provider did not answer, so nothing was cancelled. Try again in a minute."),
    "payment_not_paid": _l("This payment was not paid, so nothing can go back."),
    "payment_disputed": _l("The payer's bank is deciding about this payment. Wait until it has."),
    "refund_too_much": _l("Less than that is left of this payment: %(leftMinor)s."),
    "refund_spent": _l("Of this payment only %(leftMinor)s is still there: the rest is played or spent."),
    "nothing_to_send_back": _l("Nothing of this payment can be sent back: it is played, or on its way already."),
    "signature_wrong": _l("The signature is not right."),
}
