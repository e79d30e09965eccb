"""The sentences for the error codes of the console."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "operator_unknown": _l("This page is for operators. Sign in with an operator's name and password."),
    "totp_in_force": _l("One-time codes are set up already. Two other operators reset them."),
    "totp_refused": _l("This is not the code that belongs to it now. Write the one that your phone shows."),
    "operator_not_privileged": _l("You may not open this part of the console (%(module)s)."),
    "reason_too_long": _l("Use at most %(most)s characters."),
    "choice_unknown": _l("This is none of the choices."),
    "nothing_ticked": _l("Tick at least one round."),
    "none_ticked": _l("Tick at least one row."),
    "difference_not_found": _l("There is no such difference."),
    "difference_explained": _l("Somebody has explained it meanwhile, or it is gone."),
    "receipt_invalid": _l("Name the paper that shows why, in at most %(most)s characters."),
    "person_unknown": _l("Nobody has this address, number or id."),
    "bank_invalid": _l("Write the account as the ledger names it: a bank, or clearing: and ours with its provider."),
    "number_invalid": _l("Write a whole number."),
    "day_over": _l("This day is over: nothing of it can be skipped."),
    "day_not_skipped": _l("No draw of this day is skipped that could still be held."),
    "day_has_no_draw": _l("No draw of this day can be skipped any more: they are sealed, over or skipped already."),
    "day_invalid": _l("Write a day as year-month-day."),
    "search_invalid": _l("At most %(most)s characters, all of them visible."),
    "switch_unknown": _l("There is no such switch."),
    "round_not_halted": _l("This round is not halted."),
    "promise_does_not_hold": _l("The round is not what was promised: what our tables say is not what was published."),
    "seal_does_not_hold": _l("The seal does not hold: what our tables say is not what was published."),
    "not_drawn": _l("This round is not drawn yet."),
    "queue_away": _l("Redis does not answer, so no job can be asked for. Try again in a moment."),
    "psbt_missing": _l("Paste the signed PSBT, or choose its file."),
    "refund_not_found": _l("There is no such refund."),
    "refund_borne": _l("It is decided already who bears this refund."),
    "refund_is_spent": _l("There is nothing in the player's wallet that could be taken. The house bears it."),
    "difference_waits_for_two": _l("Of this one two operators say who bears it: at its payment."),
}
