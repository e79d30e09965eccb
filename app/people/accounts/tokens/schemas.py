"""The JSON of an application's tokens."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.core.wire.schemas import Answer, Question

Secret = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]*$")]
InCookies = Annotated[
    bool, Field(description="carry the tokens in cookies that no script reads; they are null in the answer")
]


class RefreshWanted(Question):
    """The refresh token; without one it is the cookie's, and so are the new ones."""

    refresh_token: Secret | None = None


class TokensIssued(Answer):
    """An access token for 15 minutes, and a refresh token for one use within 7 days. Null where cookies carry them.

    `is_registered`: whether the person has a profile.
    """

    access_token: str | None
    refresh_token: str | None
    is_registered: bool
