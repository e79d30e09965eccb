"""From which age on people play where, and where those are taken to be who do not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group
from app.people.players.verification.rules import parse_limits

from .rules import parse_age_limits


class PlayerSettings(PartOfSettings):
    """Jurisdictions by their ISO 3166 code."""

    told: ClassVar[Group | None] = Group(
        "People who play",
        {
            "age_limits": "From which age on people register, by jurisdiction",
            "default_jurisdiction": "Where whoever registers by JSON is taken to be unless they say otherwise",
            "unverified_limits": "The most that people pay in, or play with, in 30 days without verification",
            "default_currency": "The currency that amounts are first shown in",
        },
    )

    age_limits: str = Field(
        default="HT=18,PH=21,US=18", description="HT=18,PH=21: years by jurisdiction, none below MINIMUM_AGE"
    )
    default_jurisdiction: str = Field(default="HT", pattern="^[A-Z]{2}$", description="one of AGE_LIMITS")
    default_currency: str = Field(default="HTG", pattern="^(HTG|PHP|USD|sat)$", description="HTG, PHP, USD or sat")

    unverified_limits: str = Field(
        default="HTG=2500000,PHP=1000000,USD=20000", description="minor units in 30 days, by currency; none: no limit"
    )

    @field_validator("unverified_limits")
    @classmethod
    def _are_amounts(cls, value: str) -> str:
        parse_limits(value)
        return value

    @field_validator("age_limits")
    @classmethod
    def _are_limits(cls, value: str) -> str:
        parse_age_limits(value)
        return value

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Whoever says nothing is somewhere that has a limit."""
        limits = environ.get("AGE_LIMITS") or cls.model_fields["age_limits"].default
        default = environ.get("DEFAULT_JURISDICTION") or cls.model_fields["default_jurisdiction"].default
        try:
            known = parse_age_limits(limits)
        except ValueError:
            return []  # said already, of the value itself
        return [] if default in known else [f"DEFAULT_JURISDICTION: {default} has no age in AGE_LIMITS"]


def playing() -> PlayerSettings:
    """Those in force."""
    return current_settings().of(PlayerSettings)


def age_limits() -> dict[str, int]:
    """Years by jurisdiction."""
    return parse_age_limits(playing().age_limits)


def unverified_limits() -> dict[str, int]:
    """Minor units in thirty days, by currency; one that is not there has no such limit."""
    return parse_limits(playing().unverified_limits)
