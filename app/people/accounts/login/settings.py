"""What an installation says about its people's ways in: phones, tokens and passwords."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

import phonenumbers
from pydantic import Field, SecretStr, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.sealing.keyring import parse_keys
from app.core.text.settings_words import Group

_REGIONS: Final = re.compile(r"[A-Z]{2}")


class AccountSettings(PartOfSettings):
    """Each has a default that an installation can begin with."""

    told: ClassVar[Group | None] = Group(
        "People's ways in",
        {
            "default_region": "The country of a phone number that is written without its country",
            "phone_regions": "Countries whose phones are sent codes",
            "codes_per_hour": "Codes one network may ask for in an hour",
            "codes_per_contact": "Codes that strangers may have sent to one phone or mailbox in an hour",
            "token_keys": "Keys that sign applications' access tokens; the first signs, all verify",
        },
    )

    default_region: str | None = Field(default=None, description="HT, PH, US, …; not set: numbers begin with +")
    phone_regions: str | None = Field(default=None, description="with spaces between; not set: every country")
    codes_per_hour: int = Field(default=30, ge=1, description="one network's; a mobile operator's is many people's")
    codes_per_contact: int = Field(default=6, ge=1, description="in a day four times as many")
    token_keys: SecretStr | None = Field(default=None, description="name:base64,…; not set: one made of SECRET_KEY")

    @field_validator("token_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_keys(value.get_secret_value())
        return value

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Countries that there are not."""
        return [
            f"{name}: {region} is no country's two letters"
            for name in ("DEFAULT_REGION", "PHONE_REGIONS")
            for region in environ.get(name, "").split()
            if not _REGIONS.fullmatch(region) or region not in phonenumbers.SUPPORTED_REGIONS
        ]

    @property
    def regions(self) -> frozenset[str]:
        """Countries whose phones are sent codes; none named: all."""
        return frozenset((self.phone_regions or "").split())


def account_settings() -> AccountSettings:
    """Those in force."""
    return current_settings().of(AccountSettings)
