"""What operators' programs sign in with, and what they get."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.core.wire.schemas import Answer, Question

Typed = Annotated[str, Field(min_length=1, max_length=256)]


class OperatorLogin(Question):
    """A name, its password, and the one-time code of whoever has set that up."""

    username: Typed
    password: Typed
    totp: Annotated[str, Field(max_length=16)] | None = None


class OperatorRefresh(Question):
    """The refresh token, which is used up."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]*$")]


class OperatorTokens(Answer):
    """An access token for 15 minutes, a refresh token for one use while the session lives, and what they open."""

    access_token: str
    refresh_token: str
    privileges: list[str]
