"""What an installation says about its people's ways in: phones, tokens and passwords."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

import phonenumbers
from pydantic import Field, SecretStr, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.operators import LEAST_MEMORY_KIB
from app.core.sealing.keyring import parse_keys
from app.core.text.settings_words import Group

_EVERYWHERE: Final = "PHONE_REGIONS: must name the countries served: strangers earn on SMS to some of the others"
_REGIONS: Final = re.compile(r"[A-Z]{2}")


class AccountSettings(PartOfSettings):
    """Each has a default that an installation can begin with."""

    told: ClassVar[Group | None] = Group(
        "People's ways in",
        {
            "default_region": "The country of a phone number without one, where the page's language does not say it",
            "phone_regions": "Countries whose phones are sent codes",
            "codes_per_hour": "Codes one network may ask for in an hour",
            "codes_per_contact": "Codes to sign in that strangers may have sent to one phone or mailbox in an hour",
            "sms_per_day": "SMS with codes that strangers may have sent in a day, in all",
            "sms_per_day_to_country": "The same to one country",
            "password_tries": "Passwords one asker may try of one account in an hour, until one is right",
            "password_tries_of_strangers": "Passwords that strangers together may try of one account in an hour",
            "password_hashes_at_once": "Passwords that one web process hashes at once; as many more wait",
            "password_memory_kib": "What hashing a password takes, in KiB",
            "password_passes": "How often that is gone over",
            "token_keys": "Keys that sign applications' access tokens; the first signs, all verify",
        },
    )

    default_region: str | None = Field(default=None, description="HT, PH, US, …; where the language says nothing")
    phone_regions: str | None = Field(default=None, description="with spaces between; not set: every country")
    codes_per_hour: int = Field(default=30, ge=1, description="one network's; a mobile operator's is many people's")
    codes_per_contact: int = Field(default=6, ge=1, description="in a day three times as many; half for other uses")
    sms_per_day: int = Field(default=2_000, ge=1, description="and as many by browsers that are known")
    sms_per_day_to_country: int = Field(default=1_000, ge=1, description="and as many by browsers that are known")
    password_tries: int = Field(default=10, ge=1)
    password_tries_of_strangers: int = Field(default=30, ge=1, description="in a day four times as many")
    password_hashes_at_once: int = Field(default=1, ge=1, le=64, description="less than half of a process's threads")
    password_memory_kib: int = Field(default=47_104, ge=8, le=4_194_304, description="argon2id; in one lane")
    password_passes: int = Field(default=1, ge=1, le=100)
    token_keys: SecretStr | None = Field(default=None, description="name:base64,…; not set: one made of SECRET_KEY")

    @field_validator("token_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_keys(value.get_secret_value())
        return value

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Countries that there are not; in production passwords that are hashed too cheaply, and SMS to everywhere."""
        found = [
            f"{name}: {region} is no country's two letters"
            for name in ("DEFAULT_REGION", "PHONE_REGIONS")
            for region in environ.get(name, "").split()
            if not _REGIONS.fullmatch(region) or region not in phonenumbers.SUPPORTED_REGIONS
        ]
        memory = environ.get("PASSWORD_MEMORY_KIB", "")
        is_cheap = memory.isdecimal() and int(memory) < LEAST_MEMORY_KIB
        if is_cheap and environ.get("ENVIRONMENT") == "production":
            found.append(f"PASSWORD_MEMORY_KIB: at least {LEAST_MEMORY_KIB}")
        if environ.get("ENVIRONMENT") == "production" and environ.get("SMS_PROVIDER") == "twilio":
            found += [] if environ.get("PHONE_REGIONS", "").split() else [_EVERYWHERE]
        return found

    @property
    def regions(self) -> frozenset[str]:
        """Countries whose phones are sent codes; none named: all."""
        return frozenset((self.phone_regions or "").split())


def account_settings() -> AccountSettings:
    """Those in force."""
    return current_settings().of(AccountSettings)
