"""The dashboard's lists: orders, payments, wins and the balance of one site, on screen and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, current_app, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.games import catalogue
from app.catalogue.records import Answered, GameRecords, Passing, WinLine
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at
from app.core.limits.limiter import limiter
from app.core.money import Sats
from app.core.text import sheets
from app.core.text.sheets import READERS
from app.core.web.requests import render, wants_fragment
from app.money.payouts.sent import earnings as payouts
from app.people.accounts.login.page_door import link_required
from app.people.partners.models import PartnerSite
from app.people.partners.queries import site_for, standing_of
from app.record.ledger import queries as ledger
from app.selling.windows.lists import earnings

from . import limits, picture
from .export import stream
from .figures import COLUMNS
from .figures import figures as figures_of
from .lists import Chosen, choose, partner_account, settled_game
from .period import OFFERED, USUAL, period_of
from .records import noted
from .records.noted import who_noted
from .wanted import Wanted, wanted_of

bp = Blueprint("desk", __name__)


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["settled_game"] = settled_game


SHOWN: Final = 25
DAYS: Final = 90


@bp.get("/partners/<name>/orders")
@link_required
def orders(name: str) -> Response:
    """A site's orders with the names of their players, unpaid ones too, and its limits of these."""
    site = site_for(current_user, name, "read")
    return _list_page(name, "orders", limits=limits.standing(site, _chosen("orders").records), ways=limits.WAYS)


@bp.get("/partners/<name>/payments")
@link_required
def payments(name: str) -> Response:
    """Confirmed payments to a site's orders, and what became of each."""
    return payments_page(name)


def payments_page(name: str, error: str | None = None) -> Response:
    """The list, as its address asks for it; `error`: why nothing was done with what was ticked."""
    chosen = _chosen("payments")
    return _list_page(name, "payments", error, **_passed_on(site_for(current_user, name, "read"), chosen))


@bp.get("/partners/<name>/wins")
@link_required
def wins(name: str) -> Response:
    """Whom to credit, and with how much; how many are owed, sent and paid."""
    return wins_page(name)


def wins_page(name: str, error: str | None = None) -> Response:
    """The list, as its address asks for it; `error`: why nothing was done with what was ticked."""
    site, chosen = site_for(current_user, name, "read"), _chosen("wins")
    lists = chosen.records.wins if chosen.records is not None else None
    counts = lists.standings(site) if lists is not None else {}
    standings = [(one, count, here(site, chosen, passed=None, state=one)) for one, count in counts.items()]
    more: dict[str, Any] = {"standings": standings, "won": sum(counts.values()), **_passed_on(site, chosen)}
    return _list_page(name, "wins", error, **more)


def here(site: PartnerSite, chosen: Chosen, **changed: str | None) -> str:
    """The address of the list that is asked for, from its newest row on; with what is `changed` of it."""
    given: dict[str, Any] = {**_wanted(chosen).given, **changed}
    return url_for(f"desk.{chosen.kind}", name=site.name, **given)


def _passed_on(site: PartnerSite, chosen: Chosen) -> dict[str, Any]:
    """Of refunds or wins, how many are still to be passed on, how many are, and how many one of us is to decide about,
    with the ways to them and to all."""
    passing = _passing(chosen)
    if passing is None:
        return {}
    found = passing.to_pass_on(site)
    counts = {"no": found.count, "yes": found.noted, "waits": found.waiting}
    return {
        "passings": [(way, counts[way], here(site, chosen, state=None, passed=way)) for way in passing.ways],
        "all_records": here(site, chosen, state=None, passed=None),
    }


def _passing(chosen: Chosen) -> Passing | None:
    """What a site notes of the list's records, if it notes anything."""
    return chosen.listing.passing if isinstance(chosen.listing, Answered) else None


