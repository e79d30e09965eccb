"""A wallet is changed by hand only by two people, and the house bears it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.money import MOST_MINOR
from app.core.text.amounts import written
from app.core.text.names import words
from app.money.wallets import postings, queries
from app.money.wallets.rules import check_currency
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.profile.queries import profile_of
from app.people.players.spending import hold
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, PersonsName
from app.record.audit.service import note
from app.record.ledger import service as ledger

NAME: Final = "wallet.adjustment"
MODULE: Final = "wallets"
_LONGEST_RECEIPT: Final = 120


def propose(user_id: UUID, currency: str, amount: int, receipt: str, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to give so much (minor units) to a wallet, or below zero to take it; None where one is
    enough. `receipt` names the paper that shows why: a ticket's number, a letter, a file.

    Raises:
        DomainError: 422 `currency_unknown`, `amount_out_of_range`, `receipt_invalid`; 409 `insufficient_funds`; as
            `approvals.propose`.
    """
    check_currency(currency)
    if not 0 < abs(amount) <= MOST_MINOR:
        raise DomainError("amount_out_of_range", field="amountMinor")
    if amount < 0 and queries.wallet_of(user_id, check_currency(currency)).spendable < -amount:
        raise DomainError("insufficient_funds", status=409, field="amountMinor")
    kept = words(receipt, _LONGEST_RECEIPT)
    if not kept:
        raise DomainError("receipt_invalid", field="receipt", most=_LONGEST_RECEIPT)
    payload = {"userId": str(user_id), "currency": currency, "amountMinor": amount, "receipt": kept}
    return approvals.propose_or_do(NAME, f"user:{user_id}", payload, why, actor=actor)


def _describe(payload: Payload) -> Described:
    user_id, amount = UUID(payload["userId"]), written(abs(payload["amountMinor"]), payload["currency"])
    is_given = payload["amountMinor"] > 0
    sentence = gettext("%(amount)s are given to a player’s wallet.", amount=amount)
    if not is_given:
        sentence = gettext("%(amount)s are taken from a player’s wallet.", amount=amount)
    rows = (
        (gettext("Player"), PersonsName(profile_of(user_id).name or user_id)),
        (gettext("Borne by"), gettext("the house")),
        (gettext("Receipt"), payload.get("receipt", "–")),
    )
    return Described(sentence, rows, f"/admin/people/{user_id}")


def _execute(payload: Payload, agreed: Agreed) -> None:
    user_id, currency, amount = UUID(payload["userId"]), payload["currency"], payload["amountMinor"]
    hold(user_id)
    ledger.post(postings.adjusted(agreed.id, postings.wallet(user_id, currency), amount))
    told = {"currency": currency, "receipt": payload.get("receipt", "–")}
    note(agreed.actor, "wallet.adjusted", f"user:{user_id}", agreed.why, amount_minor=amount, **told)


def _still_valid(payload: Payload) -> str | None:
    wallet = queries.wallet_of(UUID(payload["userId"]), check_currency(payload["currency"]))
    if wallet.spendable + payload["amountMinor"] < 0:
        return str(gettext("There is not so much in the wallet any more."))
    return None


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Change of a wallet"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
)
