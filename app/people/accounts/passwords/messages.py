"""The sentences for what people are told about passwords."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "password_too_short": _l("Use at least %(least)s characters. A few words in a row are easy to keep in mind."),
    "password_too_long": _l("This is too long for a password: at most %(most)s letters."),
    "password_is_email": _l("This is your mail address, the first thing that anybody would try. Use something else."),
    "password_guessed": _l(
        "This is among the passwords that are tried first: common words, names, years or keys in a row. Use something "
        "else."
    ),
    "password_refused": _l("This address and password do not belong together. Try again, or sign in by a code."),
    "password_wrong": _l("This is not your password. If you have forgotten it, set a new one by a code."),
    "password_not_set": _l("Your account has no password. Set one by a code."),
    "password_tried_too_often": _l("Tried too often. Sign in by a code instead, or wait an hour."),
    "passwords_busy": _l("Too many people are signing in at this moment. Try again in a few seconds."),
}
