"""JSON of one's own wallets: what is in them, their lines, what is drawn out. A session opens it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.text import sheets
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.paging import cut, number_place, place_of, query_cursor
from app.money.wallets import queries
from app.money.wallets.messages import MESSAGES
from app.money.wallets.queries import Wallet
from app.money.wallets.rules import check_currency
from app.money.wallets.statement import queries as statement
from app.money.wallets.statement.queries import StatementLine
from app.money.wallets.withdrawals import deciding, service
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals.queries import Drawn
from app.people.accounts.login.json_door import require_session
from app.record.answers.service import Owner, once

from .schemas import (
    LineRecord,
    LinesPage,
    LinesParameters,
    WalletRecord,
    Wallets,
    WithdrawalAnswer,
    WithdrawalRecord,
    WithdrawalsPage,
    WithdrawalWanted,
)

bp: Final = Blueprint("wallets_api", __name__, url_prefix="/api/players")
ENDPOINTS: Final = tuple(
    f"{bp.name}.{name}" for name in ("wallets", "lines", "export", "withdraw", "withdrawals", "cancel")
)

_PAGE: Final = 50
_HEAD: Final = ("at", "kind", "amount_minor", "balance_after_minor", "currency", "reference")


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.get("/wallets", endpoint="wallets")
def own_wallets() -> Response:
    """What one has here."""
    person = require_session()
    return json_response(Wallets(wallets=[_wallet(one) for one in queries.wallets_of(person.id)]))


@bp.get("/wallets/<currency>/lines")
def lines(currency: str) -> Response:
    """A wallet's statement, a page of it."""
    person = require_session()
    own, asked = check_currency(currency), read_query(LinesParameters)
    after = place_of(asked.after, lambda text: number_place(text, 2**63 - 1), "after")
    page, more = cut(statement.lines_of(person.id, own, after, _PAGE + 1), _PAGE, lambda one: one.id)
    return json_response(LinesPage(items=[_line(one) for one in page], next=more))


@bp.get("/wallets/<currency>/lines.csv")
def export(currency: str) -> Response:
    """All of it, as a file."""
    person = require_session()
    own = check_currency(currency)
    rows = (
        (one.at.isoformat(), one.kind, one.amount, one.balance_after, own, one.reference)
        for one in statement.all_lines(person.id, own)
    )
    response = Response(sheets.lines([_HEAD, *rows], "machine"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="tiraj-wallet-{own}.csv"'
    return response


@bp.post("/wallets/<currency>/withdrawals")
def withdraw(currency: str) -> Response:
    """Ask for money of one's own, to one's own account."""
    person = require_session()
    own, wanted = check_currency(currency), read_json(WithdrawalWanted)

    def act() -> WithdrawalAnswer:
        asked = service.ask(person.id, own, wanted.amount_minor, wanted.method, wanted.account)
        return WithdrawalAnswer(withdrawal=_withdrawal(withdrawals.one(asked.id)))

    with transaction():
        return once(Owner.player(person.id), wanted, act, 201)


@bp.get("/withdrawals", endpoint="withdrawals")
def own_withdrawals() -> Response:
    """What one has drawn out, and how far it has come."""
    person = require_session()
    found = withdrawals.of_player(person.id, query_cursor("before"), _PAGE + 1)
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(WithdrawalsPage(withdrawals=[_withdrawal(one) for one in page], next=more))


@bp.post("/withdrawals/<withdrawal_id>/cancel")
def cancel(withdrawal_id: str) -> Response:
    """Have it in the wallet again, before it was approved."""
    person, identifier = require_session(), parse_id(withdrawal_id)
    if identifier is None:
        raise NotFound("withdrawal_not_found")
    with transaction():
        deciding.take_back(identifier, person.id)
    return json_response(WithdrawalAnswer(withdrawal=_withdrawal(withdrawals.one(identifier))))


def _wallet(one: Wallet) -> WalletRecord:
    return WalletRecord(
        currency=one.currency,
        balance_minor=one.balance,
        held_minor=one.held,
        spendable_minor=one.spendable,
        owed_minor=one.owed,
    )


def _line(one: StatementLine) -> LineRecord:
    return LineRecord(
        id=str(one.id),
        kind=one.kind,
        amount_minor=one.amount,
        balance_after_minor=one.balance_after,
        at=one.at,
        reference=one.reference,
    )


def _withdrawal(one: Drawn) -> WithdrawalRecord:
    return WithdrawalRecord(
        id=str(one.id),
        status=one.state,
        currency=one.currency,
        amount_minor=one.amount,
        method=one.method,
        account=one.masked,
        reason=one.reason,
        asked_at=one.asked_at,
        ended_at=one.ended_at,
    )
