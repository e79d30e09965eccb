"""The help lines of help_lines.toml, in the reader's words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

FILE: Final = Path(__file__).with_name("help_lines.toml")
# Unicode's locale data have no Creole names.
COUNTRIES: Final[Mapping[str, LazyString]] = {
    "AU": _l("Australia"),
    "CA": _l("Canada"),
    "FR": _l("France"),
    "GB": _l("United Kingdom"),
    "HT": _l("Haiti"),
    "NZ": _l("New Zealand"),
    "PH": _l("Philippines"),
    "US": _l("United States"),
}
ALWAYS: Final = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """People to talk to, and when somebody answers."""

    country: str
    name: str
    telephone: str
    address: str
    hours: str
    source: str
    is_general: bool = False

    @property
    def telephone_url(self) -> str:
        """What a telephone dials. Numbers are national, as people there know them."""
        return "tel:" + re.sub(r"[^0-9+]", "", self.telephone)

    @property
    def telephone_unbroken(self) -> str:
        """The number as it is written, on one line."""
        return self.telephone.replace(" ", "\u00a0").replace("-", "\u2011")

    @property
    def when(self) -> str:
        """The hours as a sentence."""
        if self.hours == ALWAYS:
            return str(gettext("Day and night"))
        first, last = self.hours.split("-")
        return str(gettext("Every day, from %(first)s to %(last)s", first=first, last=last))


@cache
def help_lines() -> tuple[HelpLine, ...]:
    """All that are known."""
    return tuple(HelpLine(**one) for one in _data()["lines"])


def by_country() -> list[tuple[LazyString, list[HelpLine]]]:
    """The same, in the file's order, a country once."""
    return [(COUNTRIES[code], list(found)) for code, found in groupby(help_lines(), lambda one: one.country)]


def countries_without() -> list[LazyString]:
    """Where none is known."""
    return [COUNTRIES[code] for code in _data()["without"]]


@cache
def _data() -> dict[str, list[Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
