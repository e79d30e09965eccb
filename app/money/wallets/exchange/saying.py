"""A rate is said by two people."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

from . import rules, service

NAME: Final = "wallet.rate"


def propose(sold: str, bought: str, rate: str, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to quote by this rate; None where one is enough.

    Raises DomainError: 422 `rate_invalid`; 409 `exchange_closed`, and as `approvals.propose`.
    """
    rules.check_pair(sold, bought)
    rules.parse_rate(rate)
    payload = {"sold": sold, "bought": bought, "rate": rate}
    return approvals.propose_or_do(NAME, f"rate:{sold}-{bought}", payload, why, actor=actor)


def _describe(payload: Payload) -> Described:
    sold, bought, rate = payload["sold"], payload["bought"], payload["rate"]
    sentence = gettext(
        "For one %(sold)s players get %(rate)s %(bought)s from then on.", sold=sold, rate=rate, bought=bought
    )
    return Described(sentence, ((gettext("Quotes that were made keep their rate for"), gettext("ten minutes")),))


def _execute(payload: Payload, agreed: Agreed) -> None:
    service.say_rate(
        agreed.id, payload["sold"], payload["bought"], payload["rate"], actor=agreed.actor, reason=agreed.why
    )


KIND: Final = ApprovalKind(
    name=NAME, module="wallets", title=_l("Rate of exchange"), describe=_describe, execute=_execute
)
