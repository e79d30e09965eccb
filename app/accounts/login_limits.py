"""How often a login may be asked for and tried. Pages and JSON count together."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from app.core.errors import DomainError
from app.core.http import parse_json
from app.core.ids import hash_secret
from app.core.requester import requester
from app.core.web import speaks_json

from .rules import normalise_email

MAILS = "login-mails"
MAILBOXES = "login-mailboxes"
CONFIRMATIONS = "login-confirmations"

_TRIES_PER_LOGIN = 6


def mailbox_key() -> str:
    """One counter an address, whoever asks: nobody's mailbox is filled from many machines. The key keeps no address."""
    try:
        address = normalise_email(_email())
    except (DomainError, HTTPException, OSError):  # the limiter would take it for a Redis that is away
        return f"login-from:{requester()}"
    return f"login-to:{hash_secret(address).hex()[:32]}"


def confirmations_limit() -> str:
    return f"{current_app.config['SETTINGS'].logins_per_hour * _TRIES_PER_LOGIN} per hour"


def _email() -> str:
    """The address as the view will read it. Raises DomainError for a body that no view reads."""
    body = parse_json(request.get_data(cache=True)) if speaks_json() else request.form
    email = body.get("email") if isinstance(body, Mapping) else None
    return email if isinstance(email, str) else ""
