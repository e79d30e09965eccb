"""A site's sales, players and payments of a stretch of time, of one game or all: the same rows on screen and as CSV."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.catalogue.records import GameRecords
from app.core.money import Sats
from app.core.text.sheets import Cell
from app.core.web import charts
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.selling.windows.lists import figures as sold
from app.selling.windows.lists.figures import Sold, Span

from .lists import partner_account
from .period import Period

COLUMNS: Final = ("begins", "game", "addresses", "paid", "conversionPercent", "players", "salesSats", "earnedSats")


@dataclass(frozen=True, slots=True)
class Row:
    """One step of time in one game; `begins` or `game` None: of the whole, or of all games.

    `addresses` were given out then, `paid` of them have been paid since, by so many `players`. Sales are what counted
    of the payments of that time, earnings what rounds brought that were settled in it.
    """

    begins: date | None
    game: str | None
    addresses: int = 0
    paid: int = 0
    players: int = 0
    sales: Sats = 0
    earned: Sats = 0

    @property
    def conversion(self) -> float | None:
        """The part of the addresses that was paid; None where none was given out."""
        return self.paid / self.addresses if self.addresses else None

    def cells(self) -> list[Cell]:
        """As CSV that a sheet can reckon with: a day is a day, the conversion percent with one decimal."""
        part = None if self.conversion is None else round(self.conversion * 100, 1)
        return [self.begins, self.game, self.addresses, self.paid, part, self.players, self.sales, self.earned]


@dataclass(frozen=True, slots=True)
class Figures:
    """`rows` are where something happened, the newest first; `games` is each game's whole, `total` that of all."""

    period: Period
    rows: Sequence[Row]
    games: Sequence[Row]
    total: Row
    steps: Sequence[Row]

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def money(self) -> charts.Bars:
        """Sales a step, and earnings before them."""
        return charts.bars([step.sales for step in self.steps], [step.earned for step in self.steps])

    @property
    def orders(self) -> charts.Bars:
        """Addresses a step, and those that were paid before them."""
        return charts.bars([step.addresses for step in self.steps], [step.paid for step in self.steps])


def figures(site: PartnerSite, period: Period, records: GameRecords | None = None) -> Figures:
    """The figures of a site in one game, or in all of them. Three statements, whatever there is."""
    chosen = [one for one in catalogue().games if one.windows and one.records and records in (None, one.records)]
    games = [Sold(one.windows, _public(one, one.records)) for one in chosen if one.windows and one.records]
    span = Span(period.begins_at, period.ends_at, period.step)
    given = {(one.begins, one.game): one for one in sold.addresses(site.id, games, span)}
    sales: dict[tuple[date, str], Sats] = {(one.begins, one.game): one.sats for one in sold.sales(site.id, games, span)}
    sources = {one.records.round_kind: one.name for one in chosen if one.records}
    earned = _earned(site, period, sources)
    names = [one.name for one in chosen]
    of_steps = {key for key in (*given, *sales, *earned) if key[0] and key[1]}
    place = {name: number for number, name in enumerate(names)}

    def row(begins: date | None, game: str | None) -> Row:
        found = given.get((begins, game))
        counts = (found.given, found.paid, found.players) if found else (0, 0, 0)
        return Row(begins, game, *counts, _sum(sales, begins, game), _sum(earned, begins, game))

    return Figures(
        period,
        [row(*key) for key in sorted(of_steps, key=lambda key: (-_ordinal(key[0]), place[str(key[1])]))],
        [row(None, name) for name in names],
        row(None, None),
        [row(begins, None) for begins in period.steps],
    )


def _public(game: GameParts, records: GameRecords) -> str:
    """The column with the name that every game knows a player by: a private one may be one game's alone, and who plays
    two games is one player."""
    return records.players[game.in_frame.form.public if game.in_frame is not None else 0]


def _sum(amounts: Mapping[tuple[date, str], Sats], begins: date | None, game: str | None) -> Sats:
    """What fits a step and a game; None fits all."""
    return sum(sats for key, sats in amounts.items() if begins in (None, key[0]) and game in (None, key[1]))


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _earned(site: PartnerSite, period: Period, sources: Mapping[str | None, str]) -> dict[tuple[date, str], Sats]:
    """What settled rounds brought, by step and game; refunds pass through and are nobody's earnings."""
    found: dict[tuple[date, str], Sats] = defaultdict(int)
    for change in ledger.daily_changes(partner_account(site), period.since):
        if change.kind == "settle" and change.source in sources and change.day <= period.until:
            found[period.step_of(change.day), sources[change.source]] += change.amount
    return dict(found)


def last_days(today: date, count: int = 30) -> Period:
    """The days that end with today."""
    return Period(today - timedelta(days=count - 1), today)
