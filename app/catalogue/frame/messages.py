"""The sentences for the error codes of a frame: whose it is, for which player, with which games."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "player_identifier_invalid": _l(
        "A player identifier is missing or not allowed. It has 1 to 120 letters, marks and digits of any script, "
        "spaces, points, underscores, hyphens or apostrophes, and nothing invisible; a private one may also have signs "
        "such as @, | and #. Open the lottery again from the page it is part of."
    ),
    "partner_not_found": _l("There is no such partner site. Check the address of the frame."),
    "parameter_repeated": _l("The address gives %(name)s more than once. Open the lottery again from its page."),
    "parameter_conflict": _l("The address gives both %(name)s and %(other)s. Open the lottery again from its page."),
    "game_not_offered": _l("This partner's frame does not offer this game any more. Orders that exist stay valid."),
}
