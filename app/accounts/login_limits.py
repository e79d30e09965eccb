"""How often a login may be asked for and tried. Pages and JSON count together."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, request
from flask_limiter.util import get_remote_address

from app.core.errors import DomainError
from app.core.ids import hash_secret

from .rules import normalise_email

MAILS = "login-mails"
MAILBOXES = "login-mailboxes"
CONFIRMATIONS = "login-confirmations"

_TRIES_PER_LOGIN = 6


def mailbox_key() -> str:
    """One counter an address, whoever asks: nobody's mailbox is filled from many machines. The key keeps no address."""
    try:
        address = normalise_email(_email())
    except DomainError:
        return f"login-from:{get_remote_address()}"
    return f"login-to:{hash_secret(address).hex()[:32]}"


def confirmations_limit() -> str:
    return f"{current_app.config['SETTINGS'].logins_per_hour * _TRIES_PER_LOGIN} per hour"


def _email() -> str:
    body = request.get_json(silent=True) if request.is_json else request.form
    email = body.get("email") if isinstance(body, Mapping) else None
    return email if isinstance(email, str) else ""
