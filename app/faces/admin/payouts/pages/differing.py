"""What differs between a payout and what came back for it, as its page lists it: hashes in groups, amounts as read."""

from __future__ import annotations

from typing import Final

from flask import get_template_attribute
from markupsafe import Markup, escape

from app.core.errors import DomainError
from app.core.web.templating import sats
from app.core.wire.error_messages import message_for

_HASHES: Final = ("outpoint", "address", "payout")
_AMOUNTS: Final = ("sats", "intended", "cap")


def is_listed(errors: list[DomainError]) -> bool:
    """Whether they are more than a sentence at the field can hold."""
    return len(errors) > 1 or any(name in error.params for error in errors for name in _HASHES)


def told(error: DomainError) -> Markup:
    """The sentence, in which hashes stand as everywhere in the console."""
    params, shown = dict(error.params), dict[str, Markup]()
    for name in _AMOUNTS:
        if isinstance(value := params.get(name), int):
            params[name] = sats(value)
    for at, name in enumerate(one for one in _HASHES if one in params):
        mark = chr(0xE000 + at)  # nobody's letter: it holds the place until all else is escaped
        shown[mark] = _shown(name, str(params[name]))
        params[name] = mark
    words = str(escape(message_for(DomainError(error.code, status=error.status, field=None, **params))))
    for mark, markup in shown.items():
        words = words.replace(mark, str(markup))
    return Markup(words)


def _shown(name: str, value: str) -> Markup:
    if name == "payout":
        made = get_template_attribute("shared/_hash.html", "hash_short")(value, f"/admin/payouts/{value}", 8, 4)
    else:
        made = get_template_attribute("shared/_hash.html", "hash")(value)
    return Markup(made)
