"""The sentences for what is refused about letters; who writes them reads them."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

MESSAGES: Final[dict[str, object]] = {
    "letter_missing": _l("Write what it is about."),
    "letter_too_long": _l("At most %(most)s characters: say the rest in a second letter."),
    "letter_invalid": _l("There is something in it that does not show."),
    "letter_about_invalid": _l("A number is letters, digits and hyphens."),
    "letters_too_many": _l("That was your last letter for now. You can write again tomorrow."),
    "letter_not_found": _l("There is no such letter."),
    "letter_ended": _l("It was answered or closed already."),
}
