"""The JSON of mail and password."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.core.wire.schemas import Question
from app.people.accounts.codes.schemas import Code, Email
from app.people.accounts.tokens.schemas import InCookies

from .rules import LONGEST_BYTES, LONGEST_TEXT, SHORTEST

Password = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
NewPassword = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        description=f"at least {SHORTEST} characters, at most {LONGEST_BYTES} bytes of UTF-8 in NFKC",
    ),
]


class PasswordRegistration(Question):
    """Without a code one is sent to the address, and nothing is kept; with it the password is the account's from then
    on, in place of another if there is one."""

    email: Email
    password: NewPassword
    code: Code | None = None
    in_cookies: InCookies = False


class PasswordLogin(Question):
    """A mail address and its account's password."""

    email: Email
    password: Password
    in_cookies: InCookies = False


class PasswordChange(Question):
    """The password one has, and the one to take its place."""

    current_password: Password
    password: NewPassword


class PasswordRemoval(Question):
    """The password one has."""

    current_password: Password
