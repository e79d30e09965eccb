"""Who runs this installation, as its pages say it: settings, until there are texts that can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from app.core.config import PartOfSettings, current_settings, is_contact, number_in
from app.core.text.settings_words import Group
from app.people.players.profile.rules import parse_age_limits
from app.people.players.profile.settings import PlayerSettings

_REQUIRED: Final = ("HOUSE_NAME", "HOUSE_ADDRESS", "HOUSE_CONTACT")


class HouseSettings(PartOfSettings):
    """What players must be able to find out before they pay anybody."""

    told: ClassVar[Group | None] = Group(
        "Who runs this, as players read it",
        {
            "house_name": "The name",
            "house_address": "The postal address",
            "house_contact": "Where players and authorities write",
            "house_licence": "The licence, and of which authority",
            "house_answer_days": "Days within which complaints are answered",
            "minimum_age": "Nobody younger may play, in whatever jurisdiction",
        },
    )

    house_name: str | None = Field(default=None, max_length=120)
    house_address: str | None = Field(default=None, max_length=300, description="postal, with commas between its lines")
    house_contact: str | None = Field(default=None, description="one mail address, or an https address")
    house_licence: str | None = Field(default=None, max_length=300, description="which, and of which authority")
    house_answer_days: int = Field(default=14, ge=1, le=90, description="within so many days complaints are answered")
    minimum_age: int = Field(
        default=18, ge=18, le=30, description="no younger person may play, anywhere; see AGE_LIMITS"
    )

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Nobody takes money on a public machine without saying who they are."""
        found = []
        contact = environ.get("HOUSE_CONTACT", "")
        if contact and not is_contact(contact):
            found.append("HOUSE_CONTACT: one mail address, or an address that begins with https://")
        if environ.get("ENVIRONMENT") == "production":
            missing = [name for name in _REQUIRED if not environ.get(name, "").strip()]
            found += [f"{name}: players are told who runs this; required in production" for name in missing]
        return found + _younger_than_said(environ)

    @property
    def house_address_lines(self) -> list[str]:
        """The postal address as one writes it on a letter."""
        return [line.strip() for line in (self.house_address or "").split(",") if line.strip()]

    @property
    def house_contact_url(self) -> str | None:
        """Where a link to whoever answers leads."""
        contact = self.house_contact
        return f"mailto:{contact}" if contact and not contact.startswith("https://") else contact


def _younger_than_said(environ: Mapping[str, str]) -> list[str]:
    """What players read holds for all of them: no jurisdiction lets somebody in who is younger."""
    least = number_in(HouseSettings, environ, "minimum_age")
    try:
        limits = parse_age_limits(environ.get("AGE_LIMITS") or PlayerSettings.model_fields["age_limits"].default)
    except ValueError:
        return []  # said already, of the value itself
    below = [f"{where}={years}" for where, years in limits.items() if least is not None and years < least]
    return [f"AGE_LIMITS: {', '.join(below)} is below MINIMUM_AGE={least}"] if below else []


def house() -> HouseSettings:
    """Those in force."""
    return current_settings().of(HouseSettings)
