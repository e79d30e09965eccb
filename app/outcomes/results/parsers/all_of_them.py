"""The parsers by their names. What an observation was read by stays here for ever; a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import florida, georgia, lottomatik, lottopcso, new_york, pcso_site, philnews
from .interface import Parser

PARSERS: Final[Mapping[str, Parser]] = {
    "pcso_site/1": pcso_site.read,
    "lottomatik/1": lottomatik.read,
    "lottopcso/1": lottopcso.read,
    "philnews/1": philnews.read,
    "ny_site/1": new_york.read_site,
    "ny_open_data/1": new_york.read_open_data,
    "florida/1": florida.read,
    "georgia/1": georgia.read,
}
