"""The JSON of signing in and out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.wire.schemas import Answer, Question

Secret = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]*$")]


class LinkWanted(Question):
    """Who wants to sign in. `bearer`: a program that keeps no cookies, and gets `login` in the answer instead."""

    email: str
    next: str | None = None
    bearer: bool = False


class LinkSent(Answer):
    """The same for every address. `login` ties the mail to whoever asked; it is null where a cookie does."""

    expires_in_seconds: int
    login: str | None


class LoginProof(Question):
    """The link's `token` or the mail's `code`, and `login` from the first answer where no cookie holds it."""

    token: Secret | None = None
    code: Secret | None = None
    login: Secret | None = None


class Person(Answer):
    """Who is signed in."""

    id: UUID
    email: str


class Session(Answer):
    """A new session. `session_token` is null where a cookie carries it."""

    user: Person
    next: str
    session_token: str | None
    expires_in_seconds: int


class Nothing(Question):
    """An empty object."""


class SessionsToEnd(Question):
    """One of one's own sessions; without `sessionId` all but the one in use."""

    session_id: str | None = None


class SessionsEnded(Answer):
    ended: int
