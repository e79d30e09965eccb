"""How often passwords may be tried. Nobody's tries are another's, and nobody is locked out for good.

One asker has so many tries of an account in an hour, and begins anew once one was right; a browser that was signed in
there before is counted for itself. Strangers together have a bound for each account, which is no business of browsers
that are known there; whoever meets it comes in by a code, which is bounded by messages alone. Accounts that there are
not are counted as well, so that no limit tells which there are.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import g
from flask_limiter.errors import RateLimitExceeded

from app.core.errors import TooMany
from app.core.limits.limiter import limiter, seconds_until_reset
from app.core.limits.requester import keyed_mark, requester
from app.people.accounts.codes.contacts import Contact
from app.people.accounts.codes.limits import tries_limit
from app.people.accounts.login.known_browser import known_id
from app.people.accounts.login.settings import account_settings

_AN_HOUR: Final = 3_600


def count_try(contact: Contact) -> None:
    """Count a password for the account with this address before it is looked at.

    Raises:
        TooMany: `password_tried_too_often`: of this account; a code is another way in.
        RateLimitExceeded: of all accounts together, answered 429.
    """
    known = known_id(contact.text)
    g.password_asker = f"browser {known}" if known is not None else requester()
    g.password_account = keyed_mark("passwords of", contact.text).hex()
    _count_or_refuse()
    _count_asker()
    if known is None:
        try:
            _count_account()
        except RateLimitExceeded:
            raise _too_often() from None


def count_own_try(user_id: UUID) -> None:
    """Count a password that somebody who is signed in gives for what he has. Raises TooMany, as above."""
    g.password_asker = f"person {user_id}"
    g.password_account = "own"
    _count_or_refuse()


def was_right() -> None:
    """What was just counted was no guess: who gave it begins anew with this account."""
    for counted in g.password_counted:
        limiter.limiter.clear(counted.limit, *counted.request_args)


def _count_or_refuse() -> None:
    try:
        _count_try()
    except RateLimitExceeded:
        raise _too_often() from None
    g.password_counted = list(limiter.current_limits)  # the next count takes their place there


def _too_often() -> TooMany:
    return TooMany("password_tried_too_often", retry_after=min(seconds_until_reset() or _AN_HOUR, _AN_HOUR))


def _of_one() -> str:
    return f"{account_settings().password_tries} per hour"


def _of_strangers() -> str:
    most = account_settings().password_tries_of_strangers
    return f"{most} per hour; {4 * most} per day"


@limiter.shared_limit(_of_one, scope="password-tries", key_func=lambda: f"{g.password_asker} {g.password_account}")
def _count_try() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(tries_limit, scope="password-tries-of-all-accounts", key_func=lambda: g.password_asker)
def _count_asker() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(_of_strangers, scope="password-tries-by-account", key_func=lambda: g.password_account)
def _count_account() -> None:
    """Raises RateLimitExceeded."""
