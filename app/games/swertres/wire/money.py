"""JSON of one's pesos here: what is in the wallet, its lines, and what is drawn out to a bank."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from flask import Blueprint, Response, request
from pydantic import Field

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.core.wire.paging import cut, number_place, place_of, query_cursor
from app.core.wire.schemas import Answer, OneOf, Question
from app.games.swertres.game import SWERTRES
from app.money.wallets import queries
from app.money.wallets.rules import BY_HAND
from app.money.wallets.statement import queries as statement
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals import service
from app.money.wallets.withdrawals.queries import Drawn
from app.money.wallets.withdrawals.states import STATES
from app.people.accounts.login.json_door import require_session
from app.people.players.profile.queries import profile_of
from app.record.answers.service import Owner, once

from .schemas import Amount

bp: Final = Blueprint("swertres_money_api", __name__, url_prefix="/api/swertres")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("balance", "history", "withdraw", "withdrawals"))
_PAGE: Final = 50
_TEXT: Final = 120


class PesoBalance(Answer):
    """One's pesos. What is held is on its way out."""

    balance_centavos: int
    held_centavos: int
    spendable_centavos: int


class Movement(Answer):
    """A line of the statement; below zero it left."""

    kind: str
    amount_centavos: int
    balance_after_centavos: int
    at: datetime
    reference: str


class History(Answer):
    """Lines, the newest first; `next` goes on."""

    items: list[Movement]
    next: str | None


class BankWithdrawal(Question):
    """So much, to an account of one's own at a bank."""

    amount_centavos: Amount
    bank_name: str = Field(min_length=1, max_length=_TEXT)
    account_number: str = Field(min_length=1, max_length=40)
    account_name: str = Field(min_length=1, max_length=_TEXT)


class WithdrawalTold(Answer):
    """A withdrawal, and how far it has come."""

    id: str
    status: Annotated[str, OneOf(STATES)]
    amount_centavos: int
    account: str | None
    reason: str
    asked_at: datetime
    ended_at: datetime | None


class WithdrawalsTold(Answer):
    """One's own, the newest first; `next` goes on."""

    items: list[WithdrawalTold]
    next: str | None


@bp.get("/balance")
def balance() -> Response:
    """What one has here."""
    wallet = queries.wallet_of(require_session().id, SWERTRES.currency)
    answer = PesoBalance(
        balance_centavos=wallet.balance, held_centavos=wallet.held, spendable_centavos=wallet.spendable
    )
    return json_response(answer)


@bp.get("/balance/history")
def history() -> Response:
    """The statement, a page of it."""
    person = require_session()
    after = place_of(request.args.get("after"), lambda text: number_place(text, 2**63 - 1), "after")
    lines = statement.lines_of(person.id, SWERTRES.currency, after, _PAGE + 1)
    page, more = cut(lines, _PAGE, lambda one: one.id)
    items = [
        Movement(
            kind=one.kind,
            amount_centavos=one.amount,
            balance_after_centavos=one.balance_after,
            at=one.at,
            reference=one.reference,
        )
        for one in page
    ]
    return json_response(History(items=items, next=more))


@bp.post("/withdrawals/request")
def withdraw() -> Response:
    """Ask for money of one's own, to one's own account at a bank."""
    person, wanted = require_session(), read_json(BankWithdrawal)

    def act() -> WithdrawalTold:
        _check_name(person.id, wanted.account_name)
        account = f"{_letters(wanted.bank_name)}{wanted.account_number}"
        asked = service.ask(person.id, SWERTRES.currency, wanted.amount_centavos, BY_HAND, account)
        return told(withdrawals.one(asked.id))

    with transaction():
        return once(Owner.player(person.id), wanted, act, 201)


@bp.get("/withdrawals", endpoint="withdrawals")
def own_withdrawals() -> Response:
    """What one has drawn out, and how far it has come."""
    person = require_session()
    found = withdrawals.of_player(person.id, query_cursor("before"), _PAGE + 1, currency=SWERTRES.currency)
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(WithdrawalsTold(items=[told(one) for one in page], next=more))


def _check_name(user_id: UUID, name: str) -> None:
    """Money leaves to who its owner is. Raises DomainError 409 `account_not_yours`."""
    if name.casefold().split() != (profile_of(user_id).name or "").casefold().split():
        raise DomainError("account_not_yours", status=409, field="accountName")


def _letters(bank: str) -> str:
    """A bank's name as it stands before an account's number, which are kept as one."""
    return "".join(letter for letter in bank if letter.isascii() and letter.isalnum())


def told(one: Drawn) -> WithdrawalTold:
    """A withdrawal as its JSON has it."""
    return WithdrawalTold(
        id=str(one.id),
        status=one.state,
        amount_centavos=one.amount,
        account=one.masked,
        reason=one.reason,
        asked_at=one.asked_at,
        ended_at=one.ended_at,
    )


_SIGNED_OUT: Final = {401: "not_signed_in"}
_PLACE: Final = bp.url_prefix or ""
_OF: Final = "Swertres"
DESCRIBED: Final = (
    Described(
        f"{bp.name}.balance",
        "GET",
        f"{_PLACE}/balance",
        _OF,
        "One's pesos here",
        PesoBalance,
        by_session=True,
        refusals=_SIGNED_OUT,
    ),
    Described(
        f"{bp.name}.history",
        "GET",
        f"{_PLACE}/balance/history",
        _OF,
        "The lines of one's pesos, the newest first",
        History,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "cursor_unknown"},
    ),
    Described(
        f"{bp.name}.withdraw",
        "POST",
        f"{_PLACE}/withdrawals/request",
        _OF,
        "Ask for money of one's own, to one's own account at a bank",
        WithdrawalTold,
        body=BankWithdrawal,
        status=201,
        by_session=True,
        takes_key=True,
        refusals={
            **_SIGNED_OUT,
            403: "origin_refused, not_registered, verification_needed",
            409: "insufficient_funds, withdrawal_limit_reached, withdrawal_while_owing, withdrawal_while_disputed, "
            "money_leaves_elsewhere, account_not_yours, winnings_not_final",
            422: "account_invalid",
        },
    ),
    Described(
        f"{bp.name}.withdrawals",
        "GET",
        f"{_PLACE}/withdrawals",
        _OF,
        "What one has drawn out",
        WithdrawalsTold,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "cursor_invalid"},
    ),
)
