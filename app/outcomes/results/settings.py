"""How sources of results are asked; where they are is no setting, for two people have to change that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group

_URL: Final = r"^https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?$"


class ResultSettings(PartOfSettings):
    """Only one of these is for production: who simulates results there would decide who wins."""

    told: ClassVar[Group | None] = Group(
        "Official results",
        {
            "result_seconds": "Seconds for one answer of a source",
            "results_simulated_url": "Where all sources are simulated, for development",
            "results_pace": "How long the minutes between looks are, for development",
        },
    )

    result_seconds: float = Field(default=8, gt=0, le=30, description="one answer of a source, from looking it up on")
    results_simulated_url: str | None = Field(
        default=None, pattern=_URL, description="python -m dev.results answers there; refused in production"
    )
    results_pace: float = Field(
        default=1, gt=0, le=1, description="0.02: a quarter of an hour is 18 s; in production 1"
    )

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """What nobody may play for money with."""
        if environ.get("ENVIRONMENT") != "production":
            return []
        return [
            *(["RESULTS_SIMULATED_URL: not in production"] if environ.get("RESULTS_SIMULATED_URL") else []),
            *(["RESULTS_PACE: is 1 in production"] if environ.get("RESULTS_PACE", "1") not in ("1", "1.0") else []),
        ]


def result_settings() -> ResultSettings:
    """Those in force."""
    return current_settings().of(ResultSettings)
