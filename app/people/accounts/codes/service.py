"""The verbs of codes: asked for, tried, and what a right one opens. Nothing here commits.

Whether a contact is anybody's is not asked before its code is proven, so no answer can tell.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update

from app.core import clock
from app.core.database.session import db
from app.core.errors import Unavailable
from app.core.ids import created_at, hash_secret, new_id, new_secret
from app.core.sealing.columns import lookup
from app.people.accounts.models import LoginCode
from app.people.accounts.queries import database_now
from app.people.accounts.rules import CODE_DIGITS, Asker
from app.record.notifications.service import send_later

from .contacts import Contact, sends_sms

Deed = Literal["erasing", "mail", "way"]
"""What a code proves for: erasing an account, replacing its mail address, adding a way or replacing its phone."""
LIFETIME: Final = timedelta(minutes=5)
RESEND_AFTER: Final = timedelta(seconds=30)
OWN_TRIES: Final = 5
STRAY_TRIES: Final = 3
"""Of everybody but who asked: they cannot use up the tries of who did. A million codes, and eight tries of each."""
_KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """What who asked is told, and what a browser keeps of it."""

    code_id: UUID
    browser: str | None
    resend_after: int


@dataclass(frozen=True, slots=True)
class Trier:
    """Who tries a code: the mark of the request, and the browser's secret, if it has one."""

    mark: bytes
    browser: str | None = None


