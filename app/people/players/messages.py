"""The sentences for the error codes of playing responsibly."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "currency_unknown": _l("This is not a currency that is played in."),
    "amount_out_of_range": _l("This amount is not possible."),
    "amount_unreadable": _l("Write the amount in digits, like 1250 or 12.50."),
    "amount_unclear": _l(
        "A point or comma before three digits may mean thousands or a fraction. Leave it out: 1250, or 1250.50."
    ),
    "amount_too_long": _l("This amount has too many digits. Check it."),
    "amount_without_parts": _l("Write the amount in whole units."),
    "days_out_of_range": _l("Choose between %(least)s and %(most)s days."),
    "months_out_of_range": _l("Choose between %(least)s and %(most)s months."),
    "no_raise_waits": _l("No such raise waits for your confirmation."),
    "raise_too_early": _l("A limit is raised 24 hours after you asked at the earliest: from %(opensAt)s on."),
    "player_excluded": _l("You have excluded yourself until %(endsAt)s. Nobody can shorten that."),
    "player_timed_out": _l("You have taken time off until %(endsAt)s."),
    "erasure_held": _l(
        "You have a site or money here, or are an operator: hand that over, draw it out or end it first."
    ),
    "player_blocked": _l("This person is shut out already."),
    "player_not_blocked": _l("This person is not shut out."),
    "deposit_limit_reached": _l(
        "Your limit of deposits lets %(leftMinor)s through at the moment. This amount fits again from %(freesAt)s on."
    ),
    "stake_limit_reached": _l(
        "Your limit of stakes lets %(leftMinor)s through at the moment. This amount fits again from %(freesAt)s on."
    ),
    "loss_limit_reached": _l(
        "Your limit of losses lets %(leftMinor)s through at the moment. This amount fits again from %(freesAt)s on."
    ),
    "deposit_limit_exceeded": _l("This is more than your limit of deposits, %(limitMinor)s."),
    "stake_limit_exceeded": _l("This is more than your limit of stakes, %(limitMinor)s."),
    "loss_limit_exceeded": _l("This is more than your limit of losses, %(limitMinor)s."),
}
