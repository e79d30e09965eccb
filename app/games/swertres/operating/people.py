"""JSON of operators: the owner's money, who bets, and what bettors draw out in pesos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Blueprint, Response

from app.core.database.session import end_reading, transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.core.wire.paging import cut, query_cursor
from app.games.swertres.game import SWERTRES
from app.games.swertres.wire.money import WithdrawalTold, told
from app.money.wallets.operating import listing
from app.money.wallets.operating.listing import Filters
from app.money.wallets.withdrawals import deciding, queries
from app.people.approvals.models import Approval
from app.selling.bets.bankroll import owner
from app.selling.bets.operating import figures

from . import schemas
from .door import actor, decider, privileged

bp: Final = Blueprint("swertres_owner_api", __name__, url_prefix="/api/swertres/admin")
_NAMES: Final = ("balance", "deposit", "withdraw", "bettors", "bettor", "withdrawals", "approve", "reject")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _NAMES)
_PAGE: Final = 50


@bp.get("/owner/balance")
@privileged("wallets")
def balance() -> Response:
    """The bankroll, what undrawn draws could cost, and what is left."""
    money = figures.standing(SWERTRES)
    answer = schemas.OwnerBalance(
        balance_centavos=money.bankroll, worst_case_centavos=money.worst, available_centavos=money.available
    )
    return json_response(answer)


@bp.post("/owner/deposit")
@privileged("wallets")
def deposit() -> Response:
    """Propose that the owner has put so much in; a second operator confirms."""
    return _moved(owner.propose_fund)


@bp.post("/owner/withdraw")
@privileged("wallets")
def withdraw() -> Response:
    """Propose that the owner has taken so much out, of what no draw holds; a second operator confirms."""
    return _moved(owner.propose_withdraw)


@bp.get("/bettors")
@privileged("people")
def bettors() -> Response:
    """Who has bet, by what it came to; no names."""
    found = figures.bettors(SWERTRES.name, before=query_cursor("before"), limit=_PAGE + 1)
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(schemas.Bettors(items=[_bettor(one) for one in page], next=more))


@bp.get("/bettors/<user_id>")
@privileged("people")
def bettor(user_id: str) -> Response:
    """One of them."""
    identifier = parse_id(user_id)
    found = figures.bettors(SWERTRES.name, ids=[identifier], limit=1) if identifier is not None else []
    if not found:
        raise NotFound("bettor_not_found")
    return json_response(_bettor(found[0]))


@bp.get("/withdrawals")
@privileged("wallets")
def withdrawals() -> Response:
    """Withdrawals in pesos that have no end yet."""
    filters = Filters("open", "", SWERTRES.currency, None)
    with transaction():
        found = [one.drawn for one in listing.found(filters, query_cursor("before"), _PAGE + 1)]
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(schemas.PesoWithdrawals(items=[told(one) for one in page], next=more))


@bp.post("/withdrawals/<withdrawal_id>/approve")
@privileged("wallets")
def approve(withdrawal_id: str) -> Response:
    """Say yes: the first proposes it, the second lets it leave."""
    identifier, wanted = _id(withdrawal_id), read_json(schemas.Reason)
    deciding.approve(identifier, decider(), wanted.reason)
    return _withdrawal(identifier)


@bp.post("/withdrawals/<withdrawal_id>/reject")
@privileged("wallets")
def reject(withdrawal_id: str) -> Response:
    """Say no: the money is the player's again, in the wallet."""
    identifier, wanted = _id(withdrawal_id), read_json(schemas.Reason)
    deciding.refuse(identifier, decider(), wanted.reason)
    return _withdrawal(identifier)


def _moved(propose: Callable[..., Approval | None]) -> Response:
    wanted = read_json(schemas.OwnerMove)
    with transaction():
        made = propose(
            SWERTRES.name,
            wanted.amount_centavos,
            wanted.reason,
            actor=actor(),
            bank=wanted.bank,
            reference=wanted.reference,
        )
        return json_response(schemas.Proposed(approval_id=str(made.id) if made is not None else None), 202)


def _withdrawal(identifier: UUID) -> Response:
    with transaction():
        return json_response(told(queries.one(identifier)))


def _id(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound("withdrawal_not_found")
    end_reading()
    return found


def _bettor(one: figures.Bettor) -> schemas.BettorRecord:
    return schemas.BettorRecord(
        user_id=str(one.id),
        cards_count=one.tickets,
        wagered_centavos=one.staked,
        won_centavos=one.won,
        last_bet_at=one.last_at,
    )


_UNKNOWN: Final = {401: "operator_unknown", 403: "operator_not_privileged"}
_DECIDED: Final = {
    401: "operator_unknown",
    403: "operator_not_privileged, confirmation_needs_session, approval_by_same_person, approval_concerns_you",
    404: "withdrawal_not_found",
    409: "withdrawal_state, approval_decided, approval_altered, approval_expired, approval_outdated, "
    "approval_proposer_gone, approval_failed",
}
_PLACE: Final = bp.url_prefix or ""
_OF: Final = "Swertres"
DESCRIBED: Final = (
    Described(
        f"{bp.name}.balance",
        "GET",
        f"{_PLACE}/owner/balance",
        _OF,
        "The bankroll, and what is left of it",
        schemas.OwnerBalance,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    *(
        Described(
            f"{bp.name}.{name}",
            "POST",
            f"{_PLACE}/owner/{name}",
            _OF,
            summary,
            schemas.Proposed,
            body=schemas.OwnerMove,
            status=202,
            by_operator=True,
            refusals={**_UNKNOWN, 409: refused, 422: "amount_out_of_range, place_unknown"},
        )
        for name, summary, refused in (
            ("deposit", "Propose that the owner has put so much in", "approval_open"),
            (
                "withdraw",
                "Propose that the owner has taken so much out",
                "approval_open, bankroll_needed, bank_has_less",
            ),
        )
    ),
    Described(
        f"{bp.name}.bettors",
        "GET",
        f"{_PLACE}/bettors",
        _OF,
        "Who has bet, by what it came to",
        schemas.Bettors,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.bettor",
        "GET",
        f"{_PLACE}/bettors/{{user_id}}",
        _OF,
        "One of them",
        schemas.BettorRecord,
        by_operator=True,
        refusals={**_UNKNOWN, 404: "bettor_not_found"},
    ),
    Described(
        f"{bp.name}.withdrawals",
        "GET",
        f"{_PLACE}/withdrawals",
        _OF,
        "Withdrawals in pesos that have no end yet",
        schemas.PesoWithdrawals,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.approve",
        "POST",
        f"{_PLACE}/withdrawals/{{withdrawal_id}}/approve",
        _OF,
        "Let one leave: the first operator proposes it, the second confirms",
        WithdrawalTold,
        body=schemas.Reason,
        by_operator=True,
        refusals=_DECIDED,
    ),
    Described(
        f"{bp.name}.reject",
        "POST",
        f"{_PLACE}/withdrawals/{{withdrawal_id}}/reject",
        _OF,
        "Give one back to its wallet",
        WithdrawalTold,
        body=schemas.Reason,
        by_operator=True,
        refusals=_DECIDED,
    ),
)
