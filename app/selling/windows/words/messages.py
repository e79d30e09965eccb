"""The sentences for the error codes of every game of windows."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "site_not_live": _l("This partner's site is not selling tickets right now."),
    "round_closed": _l("This round takes no more orders. Choose a later round."),
    "round_sold_out": _l("Every ticket of this round is sold. Choose a later round."),
    "round_unbacked": _l("The next round does not take orders yet: its jackpot is not fully covered. Try again later."),
    "too_many_open_orders_of_player": _l(
        "This player has %(most)s orders that wait for payment. Pay one of them, or wait for the next round."
    ),
    "too_many_open_orders_of_requester": _l(
        "%(most)s orders from your connection wait for payment. Pay one of them, or try again in an hour or two."
    ),
    "too_many_open_orders": _l("Too many orders of this site are waiting for payment. Try again in a few minutes."),
    "no_round_ready": _l("No round takes orders right now. Try again in a moment."),
    "round_not_found": _l("There is no round with this number."),
    "journal_away": _l("We cannot make addresses safely right now. Nothing was ordered. Try again in a moment."),
    "win_not_found": _l("There is no such win."),
    "win_not_paid": _l("This win is not paid to you for good yet: once it is, note that your player has it."),
    "refund_not_here": _l("Nothing of this payment came to your balance as a refund: there is nothing to pass on."),
    "closing_block_not_found": _l("The closing block does not exist yet."),
    "number_invalid": _l("This must be a positive whole number in plain digits, given once."),
    "cursor_invalid": _l("This must be what an answer before gave as next."),
    "round_not_halted": _l("Only a halted round is decided by a person."),
    "promise_does_not_hold": _l("What the records say now is not what the round promised, so it cannot go on."),
    "seal_does_not_hold": _l("What the records say now is not what was sealed, so the round cannot go on."),
    "records_moving": _l("The chain moved while this was read. Try again in a moment."),
}
