"""How decisions of two people are made."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group


class ApprovalSettings(PartOfSettings):
    """Whether a second person is asked, how long proposals lie open, and how long the gravest have to."""

    told: ClassVar[Group | None] = Group(
        "Decisions of two people",
        {
            "two_people": "What an outsider could profit from needs a second operator's yes",
            "approval_days": "Days after which a proposal that nobody decided is void",
            "operators_wait_hours": "Hours between a proposal that changes operators and its confirmation",
        },
    )

    two_people: bool = Field(default=True, description="whether a second operator confirms what outsiders profit from")
    approval_days: int = Field(default=7, ge=1, le=90, description="a proposal is void after so many days")
    operators_wait_hours: float = Field(default=24.0, ge=0, le=24 * 14, description="before operators are changed")


def lifetime() -> timedelta:
    """How long a proposal may be confirmed, from when it may be."""
    return timedelta(days=current_settings().of(ApprovalSettings).approval_days)


def operators_wait() -> timedelta:
    """How long a change of operators lies open, for all to see, before it can be confirmed."""
    return timedelta(hours=current_settings().of(ApprovalSettings).operators_wait_hours)


def two_people() -> bool:
    """Whether a second person is asked at all."""
    return current_settings().of(ApprovalSettings).two_people
