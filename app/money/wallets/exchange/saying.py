"""A rate is said by two people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.money.wallets.settings import wallet_settings
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

from . import rules, service
from .queries import newest

NAME: Final = "wallet.rate"


def propose(sold: str, bought: str, rate: str, why: str, *, actor: str, again: str = "") -> Approval | None:
    """Ask a second operator to quote by this rate; None where one is enough. One that is far from the last has to be
    written twice: a slip of a digit would give money away.

    Raises DomainError: 422 `rate_invalid`, `rate_far` (field `again`); 409 `exchange_closed`, and as
        `approvals.propose`.
    """
    rules.check_pair(sold, bought)
    change = _change(sold, bought, rules.parse_rate(rate))
    if change is not None and change.is_far and again != rate:
        raise DomainError("rate_far", field="again", rate=change.before, change=change.text)
    payload = {"sold": sold, "bought": bought, "rate": rate}
    return approvals.propose_or_do(NAME, f"rate:{sold}-{bought}", payload, why, actor=actor)


@dataclass(frozen=True, slots=True)
class _Change:
    """From which rate, by how much, and whether that is much."""

    before: str
    text: str
    is_far: bool


def _change(sold: str, bought: str, rate: Decimal) -> _Change | None:
    last = newest(sold, bought)
    if last is None:
        return None
    percent = rules.change_percent(last.rate, rate)
    return _Change(
        f"{last.rate.normalize():f}", f"{percent:+f} %", abs(percent) > wallet_settings().exchange_rate_step_percent
    )


def _describe(payload: Payload) -> Described:
    sold, bought, rate = payload["sold"], payload["bought"], payload["rate"]
    sentence = gettext(
        "For one %(sold)s players get %(rate)s %(bought)s from then on.", sold=sold, rate=rate, bought=bought
    )
    rows = [(gettext("Quotes that were made keep their rate for"), gettext("ten minutes"))]
    change = _change(sold, bought, rules.parse_rate(rate))
    if change is not None:
        rows += [(gettext("The last rate"), change.before), (gettext("Change"), change.text)]
        if change.is_far:
            sentence = gettext("%(sentence)s This is far from the last rate: look twice.", sentence=sentence)
    return Described(sentence, tuple(rows))


def _execute(payload: Payload, agreed: Agreed) -> None:
    service.say_rate(
        agreed.id, payload["sold"], payload["bought"], payload["rate"], actor=agreed.actor, reason=agreed.why
    )


KIND: Final = ApprovalKind(
    name=NAME, module="wallets", title=_l("Rate of exchange"), describe=_describe, execute=_execute
)
