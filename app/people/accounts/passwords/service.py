"""The verbs of passwords: set, changed, removed, and used to sign in. Nothing here commits, and nothing hashes.

Whoever changes a password, or removes it, does so because somebody else may know the old one: every other session of
the account ends. Setting the first one ends none: whoever may do that has just read the mailbox, which is no less than
whoever is signed in has shown, and where that was a stranger the owner must still be there to hear of it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import TO_CHANGE, db
from app.core.sealing.columns import sealed
from app.people.accounts import service as accounts
from app.people.accounts.codes.coming_in import CameIn
from app.people.accounts.codes.coming_in import come_in as come_in_by_code
from app.people.accounts.codes.contacts import Contact
from app.people.accounts.codes.service import Trier
from app.people.accounts.login import attempts, telling
from app.people.accounts.login.attempts import Asks
from app.people.accounts.models import Password, User, UserSession
from app.people.accounts.queries import database_now
from app.record.audit.service import note

from . import queries
from .proving import Proof


def come_in(contact: Contact, proof: Proof, asks: Asks, *, next_path: str = "") -> CameIn | None:
    """What a right password opens; None for a wrong one, which its account is told of, if there is one, and for one
    that has been changed since it was compared. The caller commits whatever the answer is."""
    known = queries.known_where(contact.is_users, to_change=True) if proof.hash is not None else None
    if known is None or known.hash != proof.hash:
        attempts.was_refused_as(contact.is_users, "password", asks)
        note("nobody", "account.login_denied", "login", method="password")
        return None
    if proof.renewed is not None:
        values = sealed(Password, known.user_id, hash=proof.renewed)
        db.session.execute(update(Password).where(Password.id == known.user_id).values(values))
    attempts.came_in(known.user_id, "password", asks)
    note(f"user:{known.user_id}", "account.logged_in", f"user:{known.user_id}", method="password")
    return CameIn(known.user_id, contact, "password", next_path)


def set_by_code(
    contact: Contact,
    code: str | None,
    trier: Trier,
    asks: Asks,
    password_hash: str,
    *,
    locale: str,
    keep: UUID | None = None,
) -> CameIn | None:
    """Use a code up that was sent for it, and make this the password of the address's account, which is made by the
    first time. None if the code is not right: the caller commits whatever the answer is."""
    came = come_in_by_code(contact, code, trier, asks, locale=locale, sets_password=True)
    if came is not None:
        put(came.user_id, password_hash, keep=keep)
    return came


def put(user_id: UUID, password_hash: str, *, keep: UUID | None = None) -> None:
    """Give the account this password in place of the one it has, if any, and tell its person.

    `keep`: the session that does it, which goes on.
    """
    db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    had = queries.set_at(user_id) is not None
    values = sealed(Password, user_id, hash=password_hash) | {"set_at": database_now()}
    db.session.execute(
        insert(Password).values(id=user_id, **values).on_conflict_do_update(index_elements=["id"], set_=values)
    )
    ended = _end_others(user_id, keep) if had else 0
    telling.password(user_id, "changed" if had else "set")
    if had:
        note(f"user:{user_id}", "account.password_changed", f"user:{user_id}", sessions=ended)
    else:
        note(f"user:{user_id}", "account.password_set", f"user:{user_id}")


def change(user_id: UUID, proof: Proof, password_hash: str, *, keep: UUID) -> bool:
    """The same for whoever gave the one that it takes the place of; False if that was wrong, or is another by now."""
    if not _is_still(user_id, proof):
        return False
    put(user_id, password_hash, keep=keep)
    return True


def give_up(user_id: UUID, proof: Proof, *, keep: UUID) -> bool:
    """Remove it, for whoever gave it; False if that was wrong, or is another by now."""
    return _is_still(user_id, proof) and remove(user_id, actor=f"user:{user_id}", keep=keep)


def remove(user_id: UUID, *, actor: str, keep: UUID | None = None, reason: str = "") -> bool:
    """Take the password away; codes and links open the account as before. False: there is none."""
    db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    gone = db.session.execute(delete(Password).where(Password.id == user_id).returning(Password.id)).all()
    if not gone:
        return False
    ended = _end_others(user_id, keep)
    telling.password(user_id, "removed")
    note(actor, "account.password_removed", f"user:{user_id}", reason, sessions=ended)
    return True


def _is_still(user_id: UUID, proof: Proof) -> bool:
    """The account's row is locked first, as by whoever sets a password without knowing the old one."""
    if proof.hash is not None:
        db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
        known = queries.known_where(User.id == user_id, to_change=True)
        if known is not None and known.hash == proof.hash:
            return True
    note(f"user:{user_id}", "account.password_refused", f"user:{user_id}")
    return False


def _end_others(user_id: UUID, keep: UUID | None) -> int:
    """After the password's row is written: whoever signs in by the old one has a session by now, or gets none."""
    whose = UserSession.user_id == user_id
    return len(accounts.end_sessions(whose if keep is None else whose & (UserSession.id != keep)))
