"""What a player has paid in and drawn out, and every line of each wallet: narrowed, a page at a time, or as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Response, request, stream_with_context, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import end_reading
from app.core.text import sheets
from app.core.text.amounts import major, written
from app.core.text.sheets import Cell
from app.core.web.requests import render
from app.core.wire.paging import cut, number_place, place_of, query_cursor
from app.faces.play.wallet import asked, words
from app.faces.play.wallet.lines import pages_of
from app.faces.play.wallet.moves import DIRECTIONS, STANDINGS, Move, Wanted, moves
from app.faces.play.wallet.tabs import with_tabs
from app.money.wallets import queries
from app.money.wallets.rules import WALLET_CURRENCIES, Currency
from app.money.wallets.statement import queries as statement
from app.people.accounts.login.page_door import login_required

bp = with_tabs(Blueprint("play_money", __name__, url_prefix="/play/wallet"))
ENDPOINTS: Final = tuple(f"play_money.{name}" for name in ("payments", "payments_file", "lines", "lines_file"))
_PAGE: Final = 50
_AT_ONCE: Final = 500
_PAYMENTS_HEAD: Final = ("at", "direction", "amount", "currency", "by", "state", "id")
_LINES_HEAD: Final = ("at", "what", "amount", "balance_after", "currency", "of")


@bp.get("/payments")
@bp.get("/withdrawals")
@login_required
def payments() -> AnyResponse:
    """Payments in and withdrawals out, the newest first."""
    wanted, before = Wanted.read(request.args), query_cursor("before")
    shown, more = cut(moves(current_user.id, wanted, before, _PAGE + 1), _PAGE, lambda one: one.id)
    context: dict[str, Any] = {
        "moves": shown,
        "wanted": wanted,
        "directions": DIRECTIONS,
        "standings": STANDINGS,
        "currencies": WALLET_CURRENCIES,
        "newest": wanted.address() if before is not None else None,
        "older": wanted.address(more) if more else None,
        "written": written,
    }
    return render("faces/play/wallet/payments.html", "faces/play/wallet/_payments.html", **context)


@bp.get("/payments.csv")
@login_required
def payments_file() -> AnyResponse:
    """What the page shows, whole."""
    wanted, user_id = Wanted.read(request.args), cast(UUID, current_user.id)
    return _file("tiraj-payments.csv", _all_moves(user_id, wanted))


@bp.get("/statement")
@login_required
def lines() -> AnyResponse:
    """A wallet's lines, the newest first, each with what was in it afterwards."""
    currency = asked.currency()
    after = place_of(request.args.get("after"), lambda text: number_place(text, 2**63 - 1), "after")
    found = statement.lines_of(current_user.id, currency, after, _PAGE + 1)
    shown, more = cut(found, _PAGE, lambda one: one.id)
    context: dict[str, Any] = {
        "wallet": queries.wallet_of(current_user.id, currency),
        "currency": currency,
        "currencies": WALLET_CURRENCIES,
        "lines": shown,
        "pages": pages_of(shown),
        "newest": url_for("play_money.lines", currency=currency) if after is not None else None,
        "older": url_for("play_money.lines", currency=currency, after=more) if more else None,
        "written": written,
        "kinds": words.LINES,
    }
    return render("faces/play/wallet/statement.html", "faces/play/wallet/_statement.html", **context)


@bp.get("/statement.csv")
@login_required
def lines_file() -> AnyResponse:
    """All of it."""
    currency, user_id = asked.currency(), cast(UUID, current_user.id)
    return _file(f"tiraj-wallet-{currency}.csv", _all_lines(user_id, currency))


def _file(name: str, rows: Iterator[str]) -> Response:
    response = Response(stream_with_context(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _all_moves(user_id: UUID, wanted: Wanted) -> Iterator[str]:
    """Between two batches no connection is held, so that a slow reader keeps nobody waiting."""
    yield sheets.begin("people") + sheets.lines([_PAYMENTS_HEAD], "people")
    before: UUID | None = None
    while page := moves(user_id, wanted, before, _AT_ONCE):
        end_reading()
        yield sheets.lines([_cells(one) for one in page], "people")
        before = page[-1].id


def _cells(one: Move) -> list[Cell]:
    amount = major(one.amount, one.currency)
    return [one.at.isoformat(), one.direction, amount, one.currency, one.way, str(one.said.name), str(one.id)]


def _all_lines(user_id: UUID, currency: Currency) -> Iterator[str]:
    yield sheets.begin("people") + sheets.lines([_LINES_HEAD], "people")
    after: int | None = None
    while page := statement.lines_of(user_id, currency, after, _AT_ONCE):
        end_reading()
        rows: list[list[Cell]] = [
            [
                one.at.isoformat(),
                str(words.LINES.get(one.kind, one.kind)),
                major(one.amount, currency),
                major(one.balance_after, currency),
                currency,
                one.reference,
            ]
            for one in page
        ]
        yield sheets.lines(rows, "people")
        after = page[-1].id
