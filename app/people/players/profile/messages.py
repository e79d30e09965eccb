"""The sentences for the error codes of registering."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "too_young": _l(
        "Whoever plays here has to be %(years)s years old or older. We have kept nothing of what you sent."
    ),
    "age_in_question": _l("This makes you %(age)s years old. Check the year."),
    "birth_date_invalid": _l("Write the day on which you were born, like 1990-12-31."),
    "person_name_invalid": _l("Write your name as it stands in your papers: letters only, all of one script."),
    "jurisdiction_unknown": _l("Nobody can register from there."),
    "locale_unknown": _l("We do not speak this language."),
    "already_registered": _l("You are registered already."),
    "not_registered": _l("Register first: we have to know who you are and how old."),
    "player_refused": _l(
        "We cannot let you in with these details, and must not say why here. If you think that this is a mistake, "
        "write to us."
    ),
}
