"""Who lets a withdrawal leave: two operators, or one where it is small and the settings say so. One alone may refuse,
for then the money stays where it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.money.wallets.messages import CALLED
from app.money.wallets.models import Destination, Withdrawal
from app.money.wallets.operating.words import HOW_VERIFIED
from app.money.wallets.origins import service as origins
from app.money.wallets.rules import Method
from app.money.wallets.settings import wallet_settings
from app.money.wallets.ways import WAYS
from app.people.approvals import queries as approvals_queries
from app.people.approvals import service as approvals
from app.people.approvals.second import confirming
from app.people.approvals.second.people import Decider
from app.people.operators import service as operators
from app.people.players.profile.queries import profile_of
from app.people.players.verification.queries import state_of
from app.people.players.verification.rules import parse_limits
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, Personal, PersonsName

from . import asked_back, service

NAME: Final = "wallet.withdrawal"
MODULE: Final = "wallets"


def approve(withdrawal_id: UUID, by: Decider, reason: str) -> None:
    """Say yes: the first time it is proposed to a second operator, whose yes lets it leave. Opens its own transactions.

    Raises:
        NotFound: `withdrawal_not_found`.
        DomainError: 409 `withdrawal_state`, and as `approvals.propose` and `confirming.confirm`.
    """
    actor = f"operator:{by.operator}"
    with transaction():
        withdrawal = service.locked(withdrawal_id)
        waiting = approvals_queries.open_of(NAME, _subject(withdrawal_id))
        open_id = waiting.id if waiting is not None else None
        if open_id is None and not _is_small(withdrawal):
            approvals.propose_or_do(NAME, _subject(withdrawal_id), _payload(withdrawal), reason, actor=actor)
        elif open_id is None:
            service.approve(withdrawal_id, actor=actor, reason=reason)
    if open_id is not None:
        confirming.confirm(open_id, by, reason)


def refuse(withdrawal_id: UUID, by: Decider, reason: str) -> None:
    """Say no, whatever another has proposed: the money is the player's again, in the wallet.

    The proposal is locked before the withdrawal, as by whoever confirms it: of two who decide at once one waits.

    Raises:
        NotFound: `withdrawal_not_found`.
        DomainError: 409 `withdrawal_state`, and as `approvals.refuse`.
    """
    actor = f"operator:{by.operator}"
    with transaction():
        waiting = approvals_queries.open_of(NAME, _subject(withdrawal_id))
        if waiting is not None and waiting.proposed_by == operators.row_of(by.operator).id:
            approvals.withdraw(waiting.id, actor=actor, reason=reason)
        elif waiting is not None:
            approvals.refuse(waiting.id, by, reason)
        service.refuse(withdrawal_id, actor=actor, reason=reason)


def take_back(withdrawal_id: UUID, user_id: UUID) -> None:
    """Its owner has it in the wallet again, whatever one operator has proposed; what two, or one, let leave stays so.

    The proposal is locked before the withdrawal, as by whoever confirms it.

    Raises:
        NotFound: `withdrawal_not_found`: none of theirs either.
        DomainError: 409 `withdrawal_state`.
    """
    if db.session.scalar(select(Withdrawal.user_id).where(Withdrawal.id == withdrawal_id)) != user_id:
        raise NotFound("withdrawal_not_found")
    waiting = approvals_queries.open_of(NAME, _subject(withdrawal_id))
    if waiting is not None:
        approvals.drop(waiting.id, actor=f"user:{user_id}", reason=service.TAKEN_BACK)
    service.take_back(withdrawal_id, user_id)


def _is_small(withdrawal: Withdrawal) -> bool:
    limit = parse_limits(wallet_settings().withdrawal_one_reviewer or "").get(withdrawal.currency, 0)
    return withdrawal.amount_minor <= limit


def _subject(withdrawal_id: UUID) -> str:
    return f"withdrawal:{withdrawal_id}"


def _payload(withdrawal: Withdrawal) -> dict[str, object]:
    return {
        "withdrawalId": str(withdrawal.id),
        "userId": str(withdrawal.user_id),
        "currency": withdrawal.currency,
        "amountMinor": withdrawal.amount_minor,
        "method": withdrawal.method,
    }


def _found(payload: Payload) -> Withdrawal:
    found = db.session.get(Withdrawal, UUID(payload["withdrawalId"]))
    if found is None:
        raise NotFound("withdrawal_not_found")
    return found


def _describe(payload: Payload) -> Described:
    withdrawal = _found(payload)
    destination = db.session.get_one(Destination, withdrawal.destination_id)
    amount = written(withdrawal.amount_minor, withdrawal.currency)
    name = PersonsName(profile_of(withdrawal.user_id).name or gettext("erased"))
    is_verified = state_of(withdrawal.user_id) == "verified"
    not_final = origins.not_final(withdrawal.user_id, withdrawal.currency)
    rows = (
        (gettext("Amount"), amount),
        (gettext("Way"), str(CALLED[cast(Method, withdrawal.method)])),
        (gettext("Account"), Personal(destination.account or gettext("erased"))),
        (gettext("Verified name") if is_verified else gettext("Name (their own word; not verified)"), name),
        (gettext("Known to be theirs by"), str(HOW_VERIFIED[destination.verified_how])),
        (gettext("Won by results that are not final"), written(not_final, withdrawal.currency)),
    )
    return Described(
        gettext("%(amount)s leave for the player’s own account.", amount=amount),
        rows,
        f"/admin/money/withdrawals/{withdrawal.id}",
    )


def _execute(payload: Payload, agreed: Agreed) -> None:
    service.approve(UUID(payload["withdrawalId"]), actor=agreed.actor, reason=agreed.why)


def _still_valid(payload: Payload) -> str | None:
    withdrawal = _found(payload)
    if withdrawal.state != "held":
        return str(gettext("The withdrawal has moved on since."))
    try:
        asked_back.check(withdrawal.user_id)
    except DomainError as error:
        return str(message_for(error))
    return None


def _left_to_do(payload: Payload) -> str:
    if _found(payload).method in WAYS.get():
        return ""
    return str(gettext("No way pays it by itself: somebody pays it by hand now, and enters that on its page."))


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Withdrawal from a wallet"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
    left_to_do=_left_to_do,
)
