"""The verbs of signing in and out. Nothing here commits; every secret is stored as a hash only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import hash_secret, new_id, new_secret
from app.core.sealing.columns import sealed
from app.core.sealing.keyring import NotOpened
from app.record.audit.service import note
from app.record.notifications.service import send_later

from .login import attempts
from .login.attempts import Asks, Method
from .models import EmailChange, EmailMagicLink, User, UserSession
from .queries import awaited_link, database_now, has_email, has_phone, link_is_live, session_is_live
from .rules import (
    ABSOLUTE_LIFETIME,
    CODE_ATTEMPTS_OF_STRANGERS_PER_DAY,
    CODE_ATTEMPTS_PER_DAY,
    CODE_ATTEMPTS_PER_LINK,
    CODE_DIGITS,
    LINK_LIFETIME,
    Asker,
    clean_agent,
    local_path,
    normalise_email,
)

_KEEP_LINKS = timedelta(days=1)  # the day over which code attempts are counted
_KEEP_SESSIONS = timedelta(days=30)


@dataclass(frozen=True)
class Asked:
    """What the browser that asked keeps, so that the link opens there and nowhere else."""

    link_id: UUID
    browser: str


@dataclass(frozen=True)
class SignedIn:
    """A new session. `token` exists here and in the browser only."""

    user_id: UUID
    contact: str
    token: str
    next_path: str


def request_link(
    email: str, asker: Asker, *, next_path: str | None, locale: str, previous: Asked | None = None
) -> Asked:
    """Send a login link and code to `email`. Whether a user has that address is neither asked nor told.

    A browser that asks again keeps its secret, so that the link of an earlier mail that comes late still opens in it.

    Raises DomainError `email_invalid`.
    """
    address = normalise_email(email)
    browser = previous.browser if previous and awaited_link(previous.link_id, previous.browser) else new_secret()
    link_id, token = new_id(), new_secret()
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    db.session.add(
        EmailMagicLink(
            id=link_id,
            email=address,
            token_hash=hash_secret(token),
            browser_hash=hash_secret(browser),
            code_hash=_code_hash(link_id, code),
            counted_as=asker.mark,
            is_known=asker.is_known,
            next_path=local_path(next_path),
            expires_at=database_now() + LINK_LIFETIME,
        )
    )
    db.session.flush()
    base_url = current_settings().base_url
    link = f"{base_url}/login/confirm?token={token}"
    send_later("email", address, "magic_link", locale, link=link, code=code, minutes=LINK_LIFETIME.seconds // 60)
    return Asked(link_id, browser)


def confirm_link(
    token: str, *, browser: str | None, agent: str, locale: str, network: str = "", old_session: str | None = None
) -> SignedIn | None:
    """Use a link up in the browser that asked for it, once; None if it is unknown, used, old or another browser's."""
    asks, link = Asks(agent, network), EmailMagicLink.token_hash == hash_secret(token)
    if browser is None:
        _refuse(link, "link", asks)
        return None
    return _consume(link, EmailMagicLink.browser_hash == hash_secret(browser), "link", asks, locale, old_session)


def confirm_code(
    asked: Asked, code: str | None, *, agent: str, locale: str, network: str = "", old_session: str | None = None
) -> SignedIn | None:
    """Use the code instead of the link, in the browser that asked; None if it is wrong, used, old or tried too often.

    The attempt is counted first, so the caller commits whatever the answer is.
    """
    link, asks = awaited_link(asked.link_id, asked.browser), Asks(agent, network)
    if link is None:
        _note_denied("code")
        return None
    this = EmailMagicLink.id == link.id
    if not _count_attempt(link) or not hmac.compare_digest(link.code_hash, _code_hash(link.id, code or "")):
        _refuse(this, "code", asks)
        return None
    return _consume(this, true(), "code", asks, locale, old_session)


def touch(session_id: UUID) -> None:
    """Remember that the session is in use."""
    db.session.execute(
        update(UserSession).where(UserSession.id == session_id, session_is_live()).values(last_seen_at=database_now())
    )


def end_session(token: str) -> None:
    """Sign out: revoke the session of `token`, if it is one."""
    sign_out_of(UserSession.token_hash == hash_secret(token))


def sign_out_of(which: ColumnElement[bool]) -> None:
    """The same of the session that is named otherwise."""
    for user_id, session_id in end_sessions(which):
        note(f"user:{user_id}", "account.logged_out", f"session:{session_id}")


def revoke_session(user_id: UUID, session_id: UUID) -> None:
    """End one of the user's sessions. Raises NotFound for any other."""
    if not end_sessions((UserSession.id == session_id) & (UserSession.user_id == user_id)):
        raise NotFound
    note(f"user:{user_id}", "account.session_revoked", f"session:{session_id}")


def revoke_other_sessions(user_id: UUID, *, keep: UUID) -> int:
    """End all of the user's sessions but one; how many there were."""
    ended = end_sessions((UserSession.user_id == user_id) & (UserSession.id != keep))
    for _, session_id in ended:
        note(f"user:{user_id}", "account.session_revoked", f"session:{session_id}")
    return len(ended)


def purge() -> int:
    """Delete links and sessions that no longer mean anything; how many. Repeats safely."""
    now = database_now()
    old_links = delete(EmailMagicLink).where(EmailMagicLink.expires_at < now - _KEEP_LINKS)
    old_sessions = delete(UserSession).where(
        or_(UserSession.expires_at < now - _KEEP_SESSIONS, UserSession.revoked_at < now - _KEEP_SESSIONS)
    )
    old_changes = delete(EmailChange).where(EmailChange.expires_at < now - _KEEP_LINKS)
    results = [db.session.execute(statement) for statement in (old_links, old_changes, old_sessions)]
    return attempts.purge() + sum(result.rowcount for result in results if isinstance(result, CursorResult))


