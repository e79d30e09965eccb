"""How often codes may be asked for. What is bounded for a number or a mailbox is messages, never the use of a code.

A network, or a browser that has been signed in to that very contact before, is counted for itself. Strangers together
have a bound for each contact, so that nobody is flooded, and a guesser gets few codes to guess at; browsers that are
known there are no part of it. Each message that a stranger has sent brings a code, which its owner may use as well.
"""

from __future__ import annotations

from typing import Final

from flask import g

from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.limits.requester import keyed_mark, requester, requester_mark
from app.people.accounts.login.known_browser import known_id
from app.people.accounts.login.settings import account_settings
from app.people.accounts.rules import Asker

from .contacts import Contact, contact_of

_TRIES_PER_CODE: Final = 4


def count_code(*, phone: str | None, email: str | None) -> tuple[Contact, Asker]:
    """Count a code to this contact before it is sent; the contact, and who it is counted for.

    Raises:
        DomainError: as `contact_of`; what is no contact is counted too.
        RateLimitExceeded: answered 429.
    """
    try:
        contact = contact_of(phone=phone, email=email)
    except DomainError:
        _count(requester())
        raise
    asker = asker_of(contact)
    known = known_id(contact.text)
    _count(f"browser {known}" if known is not None else requester())
    if not asker.is_known:
        g.code_to = keyed_mark("codes to", contact.counted_as).hex()
        _count_contact()
    return contact, asker


def asker_of(contact: Contact) -> Asker:
    """Who asks about this contact, by the request alone."""
    known = known_id(contact.text)
    if known is not None:
        return Asker(requester_mark("codes", f"browser {known}"), is_known=True)
    return Asker(requester_mark("codes"), is_known=False)


def tries_limit() -> str:
    return f"{account_settings().codes_per_hour * _TRIES_PER_CODE} per hour"


def _count(who: str) -> None:
    g.code_asker = who
    _count_asker()


def _per_hour() -> str:
    return f"{account_settings().codes_per_hour} per hour"


def _of_strangers() -> str:
    most = account_settings().codes_per_contact
    return f"{most} per hour; {4 * most} per day"


@limiter.shared_limit(_per_hour, scope="codes-by-asker", key_func=lambda: g.code_asker)
def _count_asker() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(_of_strangers, scope="codes-by-contact", key_func=lambda: g.code_to)
def _count_contact() -> None:
    """Raises RateLimitExceeded."""
