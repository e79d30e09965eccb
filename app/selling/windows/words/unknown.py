"""Of what can be checked nowhere: what it looks like, and what to do, as the server and scripts say it."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString, lazy_gettext

LOOKS_LIKE: Final[dict[str, LazyString]] = {
    "empty": lazy_gettext("There is nothing in it yet: open a file, or paste a text into the field."),
    "paper": lazy_gettext("This document has no receipt in it. Only the one that we make has the file inside."),
    "bytes": lazy_gettext("This file is no text, and no PSBT. If it is a picture, open the file that it shows."),
    "elsewhere": lazy_gettext("This link leads to another site. Only links to this one can be verified here."),
    "cut": lazy_gettext("This is JSON that was cut off or changed, so that it cannot be read. Paste it whole."),
    "list": lazy_gettext("This is a list. What is checked here is one record: a bundle, a receipt or an order."),
    "record": lazy_gettext(
        "This is JSON, but neither a proof bundle, a receipt nor an order: it has no terms and no round in it."
    ),
}


def unknown_words() -> dict[str, str]:
    """The same for scripts."""
    return {f"unknown_{name}": str(words) for name, words in LOOKS_LIKE.items()}
