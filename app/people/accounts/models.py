"""People, the links that let them in, and their sessions. Secrets are stored as hashes, addresses sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import MAIL, PHONE, Sealed, sealed_text, sealed_text_or_none
from app.record.notifications.models import kind_of

from .tokens.models import Rotating


class User(Model):
    """A person with an address we can reach: mail, or (in some games) a phone."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(
            "(email_sealed IS NOT NULL OR phone_sealed IS NOT NULL) = (erased_at IS NULL)", name="reachable"
        ),
        CheckConstraint("(email_sealed IS NULL) = (email_hash IS NULL)", name="email_is_found"),
        CheckConstraint("(phone_sealed IS NULL) = (phone_hash IS NULL)", name="phone_is_found"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_sealed: Mapped[bytes | None] = mapped_column(Sealed(MAIL))
    email_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    email = sealed_text_or_none("email_sealed")
    phone_sealed: Mapped[bytes | None] = mapped_column(Sealed(PHONE))
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    phone = sealed_text_or_none("phone_sealed")
    locale: Mapped[str] = mapped_column(server_default="en")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    erased_at: Mapped[datetime | None]


class EmailMagicLink(Model):
    """A login link: single use, short-lived, bound to the browser that asked for it."""

    __tablename__ = "email_magic_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_sealed: Mapped[bytes] = mapped_column(Sealed(MAIL))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    email = sealed_text("email_sealed")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)  # for reading the mail on another device
    code_attempts: Mapped[int] = mapped_column(server_default="0")
    counted_as: Mapped[bytes] = mapped_column(LargeBinary, server_default="")  # the mark of who asked
    is_known: Mapped[bool] = mapped_column(server_default=text("false"))  # a browser that had signed in before
    next_path: Mapped[str] = mapped_column(server_default="/partners")
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class Password(Model):
    """The password of a person who has set one: its argon2id hash, sealed for that row. A copy of the table holds
    nothing to guess at, and a hash that is carried to another row opens nothing."""

    __tablename__ = "user_passwords"

    id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    hash_sealed: Mapped[bytes] = mapped_column(Sealed())
    hash = sealed_text("hash_sealed")
    set_at: Mapped[datetime]


class UserSession(Model):
    """A login, whether carried by a cookie or a bearer token."""

    __tablename__ = "user_sessions"
    __table_args__ = (CheckConstraint("strength IN ('link', 'sms', 'code', 'password')", name="strength"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_agent: Mapped[str] = mapped_column(server_default="")
    strength: Mapped[str] = mapped_column(server_default="link")  # what it was made by
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Login(Model):
    """One attempt to sign in to somebody's account. It is forgotten after ninety days."""

    __tablename__ = "logins"
    __table_args__ = (
        CheckConstraint("method IN ('link', 'code', 'sms', 'mail_code', 'password')", name="method"),
        CheckConstraint("outcome IN ('signed_in', 'refused')", name="outcome"),
        Index("logins_user_id_id_idx", "user_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    method: Mapped[str]
    outcome: Mapped[str]
    network: Mapped[str] = mapped_column(server_default="")  # a /24, of IPv6 a /48
    user_agent: Mapped[str] = mapped_column(server_default="")


class EmailChange(Model):
    """A new address that waits: for the click in its mailbox, no longer than the session that asked for it lives; or,
    asked for from a phone, until the old mailbox has had its time to stop it (`opens_at`)."""

    __tablename__ = "email_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("user_sessions.id", ondelete="CASCADE"), index=True)
    email_sealed: Mapped[bytes] = mapped_column(Sealed())
    email = sealed_text("email_sealed")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # of the link that confirms it, or stops it
    opens_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class LoginCode(Model):
    """One code. Six digits are guessed from a plain hash in no time; ours has a key that no copy of the table holds."""

    __tablename__ = "login_codes"
    __table_args__ = (
        CheckConstraint("channel IN ('sms', 'email')", name="channel"),
        CheckConstraint("own_tries >= 0 AND stray_tries >= 0", name="tries"),
        CheckConstraint("NOT sets_password OR (channel = 'email' AND for_user_id IS NULL)", name="sets_password"),
        CheckConstraint("NOT proves OR (for_user_id IS NOT NULL AND NOT sets_password)", name="proves"),
        Index("login_codes_contact_hash_id_idx", "contact_hash", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    contact_sealed: Mapped[bytes] = mapped_column(Sealed(kind_of))
    contact_hash: Mapped[bytes] = mapped_column(LargeBinary)
    contact = sealed_text("contact_sealed")
    for_user_id: Mapped[UUID | None] = mapped_column(  # whom the contact is, or is to be, of; null: to sign in
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    sets_password: Mapped[bool] = mapped_column(server_default=text("false"))  # and does nothing else
    proves: Mapped[bool] = mapped_column(server_default=text("false"))  # that whoever asks has a way of the account
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary)  # the secret of the browser that asked
    counted_as: Mapped[bytes] = mapped_column(LargeBinary)  # the mark of who asked
    own_tries: Mapped[int] = mapped_column(server_default="0")  # wrong or right, by who asked
    stray_tries: Mapped[int] = mapped_column(server_default="0")  # by everybody else together
    next_path: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class RefreshToken(Rotating, Model):
    """A refresh token of an application that a person has signed in to. They go with their session."""

    __tablename__ = "refresh_tokens"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("user_sessions.id", ondelete="CASCADE"), index=True)
