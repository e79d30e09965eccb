"""How often mails to a mailbox may be asked for, and codes tried. Pages and JSON count together.

Each requester is counted for itself: a network, a person who is signed in, or a browser that has been signed in to that
very mailbox before and has kept a cookie that says so. Strangers together have a bound for each mailbox, so that nobody
is flooded from many networks; of it one neighbourhood of networks has a part, for a line has hundreds of them. That
bound is no business of the browsers that are known there. So a stranger locks no owner out of a browser that they have
used, and out of another one only from many neighbourhoods, for an hour at a time.

What is counted is counted in this order and no further than the first refusal: whoever is refused for his own tries
uses up nothing of the mailbox's.
"""

from __future__ import annotations

from typing import Final

from flask import g
from flask_login import current_user

from app.core.config import current_settings
from app.core.errors import DomainError
from app.core.limits.limiter import limiter, logins_limit
from app.core.limits.requester import keyed_mark, neighbourhood, requester, requester_mark
from app.people.accounts.rules import Asker, mailbox_of, normalise_email

from .known_browser import known_id

CONFIRMATIONS: Final = "login-confirmations"
_TRIES_PER_LOGIN: Final = 6
_STRANGERS: Final = 3  # so many times what one of them may


def count_login_mail(text: str, *, has_cookies: bool = True) -> Asker:
    """Count a login mail to the address in `text` before it is sent; who it is counted for.

    Raises:
        DomainError: `email_invalid`; that is counted too.
        RateLimitExceeded: answered 429.
    """
    try:
        address = normalise_email(text)
    except DomainError:
        _count_one(requester())
        raise
    known = known_id(address) if has_cookies else None
    if known is not None:
        _count_one(f"browser {known}")
        return Asker(requester_mark("login codes", f"browser {known}"), is_known=True)
    _count_one(requester())
    _count_to("links", address, neighbourhood())
    return Asker(requester_mark("login codes"), is_known=False)


def count_mail_of_person(text: str) -> None:
    """Count a mail that somebody who is signed in has us send to another mailbox. Raises as `count_login_mail`."""
    person = f"person {current_user.get_id()}"
    _count_one(person)
    _count_to("changes", normalise_email(text), person)


def _count_one(who: str) -> None:
    g.mail_asker = who
    _count_asker()


def _count_to(what: str, address: str, who: str) -> None:
    """Changes of other people's addresses use up no links to sign in. The keys hold no address, nor what an address
    could be tried against."""
    g.mail_to = f"{what} {keyed_mark('mailbox', mailbox_of(address)).hex()}"
    g.mail_asker_to = f"{who} to {g.mail_to}"
    _count_asker_to()
    _count_mailbox()


def _half() -> str:
    return f"{(current_settings().logins_per_hour + 1) // 2} per hour"


def _of_strangers() -> str:
    return f"{current_settings().logins_per_hour * _STRANGERS} per hour"


@limiter.shared_limit(logins_limit, scope="mails-by-asker", key_func=lambda: g.mail_asker)
def _count_asker() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(_half, scope="mails-by-asker-and-mailbox", key_func=lambda: g.mail_asker_to)
def _count_asker_to() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(_of_strangers, scope="mails-by-mailbox", key_func=lambda: g.mail_to)
def _count_mailbox() -> None:
    """Raises RateLimitExceeded."""


def confirmer() -> str:
    """Whose confirmations are counted together: a browser's that has been signed in before, or else a network's."""
    known = known_id()
    return f"browser {known}" if known is not None else requester()


def confirmations_limit() -> str:
    return f"{current_settings().logins_per_hour * _TRIES_PER_LOGIN} per hour"
