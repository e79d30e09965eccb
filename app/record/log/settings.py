"""The log's own settings: the key that signs for it, the file on a second disk, and who witnesses it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group

from .format.notes import NoteRefused, SigningKey, VerifierKey
from .witnesses import named
from .witnesses.named import Witness


class LogSettings(PartOfSettings):
    """Who signs what the operator said. The key moves no money; its name is the log's name for ever (its origin)."""

    told: ClassVar[Group | None] = Group(
        "The public log",
        {
            "log_key": "Its signing key",
            "log_key_before": "The key before, which signs beside it",
            "log_journal_path": "Every entry before it is signed, on another disk than the database",
            "log_journal_seconds": "Seconds to wait for that file's lock",
            "log_anchors": "Payouts and sweeps carry its newest root into Bitcoin",
            "log_witnesses": "Who cosigns it",
            "log_quorum": "How many of them a new round promises",
        },
    )

    log_key: SecretStr = Field(description="PRIVATE+KEY+name+id+key; app.record.log.keygen makes one")
    log_key_before: SecretStr | None = Field(default=None, description="the key before, which signs beside the new one")
    log_journal_path: Path
    log_journal_seconds: float = Field(default=10, gt=0, le=60, description="the log's journal's lock")
    log_anchors: bool = Field(default=True, description="payouts carry the log's newest root into Bitcoin")

    log_witnesses: str | None = Field(
        default=None, description="each one's verifier key, and behind it where it takes or serves checkpoints"
    )
    log_quorum: int | None = Field(default=None, ge=0, description="how many a new round promises; more than half")

    @field_validator("log_witnesses")
    @classmethod
    def _are_witnesses(cls, value: str | None) -> str | None:
        named.parse(value or "")
        return value

    @field_validator("log_key", "log_key_before")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            SigningKey.parse(value.get_secret_value())
        return value

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Keys have one name: on a public machine that of its website, so that nobody takes another log for it."""
        names = {_name(environ[key]) for key in ("LOG_KEY", "LOG_KEY_BEFORE") if environ.get(key)} - {None}
        found = ["LOG_KEY_BEFORE: has another name than LOG_KEY; a log keeps its name"] if len(names) > 1 else []
        journals = [environ.get(name) for name in ("LOG_JOURNAL_PATH", "TERMS_JOURNAL_PATH")]
        if journals[0] and journals[0] == journals[1]:
            found.append("LOG_JOURNAL_PATH: must be a file of its own")
        found += _wrong_witnesses(environ)
        if environ.get("ENVIRONMENT") == "production":
            wanted = f"{urlsplit(environ.get('BASE_URL', '')).hostname or ''}/log"
            found += [f"LOG_KEY: its name must be {wanted}" for name in names if name != wanted]
        return found

    @property
    def log_keys(self) -> list[SigningKey]:
        """Those that sign: the one in force, then the one before while it is still believed."""
        held = (self.log_key, self.log_key_before)
        return [_key(key.get_secret_value()) for key in held if key is not None]

    @property
    def log_origin(self) -> str:
        """The log's name, which stands in each checkpoint."""
        return self.log_keys[0].name

    @property
    def witnesses(self) -> list[Witness]:
        """Whose cosignatures the operator stands for: new rounds name them."""
        return named.parse(self.log_witnesses or "")

    @property
    def quorum(self) -> int:
        """How many of them a new round promises: more than half of them, unless it is said."""
        count = len(self.witnesses)
        return self.log_quorum if self.log_quorum is not None else count // 2 + 1 if count else 0


def _wrong_witnesses(environ: Mapping[str, str]) -> list[str]:
    try:
        witnesses = named.parse(environ.get("LOG_WITNESSES", ""))
    except ValueError:
        return []  # said already, of the value itself
    own = {key.public for text in ("LOG_KEY", "LOG_KEY_BEFORE") if (key := _verifier(environ.get(text, "")))}
    found = [
        f"LOG_WITNESSES: {one.key.name} has the log's own key; nobody is his own witness"
        for one in witnesses
        if one.key.public in own
    ]
    quorum = environ.get("LOG_QUORUM", "")
    if quorum.isascii() and quorum.isdigit() and int(quorum) > len(witnesses):
        found.append(f"LOG_QUORUM: {quorum} of {len(witnesses)} witnesses cannot be had")
    return found


@lru_cache(maxsize=4)
def _key(text: str) -> SigningKey:
    """Read once, not for each promise."""
    return SigningKey.parse(text)


def _verifier(text: str) -> VerifierKey | None:
    try:
        return SigningKey.parse(text).verifier
    except NoteRefused:
        return None


def _name(text: str) -> str | None:
    found = _verifier(text)
    return found.name if found else None


def log_settings() -> LogSettings:
    """Those in force."""
    return current_settings().of(LogSettings)