def user_with_email(address: str, *, locale: str = "en") -> UUID:
    """The user whose (normalised) address this is; a new one if there is none yet. Safe under concurrent calls.

    Raises NotOpened: somebody wrote this address's hash into another's row.
    """
    return _user_with(has_email(address), "email", address, locale)


def user_with_phone(number: str, *, locale: str = "en") -> UUID:
    """The same of a phone's number in E.164."""
    return _user_with(has_phone(number), "phone", number, locale)


def _user_with(whose: ColumnElement[bool], way: str, text: str, locale: str) -> UUID:
    user_id = new_id()
    db.session.execute(
        insert(User)
        .values(id=user_id, locale=locale, **sealed(User, user_id, **{way: text}))
        .on_conflict_do_nothing(index_elements=[f"{way}_hash"])
    )
    found = db.session.scalars(select(User).where(whose)).one()
    if getattr(found, way) != text:
        raise NotOpened(f"the hash of user {found.id} is of another {way} than the sealed one")
    return found.id


def open_session(user_id: UUID, *, agent: str, strength: str = "link") -> str:
    """Start a session and return its token (192 random bits), which is not kept."""
    return new_session(user_id, agent=agent, strength=strength)[1]


def new_session(user_id: UUID, *, agent: str, strength: str) -> tuple[UUID, str]:
    """The same with the session's id."""
    session_id, token = new_id(), new_secret()
    db.session.add(
        UserSession(
            id=session_id,
            user_id=user_id,
            token_hash=hash_secret(token),
            user_agent=clean_agent(agent),
            strength=strength,
            last_seen_at=database_now(),
            expires_at=database_now() + ABSOLUTE_LIFETIME,
        )
    )
    db.session.flush()
    return session_id, token


def _consume(
    link: ColumnElement[bool],
    opens: ColumnElement[bool],
    method: Method,
    asks: Asks,
    locale: str,
    old_session: str | None,
) -> SignedIn | None:
    """One UPDATE decides who of several uses the link up."""
    row = db.session.execute(
        update(EmailMagicLink)
        .where(link, opens, link_is_live())
        .values(consumed_at=database_now())
        .returning(EmailMagicLink.email, EmailMagicLink.next_path)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        _refuse(link, method, asks)
        return None
    user_id = user_with_email(row.email, locale=locale)
    if old_session:
        end_session(old_session)
    token = open_session(user_id, agent=asks.agent)
    attempts.came_in(user_id, method, asks)
    note(f"user:{user_id}", "account.logged_in", f"user:{user_id}", method=method)
    return SignedIn(user_id, row.email, token, local_path(row.next_path))


def _count_attempt(link: EmailMagicLink) -> bool:
    """Count one try of a code; False if the link's tries are used up, or those of who asked for it.

    A browser that has been signed in to that mailbox has tries of its own; all others share a bound beside their own.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"login:{link.email_hash.hex()}", 0))))
    if _attempts_today(link, EmailMagicLink.counted_as == link.counted_as) >= CODE_ATTEMPTS_PER_DAY:
        return False
    if not link.is_known and _attempts_today(link, ~EmailMagicLink.is_known) >= CODE_ATTEMPTS_OF_STRANGERS_PER_DAY:
        return False
    counted = db.session.execute(
        update(EmailMagicLink)
        .where(EmailMagicLink.id == link.id, link_is_live(), EmailMagicLink.code_attempts < CODE_ATTEMPTS_PER_LINK)
        .values(code_attempts=EmailMagicLink.code_attempts + 1)
        .returning(EmailMagicLink.id)
        .execution_options(synchronize_session=False)
    )
    return counted.one_or_none() is not None


def _attempts_today(link: EmailMagicLink, whose: ColumnElement[bool]) -> int:
    return db.session.scalars(
        select(func.coalesce(func.sum(EmailMagicLink.code_attempts), 0)).where(
            EmailMagicLink.email_hash == link.email_hash,
            EmailMagicLink.expires_at > database_now() - _KEEP_LINKS,
            whose,
        )
    ).one()


def end_sessions(which: ColumnElement[bool]) -> list[tuple[UUID, UUID]]:
    """End these sessions, and with each what tokens it has; those that there were, with whose they are."""
    rows = db.session.execute(
        update(UserSession)
        .where(which, session_is_live())
        .values(revoked_at=database_now())
        .returning(UserSession.user_id, UserSession.id)
        .execution_options(synchronize_session=False)
    )
    return [(user_id, session_id) for user_id, session_id in rows]


def _refuse(link: ColumnElement[bool], method: Method, asks: Asks) -> None:
    """For the person whom the link was sent to, if there is such an account; for the audit nobody."""
    attempts.was_refused(link, method, asks)
    _note_denied(method)


def _note_denied(method: str) -> None:
    """No address and no id: whoever fails here has not shown who they are."""
    note("nobody", "account.login_denied", "login", method=method)


def _code_hash(link_id: UUID, code: str) -> bytes:
    """Six digits are guessed from a plain hash in no time; the server's key keeps a copy of the table useless."""
    key = current_settings().secret_key.get_secret_value().encode()
    return hmac.digest(key, f"login-code/1|{link_id}|{code}".encode(), hashlib.sha256)
