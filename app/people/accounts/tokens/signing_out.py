"""Signing out of an application. Nothing commits."""

from __future__ import annotations

from sqlalchemy import select

from app.core.ids import hash_secret
from app.people.accounts import service as accounts
from app.people.accounts.models import RefreshToken, UserSession

from . import access


def end(token: str) -> None:
    """End the session of this token, or of this access token, which may be too old to open anything.

    Raises DomainError: 403 `token_for_others`.
    """
    if not access.looks_like_one(token):
        accounts.end_session(token)
        return
    claims = access.opened(token, "player")
    if claims is not None:
        accounts.sign_out_of((UserSession.id == claims.family) & (UserSession.user_id == claims.subject))


def end_refreshed(token: str | None) -> None:
    """End the session that this refresh token renews, used or not."""
    if token:
        its = select(RefreshToken.session_id).where(RefreshToken.token_hash == hash_secret(token))
        accounts.sign_out_of(UserSession.id.in_(its))
