"""The sentences for the error codes of the rail of bets."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

MESSAGES: Final[dict[str, object]] = {
    "config_unknown": _l("There is no such setting."),
    "config_invalid": _l("This setting cannot have that value."),
    "config_changed": _l("The configuration has been changed meanwhile."),
    "game_not_found": _l("There is no such game."),
    "draw_not_found": _l("There is no such draw."),
    "draw_not_selling": _l("This draw is sealed, over or cancelled already."),
    "draw_is_over": _l("This draw is over: what it still holds is kept in case its result is corrected."),
    "draw_not_skipped": _l("Nobody has skipped this draw."),
    "draw_gives_back": _l("Not all that was staked on this draw has gone back yet. Try again in a moment."),
    "days_invalid": _l("Choose a first and a last day, at most %(most)s days."),
    "draw_has_result": _l("Only a sealed draw of an official lottery without a result is cancelled."),
    "evidence_missing": _l("Say where the lottery says so, in at most %(most)s characters."),
    "bankroll_needed": _l("Draws have so much of the bankroll, or others have a claim on it: it cannot leave."),
    "draw_not_sealed": _l("This draw is not sealed."),
    "draw_not_resulted": _l("This draw has no result."),
    "draw_differs": _l("What was sold and what its rows say differ."),
    "ticket_not_found": _l("There is no such ticket."),
    "ticket_is_sealed": _l("What is left of this ticket is sealed, or has gone back already."),
    "betting_closed": _l("Bets on this draw are closed."),
}
