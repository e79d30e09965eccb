"""The JSON of codes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.core.wire.schemas import Answer, Question
from app.people.accounts.tokens.schemas import InCookies

Phone = Annotated[str, Field(min_length=1, max_length=40, description="+509…; without + of the installation's country")]
Email = Annotated[str, Field(min_length=1, max_length=320)]
Code = Annotated[str, Field(min_length=1, max_length=40, description="six digits")]


class CodeWanted(Question):
    """Where the code goes: a phone that SMS reach, or a mail address."""

    phone: Phone | None = None
    email: Email | None = None


class CodeSent(Answer):
    """The same whoever exists. Asked again before that, no other message is sent."""

    resend_after_seconds: int


class CodeProof(Question):
    """The code, and where it went."""

    phone: Phone | None = None
    email: Email | None = None
    code: Code
    in_cookies: InCookies = False


class WayProof(Question):
    """The code, and where it went."""

    phone: Phone | None = None
    email: Email | None = None
    code: Code
    proof: Code | None = Field(
        default=None, description="the code of /api/players/ways/proof, where proof_needed asks for it"
    )


class ProofWanted(Question):
    """Nothing: where it goes, the account says."""


class ProofSent(Answer):
    """A code is on its way there. Asked again before that, no other message is sent."""

    resend_after_seconds: int
    way: str = Field(description="where it went, masked")


class WayAdded(Answer):
    """By what the account is reached now."""

    phone: str | None
    email: str | None
