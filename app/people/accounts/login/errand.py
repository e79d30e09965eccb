"""What a visitor was about to do when he left to pay in: its page is offered again once he has."""

from __future__ import annotations

from typing import Final

from flask import session

from app.people.accounts.rules import local_path

_KEY: Final = "errand"


def leave(path: str | None) -> None:
    """He comes from that page of ours, or from none that is to be offered: then an older one is forgotten."""
    known = local_path(path, "")
    if known:
        session[_KEY] = known
    else:
        session.pop(_KEY, None)


def left() -> str | None:
    """Where it goes on."""
    found = session.get(_KEY)
    return found if isinstance(found, str) else None