def ask(
    contact: Contact,
    asker: Asker,
    *,
    locale: str,
    browser: str | None = None,
    for_user: UUID | None = None,
    sets_password: bool = False,
    proves: Deed | None = None,
    template: str | None = None,
    next_path: str = "",
) -> Sent:
    """Send a code, unless the same requester was sent one less than half a minute ago; the answer is the same.
    It joins the contact to `for_user` (or `proves`, for one deed, that whoever asks has it), or sets a password, or
    else signs in, and does nothing but that. Raises as `check_sent`.
    """
    check_sent(contact)
    _one_at_a_time(contact)
    waiting = _sent_just_now(contact, Trier(asker.mark, browser), for_user, sets_password, proves is not None)
    if waiting is not None:
        return Sent(waiting[0].id, browser, waiting[1])
    code_id, code = new_id(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    db.session.add(
        LoginCode(
            id=code_id,
            channel=contact.channel,
            contact=contact.text,
            for_user_id=for_user,
            sets_password=sets_password,
            proves=proves is not None,
            code_hash=_code_hash(code_id, code, proves),
            browser_hash=hash_secret(browser) if browser else None,
            counted_as=asker.mark,
            next_path=next_path,
            expires_at=database_now() + LIFETIME,
        )
    )
    _send(contact, template or _template(for_user, sets_password), code, locale)
    return Sent(code_id, browser, int(RESEND_AFTER.total_seconds()))


def check_sent(contact: Contact) -> None:
    """Raises Unavailable `sms_not_sent`: nobody carries SMS here."""
    if contact.channel == "sms" and not sends_sms():
        raise Unavailable("sms_not_sent", retry_after=3600)


def is_sent(
    contact: Contact, trier: Trier, *, for_user: UUID | None = None, sets_password: bool = False, proves: bool = False
) -> bool:
    """Whether asking now would send a message. A look without a lock: of two at once both are told that it would."""
    return _sent_just_now(contact, trier, for_user, sets_password, proves) is None


def use(
    contact: Contact,
    code: str | None,
    trier: Trier,
    *,
    for_user: UUID | None = None,
    sets_password: bool = False,
    proves: Deed | None = None,
) -> LoginCode | None:
    """Use a code of this contact up: the newest that whoever tries asked for, or the newest of all, which its owner
    reads as well, whoever had it sent. None if it is neither.

    Each try is counted first, so the caller commits whatever the answer is.
    """
    _one_at_a_time(contact)
    found = _open(contact, for_user, sets_password, proves is not None)
    own = [one for one in found if _is_own(one, trier)][:1]
    for one in (*own, *(one for one in found[:1] if one not in own)):
        expected = _code_hash(one.id, code or "", proves)
        if _count_try(one.id, is_own=one in own) and hmac.compare_digest(one.code_hash, expected):
            return _consumed(one.id)
    return None


def of_browser(code_id: UUID, browser: str, *, sets_password: bool = False) -> LoginCode | None:
    """The code that this browser asked for, to this end, and has not used; too old is not asked."""
    found = db.session.get(LoginCode, code_id, populate_existing=True)
    if found is None or found.consumed_at is not None or found.sets_password is not sets_password:
        return None
    return found if _is_own(found, Trier(b"", browser)) else None


def to_join(user_id: UUID) -> LoginCode | None:
    """The newest open code by which this person may add something to their account."""
    return db.session.scalar(
        select(LoginCode)
        .where(LoginCode.for_user_id == user_id, ~LoginCode.proves, _is_open())
        .order_by(LoginCode.id.desc())
        .limit(1)
    )


def wait_after(found: LoginCode) -> int:
    """How many seconds from now another one may be asked for."""
    left = created_at(found.id) + RESEND_AFTER - clock.now()
    return int(min(max(left, timedelta(0)), RESEND_AFTER).total_seconds())


def forget_others(contact: Contact) -> None:
    """Who has come in needs none of the codes that were sent before."""
    db.session.execute(
        update(LoginCode)
        .where(LoginCode.contact_hash == contact.hash, LoginCode.for_user_id.is_(None), _is_open())
        .values(consumed_at=database_now())
    )


def new_browser() -> str:
    """A secret by which a browser is known again as the one that asked."""
    return new_secret()


def purge() -> int:
    """Delete codes of more than a day ago; how many. Repeats safely."""
    result = db.session.execute(delete(LoginCode).where(LoginCode.expires_at < database_now() - _KEPT_FOR))
    return result.rowcount if isinstance(result, CursorResult) else 0


def _sent_just_now(
    contact: Contact, trier: Trier, for_user: UUID | None, sets_password: bool, proves: bool
) -> tuple[LoginCode, int] | None:
    """The code that whoever tries was sent less than half a minute ago, and how long no other one is sent."""
    now = db.session.scalars(select(database_now())).one()
    last = next((one for one in _open(contact, for_user, sets_password, proves) if _is_own(one, trier)), None)
    seconds = _seconds_to_wait(last, now) if last is not None else 0
    return (last, seconds) if last is not None and seconds else None


def _seconds_to_wait(last: LoginCode, now: datetime) -> int:
    """How long no other one is sent; 0: one may be."""
    wait = created_at(last.id) + RESEND_AFTER - now
    return max(int(wait.total_seconds() + 0.999), 1) if timedelta(0) < wait <= RESEND_AFTER else 0


def _send(contact: Contact, template: str, code: str, locale: str) -> None:
    db.session.flush()
    minutes = LIFETIME.seconds // 60
    send_later(contact.channel, contact.text, template, locale, good_for=LIFETIME, code=code, minutes=minutes)


def _one_at_a_time(contact: Contact) -> None:
    """Until the caller's transaction ends nobody else asks for a code of this contact, or uses one: who uses one
    forgets the others, and two who did that at once would wait for each other."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"code:{contact.hash.hex()}", 0))
    db.session.execute(select(lock)).one()


def _template(for_user: UUID | None, sets_password: bool) -> str:
    if for_user is None:
        return "password_code" if sets_password else "login_code"
    return "joining_code"


def _open(contact: Contact, for_user: UUID | None, sets_password: bool, proves: bool) -> list[LoginCode]:
    """Codes that open something, the newest first. One to sign in joins nothing to an account, nor the other way, and
    only one that was sent for it sets a password, or proves who asks."""
    for_whom = LoginCode.for_user_id.is_(None) if for_user is None else LoginCode.for_user_id == for_user
    rows = db.session.scalars(
        select(LoginCode)
        .where(LoginCode.contact_hash == contact.hash, for_whom, _is_open())
        .where(LoginCode.sets_password.is_(sets_password), LoginCode.proves.is_(proves))
        .order_by(LoginCode.id.desc())
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _consumed(code_id: UUID) -> LoginCode | None:
    """One UPDATE decides who of several uses it up."""
    return db.session.scalar(
        update(LoginCode)
        .where(LoginCode.id == code_id, _is_open())
        .values(consumed_at=database_now())
        .returning(LoginCode)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def _is_open() -> ColumnElement[bool]:
    return LoginCode.consumed_at.is_(None) & (LoginCode.expires_at > database_now())


def _is_own(found: LoginCode, trier: Trier) -> bool:
    """Whether who tries asked for it: the same browser, or for want of one the same requester."""
    if found.browser_hash is None:
        return hmac.compare_digest(found.counted_as, trier.mark)
    return trier.browser is not None and hmac.compare_digest(found.browser_hash, hash_secret(trier.browser))


def _count_try(code_id: UUID, *, is_own: bool) -> bool:
    """Count one try; False if those are used up that who tries has a share in."""
    column, most = (LoginCode.own_tries, OWN_TRIES) if is_own else (LoginCode.stray_tries, STRAY_TRIES)
    counted = db.session.execute(
        update(LoginCode)
        .where(LoginCode.id == code_id, _is_open(), column < most)
        .values({column: column + 1})
        .returning(LoginCode.id)
        .execution_options(synchronize_session=False)
    )
    return counted.one_or_none() is not None


def _code_hash(code_id: UUID, code: str, proves: Deed | None) -> bytes:
    return lookup("login code", f"{code_id}|{code}" + (f"|{proves}" if proves else ""))