@bp.get("/partners/<name>/balance")
@link_required
def balance(name: str) -> Response:
    """What a site has earned, over time and line by line."""
    site = site_for(current_user, name, "read")
    account = partner_account(site)
    total = ledger.balance(account)
    figures: dict[str, Any] = {
        "balance": total,
        "available": ledger.available(account),
        "left": payouts.left(site.id),
        "unsettled": earnings.unsettled_sats(site),
        "refunded": earnings.refunded_sats(site),
        "refunds": noted.refunds(site),
    }
    if wants_fragment():
        return _list_page(name, "balance", is_part=True, **figures)
    today = _today()
    changes = ledger.daily_changes(account, today - timedelta(days=DAYS - 1))
    earned = _earned_by_day(changes)
    moved: dict[date, int] = {}
    for change in changes:
        moved[change.day] = moved.get(change.day, 0) + change.amount
    return _list_page(
        name,
        "balance",
        **figures,
        suspended=earnings.suspended(site),
        picture=picture.draw(picture.days_until(today, DAYS, earned, moved, total)) if changes or total else None,
    )


@bp.get("/partners/<name>/figures")
@link_required
def figures(name: str) -> Response:
    """Sales, players and payments of a stretch of time, in one game or in all. One that cannot be read is a 422."""
    site = site_for(current_user, name, "read")
    records, games = _game_of_figures()
    period = period_of(request.args, _today())
    asked: dict[str, Any] = {"days": period.days if period.days != USUAL else None, **period.given}
    given = {**asked, "game": records.name if records else None}
    here = partial(url_for, "desk.figures", name=site.name)
    return render(
        "faces/desk/figures.html",
        "faces/desk/_figures.html",
        422 if period.errors else 200,
        site=site,
        figures=figures_of(site, period, records),
        before=figures_of(site, period.before, records).total,
        records=records,
        games=games,
        titles={one.name: one.title for one in games},
        several=records is None and len(games) > 1,
        offered=[(days, here(days=days, game=given["game"])) for days in OFFERED],
        of_games=[(one, here(**{**asked, "game": one.name if one else None})) for one in (None, *games)],
        csv=url_for("desk.figures_csv", name=site.name, **given),
        plain_csv=url_for("desk.figures_csv", name=site.name, **given, format="machine"),
    )


@bp.get("/partners/<name>/figures.csv")
@link_required
@limiter.limit("60 per minute", key_func=lambda: f"exports-of:{current_user.get_id()}")
def figures_csv(name: str) -> AnyResponse:
    """The rows of the figures at the same address as CSV.

    Raises DomainError `filter_invalid` for an address whose page says what is wrong with it, or an unknown format.
    """
    reader = next((one for one in READERS if one == request.args.get("format", READERS[0])), None)
    site = site_for(current_user, name, "read")
    records, _ = _game_of_figures()
    period = period_of(request.args, _today())
    if period.errors or reader is None:
        raise DomainError("filter_invalid", status=422)
    rows = [row.cells() for row in figures_of(site, period, records).rows]
    response = Response(sheets.begin(reader) + sheets.lines([list(COLUMNS), *rows], reader), mimetype="text/csv")
    file = f"{site.name}-figures-{period.since}-{period.until}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _game_of_figures() -> tuple[GameRecords | None, list[GameRecords]]:
    """The game that an address names, None: all; and which there are. Raises NotFound."""
    games = [one.records for one in catalogue().games if one.windows is not None and one.records is not None]
    name = request.args.get("game") or None
    chosen = next((one for one in games if one.name == name), None)
    if name is not None and chosen is None:
        raise NotFound("not_found")
    return chosen, games


def _today() -> date:
    return now().astimezone(UTC).date()


def _earned_by_day(changes: Sequence[ledger.DayChange]) -> dict[date, Sats]:
    """Of an account's changes, what settled rounds brought; refunds pass through and are nobody's earnings."""
    earned: dict[date, Sats] = {}
    for change in changes:
        if change.kind == "settle":
            earned[change.day] = earned.get(change.day, 0) + change.amount
    return earned


