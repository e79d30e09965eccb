"""The sources that there are: where each is, what reads it, and whose word it repeats. Two people may change that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it is asked. `host` is the address that its paths begin with; `parser` is what reads it, with its
    version; `origin` is whose word it is: sources that copy each other have one."""

    name: str
    title: str
    host: str
    parser: str
    origin: str
    is_asked: bool = True


_PCSO: Final = "pcso"
SOURCES: Final[Mapping[str, Source]] = {
    one.name: one
    for one in (
        Source("pcso_site", "PCSO’s site", "https://www.pcso.gov.ph", "pcso_site/1", _PCSO),
        Source("lottomatik", "PCSO’s interface", "https://lottomatik.pcso.gov.ph", "lottomatik/1", _PCSO),
        Source("lottopcso", "lottopcso.com", "https://www.lottopcso.com", "lottopcso/1", _PCSO),
        Source("philnews", "philnews.ph", "https://philnews.ph", "philnews/1", _PCSO),
        Source("ny_site", "New York’s site", "https://nylottery.ny.gov", "ny_site/1", "ny_lottery"),
        Source("ny_open_data", "New York’s open data", "https://data.ny.gov", "ny_open_data/1", "ny_open_data"),
        Source(
            "florida",
            "Florida’s interface",
            "https://apim-website-prod-eastus.azure-api.net",
            "florida/1",
            "florida_lottery",
        ),
        Source("georgia", "Georgia’s interface", "https://www.galottery.com", "georgia/1", "georgia_lottery"),
    )
}
"""As they are until somebody changes one: `sources/changing.py`."""
