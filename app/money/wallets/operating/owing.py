"""What a player owes, after something was taken back from us that he had spent: two people set it off against his
wallet, or write it off, and the house bears it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, TypeAlias
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.text.amounts import written
from app.money.wallets import postings, queries
from app.money.wallets.queries import Wallet
from app.money.wallets.rules import check_amount, check_currency
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.profile.queries import profile_of
from app.people.players.spending import hold
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, PersonsName
from app.record.audit.service import note
from app.record.ledger import service as ledger

How: TypeAlias = Literal["set_off", "written_off"]

NAME: Final = "wallet.owing"
MODULE: Final = "wallets"


def propose(user_id: UUID, currency: str, amount: int, how: How, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to end so much (minor units) of what somebody owes; None where one is enough.

    Raises DomainError: 422 `currency_unknown`, `amount_out_of_range`; 409 `not_owed`, `insufficient_funds`; as
    `approvals.propose`.
    """
    check_currency(currency)
    check_amount(amount)
    payload: Payload = {"userId": str(user_id), "currency": currency, "amountMinor": amount, "how": how}
    code = _refusal(payload)
    if code is not None:
        raise DomainError(code, status=409, field="amountMinor")
    return approvals.propose_or_do(NAME, f"user:{user_id}", payload, why, actor=actor)


def _wallet(payload: Payload) -> Wallet:
    return queries.wallet_of(UUID(payload["userId"]), check_currency(payload["currency"]))


def _refusal(payload: Payload) -> str | None:
    """Why it cannot be done as things stand."""
    wallet, amount = _wallet(payload), payload["amountMinor"]
    if wallet.owed < amount:
        return "not_owed"
    return "insufficient_funds" if payload["how"] == "set_off" and wallet.spendable < amount else None


def _describe(payload: Payload) -> Described:
    user_id, amount = UUID(payload["userId"]), written(payload["amountMinor"], payload["currency"])
    sentence = gettext("%(amount)s that a player owes are written off.", amount=amount)
    if payload["how"] == "set_off":
        sentence = gettext("%(amount)s that a player owes are taken from the wallet.", amount=amount)
    is_set_off = payload["how"] == "set_off"
    rows = (
        (gettext("Player"), PersonsName(profile_of(user_id).name or user_id)),
        (gettext("Borne by"), gettext("the player") if is_set_off else gettext("the house")),
        (gettext("Owed"), written(_wallet(payload).owed, payload["currency"])),
    )
    return Described(sentence, rows, f"/admin/people/{user_id}")


def _execute(payload: Payload, agreed: Agreed) -> None:
    user_id, currency, amount = UUID(payload["userId"]), payload["currency"], payload["amountMinor"]
    hold(user_id)
    ledger.post(postings.owed_no_more(agreed.id, user_id, currency, amount, payload["how"]))
    told = {"currency": currency, "how": payload["how"]}
    note(agreed.actor, "wallet.owed_no_more", f"user:{user_id}", agreed.why, amount_minor=amount, **told)


def _still_valid(payload: Payload) -> str | None:
    sentences = {
        "not_owed": gettext("So much is not owed any more."),
        "insufficient_funds": gettext("There is not so much in the wallet any more."),
    }
    code = _refusal(payload)
    return sentences[code] if code is not None else None


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("What a player owes"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
)
