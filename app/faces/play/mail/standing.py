"""How the account's mail address stands: whether codes replace it, and what waits."""

from __future__ import annotations

from typing import Any

from flask_login import current_user

from app.core.errors import DomainError
from app.faces.play.forms import ButtonForm
from app.people.accounts.email import replacing
from app.people.accounts.email.replacing import By
from app.people.players.queries import read_now


def standing() -> dict[str, Any]:
    """What the card of the mail address shows. `stands_in_way` and `phone_stands_in_way` say why codes do not replace
    it, from its mailbox and without."""
    waiting = replacing.waiting(current_user.id)
    return {
        "waiting": waiting,
        "may_be_taken": waiting is not None and waiting.opens_at is not None and waiting.opens_at <= read_now(),
        "stands_in_way": _refusal("email"),
        "phone_stands_in_way": _refusal("phone"),
        "button": ButtonForm(formdata=None),
    }


def _refusal(by: By) -> DomainError | None:
    try:
        replacing.way(current_user.id, by)
    except DomainError as error:
        return error
    return None
