"""The dashboard's lists: orders, payments, wins and the balance of one site, on screen and as CSV."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any, Final

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.login import login_required
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at
from app.core.limits import limiter
from app.core.web import render
from app.ledger import queries as ledger
from app.partners.models import PartnerSite
from app.partners.queries import site_for
from app.rounds import panels as rounds
from app.windows import earnings

from . import picture
from .export import stream
from .lists import LISTS, partner_account
from .records import Records, received_sats
from .wanted import Wanted, wanted_of

bp = Blueprint("desk", __name__)

SHOWN: Final = 25
DAYS: Final = 90


@bp.get("/partners/<name>/orders")
@login_required
def orders(name: str) -> Response:
    """A site's orders with both identifiers of their players, unpaid ones too."""
    return _list_page(name, "orders")


@bp.get("/partners/<name>/payments")
@login_required
def payments(name: str) -> Response:
    """Confirmed payments to a site's orders, and what became of each."""
    return _list_page(name, "payments")


@bp.get("/partners/<name>/wins")
@login_required
def wins(name: str) -> Response:
    """Whom to credit, and with how much."""
    return _list_page(name, "wins")


@bp.get("/partners/<name>/balance")
@login_required
def balance(name: str) -> Response:
    """What a site has earned, over time and line by line."""
    site = site_for(current_user, name, "read")
    account = partner_account(site)
    total = ledger.balance(account)
    today = now().astimezone(UTC).date()
    changes = ledger.daily_changes(account, today - timedelta(days=DAYS - 1))
    earned = rounds.earned_by_day(changes)
    moved: dict[date, int] = {}
    for change in changes:
        moved[change.day] = moved.get(change.day, 0) + change.amount
    return _list_page(
        name, "balance", balance=total, available=ledger.available(account), unsettled=earnings.unsettled_sats(site),
        suspended=earnings.suspended(site),
        picture=picture.draw(picture.days_until(today, DAYS, earned, moved, total)) if changes or total else None,
    )  # fmt: skip


@bp.get("/partners/<name>/<any(orders, payments, wins, balance):kind>.csv")
@login_required
@limiter.limit("60 per minute", key_func=lambda: f"exports-of:{current_user.get_id()}")
def export(name: str, kind: str) -> AnyResponse:
    """The list at the same address as CSV: the same rows, all of them.

    Raises DomainError `filter_invalid` for an address whose page says what is wrong with it.
    """
    site = site_for(current_user, name, "read")
    _, records = _of_game(kind)
    wanted = _wanted(kind, records)
    if wanted.errors:
        raise DomainError("filter_invalid", status=422)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Response(stream(app, records, site.id, wanted), mimetype="text/csv")
    file = f"{site.name}-{_file_name(kind, records)}-{now().astimezone(UTC):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _list_page(name: str, kind: str, **more: Any) -> Response:
    """One page of a list: the whole, or to htmx the rows alone. A filter that cannot be read lists nothing (422)."""
    site = site_for(current_user, name, "read")
    game, records = _of_game(kind)
    wanted = _wanted(kind, records)
    before = request.args.get("before") or None
    rows = [] if wanted.errors else records.read(site, wanted, before, SHOWN + 1)
    shown = rows[:SHOWN]
    return render(
        f"desk/{kind}.html", "desk/_list.html", 422 if wanted.errors else 200,
        site=site, kind=kind, wanted=wanted, states=records.states, rows=shown, made_at=created_at,
        game=game, games=_games(kind), list_template=records.template,
        received=received_sats, **_addresses(site, records, wanted, before, rows), **more,
    )  # fmt: skip


def _of_game(kind: str) -> tuple[str, Records]:
    """The game that the address asks for and its list. Raises NotFound if it has none."""
    lists = LISTS[kind]
    game = request.args.get("game") or next(iter(lists))
    if game not in lists:
        raise NotFound("not_found")
    return game, lists[game]


def _wanted(kind: str, records: Records) -> Wanted:
    return wanted_of(request.args, records.states, tuple(state for one in LISTS[kind].values() for state in one.states))


def _games(kind: str) -> dict[str, str]:
    """The games whose lists there are, as they are called, where there is a choice."""
    names = {game.name: str(game.title) for game in current_app.extensions["embed_games"]}
    return {game: names[game] for game in LISTS[kind]} if len(LISTS[kind]) > 1 else {}


def _file_name(kind: str, records: Records) -> str:
    return kind if records is next(iter(LISTS[kind].values())) else f"{_of_game(kind)[0]}-{kind}"


def _addresses(site: PartnerSite, records: Records, wanted: Wanted, before: str | None, rows: Any) -> dict[str, Any]:
    here = f"desk.{records.name}"
    given: dict[str, Any] = dict(wanted.given) if records.has_filter else {}
    cursor = records.cursor(rows[SHOWN - 1]) if len(rows) > SHOWN else None
    return {
        "newest": url_for(here, name=site.name, **given) if before else None,
        "older": url_for(here, name=site.name, before=cursor, **given) if cursor else None,
        "csv": url_for("desk.export", name=site.name, kind=records.name, **given),
    }
