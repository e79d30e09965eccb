"""How each source is asked for one draw: addresses, forms and headers, and nothing that is believed. Pure, but for the
sources that have to be asked twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias
from urllib.parse import quote, urlencode

from selectolax.lexbor import LexborHTMLParser

from app.core.dependencies.fetching import Answer, NoAnswer
from app.outcomes.results.models import MOST_BYTES
from app.outcomes.results.parsers.interface import Draw
from app.outcomes.results.parsers.new_york import APART
from app.outcomes.results.parsers.reading.words import MONTHS


@dataclass(frozen=True, slots=True)
class Question:
    """One request: GET, or POST where there is a body."""

    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Ask: TypeAlias = Callable[[Question], Answer]
"""Puts it to the source. Raises what whoever gives it raises."""
Asking: TypeAlias = Callable[[str, Draw, Ask], Answer]
"""Asks a source, whose addresses begin with a base, for a draw; its last answer is what is read."""

_HTML: Final = {"Accept": "text/html"}
_JSON: Final = {"Accept": "application/json"}
_FIELD: Final = "ctl00$ctl00$cphContainer$cpContent$"
_LOTTOMATIK: Final[Mapping[str, str]] = {"pcso.3d": "3DL"}
_NEW_YORK: Final = ("41", "46")
"""What its site calls Numbers and Win 4."""
_GEORGIA: Final = "CASH 3,CASH 4"


def pcso_site(base: str, draw: Draw, ask: Ask) -> Answer:
    """Its form is fetched, and sent back with all that it hides and the day that is looked for."""
    url = f"{base}/SearchLottoResult.aspx"
    shown = ask(Question(url, headers=_HTML))
    if shown.status != 200:
        return shown
    month, day, year = MONTHS[draw.day.month - 1], str(draw.day.day), str(draw.day.year)
    hidden = LexborHTMLParser(shown.body).css("form#mainform input[type=hidden]")
    values = {
        **{name: one.attributes.get("value") or "" for one in hidden if (name := one.attributes.get("name"))},
        f"{_FIELD}ddlStartMonth": month,
        f"{_FIELD}ddlStartDate": day,
        f"{_FIELD}ddlStartYear": year,
        f"{_FIELD}ddlEndMonth": month,
        f"{_FIELD}ddlEndDay": day,
        f"{_FIELD}ddlEndYear": year,
        f"{_FIELD}ddlSelectGame": "0",
        f"{_FIELD}btnSearch": "Search Lotto",
    }
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(Question(url, urlencode(values).encode(), {**_HTML, **form}))


def ny_site(base: str, draw: Draw, ask: Ask) -> Answer:
    """It tells of one game at a time: both answers, as they came, one after the other."""
    answers = []
    for game in _NEW_YORK:
        wanted = urlencode({"_format": "json", "nid": game, "page": "0"})
        answers.append(ask(Question(f"{base}/drupal-api/api/v2/winning_numbers?{wanted}", headers=_JSON)))
        if answers[-1].status != 200:
            return answers[-1]
    body = b"".join(APART + one.body for one in answers)
    if len(body) > MOST_BYTES:
        raise NoAnswer("answer_too_long")
    return replace(answers[0], body=body)


def _lottomatik(base: str, draw: Draw) -> Question:
    wanted = {"lottery": _LOTTOMATIK[draw.lottery], "page": "1", "perPage": "100"}
    return Question(f"{base}/api/backend/get-game-history?{urlencode(wanted)}", headers=_JSON)


def _lottopcso(base: str, draw: Draw) -> Question:
    day = f"{MONTHS[draw.day.month - 1].lower()}-{draw.day.day}-{draw.day.year}"
    return Question(f"{base}/pcso-lotto-result-{day}/", headers=_HTML)


def _philnews(base: str, draw: Draw) -> Question:
    return Question(f"{base}/pcso-lotto-result/swertres-result/", headers=_HTML)


def _ny_open_data(base: str, draw: Draw) -> Question:
    wanted = {"$order": "draw_date DESC", "$limit": "10"}
    return Question(f"{base}/resource/hsys-3def.json?{urlencode(wanted, quote_via=quote)}", headers=_JSON)


def _florida(base: str, draw: Draw) -> Question:
    site = "https://www.floridalottery.com"
    headers = {**_JSON, "x-partner": "web", "Origin": site, "Referer": f"{site}/"}
    return Question(f"{base}/drawgamesapp/getLatestDrawGames", headers=headers)


def _georgia(base: str, draw: Draw) -> Question:
    wanted = urlencode({"previous-draws": "10", "game-names": _GEORGIA})
    return Question(f"{base}/api/v2/draw-games/draws?{wanted}", headers=_JSON)


def _at_once(question: Callable[[str, Draw], Question]) -> Asking:
    return lambda base, draw, ask: ask(question(base, draw))


ASKING: Final[Mapping[str, Asking]] = {
    "pcso_site": pcso_site,
    "lottomatik": _at_once(_lottomatik),
    "lottopcso": _at_once(_lottopcso),
    "philnews": _at_once(_philnews),
    "ny_site": ny_site,
    "ny_open_data": _at_once(_ny_open_data),
    "florida": _at_once(_florida),
    "georgia": _at_once(_georgia),
}
"""By the source's name."""
