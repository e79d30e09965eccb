"""The keys under which personal data is sealed, and the one by which it is found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group

from .keyring import Key, KeyRefused, Keyring, parse_keys

_SAMPLES: Final = ("demo", "dev", "test", "sample", "example")


class SealingSettings(PartOfSettings):
    """Keys as text: `name:base64` of 32 bytes. `python -m app.core.sealing.keygen NAME` makes one."""

    told: ClassVar[Group | None] = Group(
        "Personal data at rest",
        {
            "data_keys": "Keys that seal addresses and what is written to people; the first seals, all open",
            "lookup_key": "With which a sealed address is found again",
        },
    )

    data_keys: SecretStr = Field(description="name:base64,name:base64; the first seals, all of them open")
    lookup_key: SecretStr = Field(description="name:base64; changed only with flask keys rehash")

    @field_validator("data_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        parse_keys(value.get_secret_value())
        return value

    @field_validator("lookup_key")
    @classmethod
    def _is_key(cls, value: SecretStr) -> SecretStr:
        Key.parse(value.get_secret_value())
        return value

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """A key has one purpose; on a public machine it is one that nobody else has."""
        found = [
            f"{name}: python -m app.core.sealing.keygen makes a key; docs/operations.md says what to keep of it"
            for name in ("DATA_KEYS", "LOOKUP_KEY")
            if not environ.get(name)
        ]
        held = {name: _keys(environ.get(name, "")) for name in ("DATA_KEYS", "LOOKUP_KEY")}
        if {key.secret for key in held["DATA_KEYS"]} & {key.secret for key in held["LOOKUP_KEY"]}:
            found.append("LOOKUP_KEY: must be another key than those of DATA_KEYS")
        if environ.get("ENVIRONMENT") == "production":
            found += [
                f"{name}: the key {key.name} is a sample; make your own"
                for name, keys in held.items()
                for key in keys
                if key.name.startswith(_SAMPLES) or not key.is_drawn
            ]
        return found


def _keys(text: str) -> tuple[Key, ...]:
    try:
        return parse_keys(text) if text else ()
    except KeyRefused:
        return ()  # said already, of the value itself


def keyring() -> Keyring:
    """The keys in force."""
    settings = current_settings().of(SealingSettings)
    return _keyring(settings.data_keys.get_secret_value(), settings.lookup_key.get_secret_value())


@lru_cache(maxsize=8)
def _keyring(data_keys: str, lookup_key: str) -> Keyring:
    return Keyring(parse_keys(data_keys), Key.parse(lookup_key))
