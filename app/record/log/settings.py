"""The log's own settings: the key that signs for it, and the file on a second disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from app.core.config import PartOfSettings, current_settings

from .format.notes import NoteRefused, SigningKey


class LogSettings(PartOfSettings):
    """Who signs what the operator said. The key moves no money; its name is the log's name for ever (its origin)."""

    log_key: SecretStr = Field(description="PRIVATE+KEY+name+id+key; app.record.log.keygen makes one")
    log_key_before: SecretStr | None = Field(default=None, description="the key before, which signs beside the new one")
    log_journal_path: Path
    log_journal_seconds: float = Field(default=10, gt=0, le=60, description="the log's journal's lock")

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
        if environ.get("ENVIRONMENT") == "production":
            wanted = f"{urlsplit(environ.get('BASE_URL', '')).hostname or ''}/log"
            found += [f"LOG_KEY: its name must be {wanted}" for name in names if name != wanted]
        return found

    @property
    def log_keys(self) -> list[SigningKey]:
        """Those that sign: the one in force, then the one before while it is still believed."""
        held = (self.log_key, self.log_key_before)
        return [SigningKey.parse(key.get_secret_value()) for key in held if key is not None]

    @property
    def log_origin(self) -> str:
        """The log's name, which stands in each checkpoint."""
        return self.log_keys[0].name


def _name(text: str) -> str | None:
    try:
        return SigningKey.parse(text).name
    except NoteRefused:
        return None


def log_settings() -> LogSettings:
    """Those in force."""
    return current_settings().of(LogSettings)
