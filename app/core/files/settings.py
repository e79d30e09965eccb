"""Where files lie that people have handed in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group


class FilesSettings(PartOfSettings):
    """One folder, on a disk that is backed up with the database."""

    told: ClassVar[Group | None] = Group("Files of people", {"files_dir": "Where they lie, encrypted"})

    files_dir: Path = Field(default=Path("/tmp/tiraj-files"), description="documents and pictures, encrypted")

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """What people hand in is not kept where machines tidy up."""
        if environ.get("ENVIRONMENT") == "production" and not environ.get("FILES_DIR"):
            return ["FILES_DIR: must be named in production"]
        return []


def files_dir() -> Path:
    """The folder in force."""
    return current_settings().of(FilesSettings).files_dir
