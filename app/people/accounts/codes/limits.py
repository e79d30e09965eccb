"""How often codes may be asked for. What is bounded for a number or a mailbox is messages, never the use of a code.

Requests are counted for who asks: a network, or a browser that has been signed in to that very account before. Messages
are counted where they go, once they are to be sent: what sends none uses up nobody's. There each use of codes (signing
in, setting a password, adding to an account, showing that one has it) has a share of its own; the spellings of a
mailbox have one together. A known browser has its own, and all of an account twice that, for its owner makes as many
as he likes; of the strangers' share one neighbourhood of networks has half, so that one stranger leaves an owner enough
for a browser that nobody knows. SMS cost, and some are asked for by who earns on them: there are so many a day in all,
and to one country, and those of known browsers are counted apart.
"""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from flask import g

from app.core.database.session import end_reading, transaction
from app.core.errors import DomainError, TooMany, Unavailable
from app.core.limits.budgets import Budget, Spent, spend
from app.core.limits.limiter import limiter
from app.core.limits.requester import keyed_mark, neighbourhood, requester, requester_mark
from app.people.accounts.login.known_browser import known_id
from app.people.accounts.login.settings import account_settings
from app.people.accounts.rules import Asker
from app.record.audit.service import raise_alarm

from . import service
from .contacts import Contact, contact_of, country_of
from .service import Trier

Use = Literal["sign_in", "password", "joining", "proof"]

_TRIES_PER_CODE: Final = 4
_SOON_MINUTES: Final = 60
_SMS: Final = "sms"
_SMS_TO_COUNTRY: Final = "sms to a country"


def count_request(use: Use, *, phone: str | None, email: str | None) -> tuple[Contact, Asker]:
    """Count that a code to this contact is asked for, whatever comes of it; the contact, and who it is counted for.

    Raises:
        DomainError: as `contact_of`; what is no contact is counted too.
        RateLimitExceeded: answered 429.
    """
    try:
        contact = contact_of(phone=phone, email=email)
    except DomainError:
        _count(use, requester())
        raise
    known = known_id(contact.text)
    _count(use, f"browser {known}" if known is not None else requester())
    return contact, asker_of(contact)


def count_message(
    use: Use, contact: Contact, asker: Asker, *, browser: str | None = None, of: UUID | None = None
) -> None:
    """Count the message with the code, unless there will be none. `browser`: the secret of the one that asks; `of`:
    to whose account the contact is added, or belongs.

    Raises:
        TooMany: `codes_sent_too_often`, `codes_sent_too_often_today`.
        Unavailable: `sms_not_sent`, `sms_used_up`.
    """
    service.check_sent(contact)
    trier = Trier(asker.mark, browser)
    is_sent = service.is_sent(contact, trier, for_user=of, sets_password=use == "password", proves=use == "proof")
    end_reading()
    if not is_sent:
        return
    spent = spend(*_of_target(use, contact, asker), *_of_sms(contact, asker))
    if spent is not None and spent.budget.name.startswith(_SMS):
        _tell_of_sms(spent)
        raise Unavailable("sms_used_up", retry_after=spent.seconds)
    if spent is not None:
        raise _too_often(spent.seconds)


def asker_of(contact: Contact) -> Asker:
    """Who asks about this contact, by the request alone."""
    known = known_id(contact.text)
    if known is not None:
        return Asker(requester_mark("codes", f"browser {known}"), is_known=True)
    return Asker(requester_mark("codes"), is_known=False)


def tries_limit() -> str:
    return f"{account_settings().codes_per_hour * _TRIES_PER_CODE} per hour"


def _of_target(use: Use, contact: Contact, asker: Asker) -> list[Budget]:
    """An hour's and a day's share. Signing in and setting a password together are four times the setting in a day: the
    fewer codes open an account, the fewer are guessed (decision 46)."""
    most = account_settings().codes_per_contact
    an_hour, a_day = (most, 3 * most) if use == "sign_in" else (_half(most), most)
    to = keyed_mark("codes to", contact.counted_as).hex()
    if asker.is_known:
        return [
            Budget(f"{use} codes of a browser", f"{asker.mark.hex()} {to}", _rate(an_hour, a_day)),
            Budget(f"{use} codes of known browsers", to, _rate(2 * an_hour, 2 * a_day)),
        ]
    near = keyed_mark("codes near", neighbourhood()).hex()
    return [
        Budget(f"{use} codes of a neighbourhood", f"{near} {to}", _rate(_half(an_hour), _half(a_day))),
        Budget(f"{use} codes of strangers", to, _rate(an_hour, a_day)),
    ]


def _of_sms(contact: Contact, asker: Asker) -> list[Budget]:
    if contact.channel != "sms":
        return []
    settings, whose = account_settings(), "known" if asker.is_known else "strangers"
    return [
        Budget(_SMS_TO_COUNTRY, f"{country_of(contact.text)} {whose}", f"{settings.sms_per_day_to_country} per day"),
        Budget(_SMS, whose, f"{settings.sms_per_day} per day"),
    ]


def _tell_of_sms(spent: Spent) -> None:
    where = "all" if spent.budget.name == _SMS else spent.budget.key.partition(" ")[0]
    with transaction():
        raise_alarm("sms_used_up", f"sms:{where}", most=spent.budget.most)


def _too_often(seconds: int) -> TooMany:
    minutes = -(-seconds // 60)
    if minutes > _SOON_MINUTES:
        return TooMany("codes_sent_too_often_today", retry_after=seconds)
    return TooMany("codes_sent_too_often", retry_after=seconds, minutes=minutes)


def _half(most: int) -> int:
    return (most + 1) // 2


def _rate(an_hour: int, a_day: int) -> str:
    return f"{an_hour} per hour; {a_day} per day"


def _count(use: Use, who: str) -> None:
    g.code_asker = f"{use} {who}"
    _count_asker()


def _per_hour() -> str:
    return f"{account_settings().codes_per_hour} per hour"


@limiter.shared_limit(_per_hour, scope="codes-by-asker", key_func=lambda: g.code_asker)
def _count_asker() -> None:
    """Raises RateLimitExceeded."""
