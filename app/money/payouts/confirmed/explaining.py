"""Explaining a spend that nobody planned by two people: with the last one explained payouts go on, and a thief who has
a key could take the rest."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from app.chain.scan import spends
from app.core.errors import NotFound
from app.core.web.templating import sats, short_hash
from app.money.payouts import service
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

KIND: Final = "spend.explanation"


def explain(spend_id: UUID, *, actor: str, reason: str) -> Approval | None:
    """Have a second person confirm the explanation; None: one is enough, and it is done.

    Raises NotFound `spend_not_found`, and as `approvals.propose_or_do`.
    """
    found = _waiting(spend_id)
    if found is None:
        raise NotFound("spend_not_found")
    payload = {
        "spend": str(spend_id),
        "coin": f"{found.txid[::-1].hex()}:{found.vout}",
        "spentBy": found.spending_txid[::-1].hex(),
        "sats": found.amount_sats,
        "height": found.block_height,
    }
    return approvals.propose_or_do(KIND, f"spend:{spend_id}", payload, reason, actor=actor)


def _waiting(spend_id: UUID) -> Row[Any] | None:
    return next((one for one in spends.unexplained() if one.id == spend_id), None)


def _describe(payload: Payload) -> Described:
    return Described(
        gettext("A spend of %(sats)s sats that nobody planned counts as explained.", sats=sats(payload["sats"])),
        (
            (gettext("Coin"), payload["coin"]),
            (gettext("Spent by"), payload["spentBy"]),
            (gettext("In block"), sats(payload["height"])),
            (gettext("Then"), gettext("with the last one explained, payouts are made, signed and sent again")),
        ),
        "/admin/payouts",
    )


def _still_valid(payload: Payload) -> str | None:
    if _waiting(UUID(payload["spend"])) is not None:
        return None
    return str(gettext("The spend of %(coin)s waits for no explanation any more.", coin=short_hash(payload["coin"])))


def _execute(payload: Payload, agreed: Agreed) -> None:
    service.explain_spend(UUID(payload["spend"]), agreed.actor, agreed.why)


EXPLANATION: Final = ApprovalKind(
    name=KIND,
    module="payouts",
    title=_l("Explain a spend that nobody planned"),
    describe=_describe,
    still_valid=_still_valid,
    execute=_execute,
)
