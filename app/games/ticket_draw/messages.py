"""The sentence for the main game's own error code."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "slip_not_found": _l(
        "There is no such order. It becomes public with its first confirmed payment; before that only its private link "
        "opens it."
    ),
}