@bp.get("/partners/<name>/<any(orders, payments, wins, balance):kind>.csv")
@link_required
@limiter.limit("60 per minute", key_func=lambda: f"exports-of:{current_user.get_id()}")
def export(name: str, kind: str) -> AnyResponse:
    """The list at the same address as CSV: the same rows, all of them; for people, or with `?format=machine` exact.

    Raises DomainError `filter_invalid` for an address whose page says what is wrong with it, or an unknown format.
    """
    reader = next((one for one in READERS if one == request.args.get("format", READERS[0])), None)
    site = site_for(current_user, name, "read")
    chosen = _chosen(kind)
    wanted = _wanted(chosen)
    if wanted.errors or reader is None:
        raise DomainError("filter_invalid", status=422)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Response(stream(app, chosen.listing, site.id, wanted.narrowing, reader), mimetype="text/csv")
    file = f"{site.name}-{chosen.file_name}-{now().astimezone(UTC):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _list_page(name: str, kind: str, refused: str | None = None, **more: Any) -> Response:
    """One page of a list: the whole, or to htmx the rows alone. A filter that cannot be read lists nothing (422).

    Where rows are ticked nothing moves below the ticks, so that page is not renewed by itself.
    """
    site = site_for(current_user, name, "read")
    chosen = _chosen(kind)
    wanted, listing = _wanted(chosen), chosen.listing
    asked = request.args.get("before") or None
    before = listing.read_place(asked) if asked else None
    rows = [] if wanted.errors else listing.page(site, wanted.narrowing, before, SHOWN + 1)
    lines = chosen.lines(rows[:SHOWN])
    may_tick = lines and wanted.passed_on is not None and standing_of(current_user, site) != "read"
    ticks = wanted.given["passed"] if may_tick else None
    return render(
        f"faces/desk/{kind}.html",
        "faces/desk/_list.html",
        422 if wanted.errors or refused else 200,
        site=site,
        kind=kind,
        ticks=ticks,
        refused=refused,
        here_url=here(site, chosen),
        who=who_noted([getattr(line, "passed_on", None) for line in lines]),
        wanted=wanted,
        states=listing.states_for_people,
        rows=lines,
        payers={row.line.source_id: row.payer for row in rows if row.payer} if chosen.records is None else {},
        payings={row.line.source_id: row.paying for row in rows if row.paying} if chosen.records is None else {},
        is_live=not (wanted.errors or ticks) and (asked is None or _is_unpaid(lines)),
        made_at=created_at,
        records=chosen.records,
        games=chosen.games,
        **_addresses(site, chosen, wanted, asked, rows),
        **more,
    )


def _is_unpaid(lines: Sequence[Any]) -> bool:
    """Whether a win among them is still to be paid: what a page below the newest may yet change."""
    return any(line.debt is not None and not line.debt.is_paid for line in lines if isinstance(line, WinLine))


def _chosen(kind: str) -> Chosen:
    return choose(kind, request.args.get("game"))


def _wanted(chosen: Chosen) -> Wanted:
    passing = _passing(chosen)
    ways = passing.ways if passing is not None else ()
    return wanted_of(request.args, chosen.listing.states_for_people, chosen.other_states, ways=ways)


def _addresses(site: PartnerSite, chosen: Chosen, wanted: Wanted, before: str | None, rows: Any) -> dict[str, Any]:
    here = f"desk.{chosen.kind}"
    given: dict[str, Any] = dict(wanted.given) if chosen.records else {}
    cursor = chosen.listing.place_of(rows[SHOWN - 1]) if len(rows) > SHOWN else None
    return {
        "own_url": url_for(here, name=site.name, before=before, **given),
        "newest": url_for(here, name=site.name, **given) if before else None,
        "older": url_for(here, name=site.name, before=cursor, **given) if cursor else None,
        "csv": url_for("desk.export", name=site.name, kind=chosen.kind, **given),
        "plain_csv": url_for("desk.export", name=site.name, kind=chosen.kind, format="machine", **given),
    }
