"""The house's own money between itself, its banks and its gateways, as two people read it off a statement.

What a bank's or a gateway's own list says is entered here, and nowhere else: capital that was put into an account at a
bank, a gateway's settlement that has arrived there, money that was lent to a gateway's account for payouts, what the
house took out. Players' money is never moved by it.
"""

from __future__ import annotations

import re
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.money import MOST_MINOR
from app.core.text.amounts import written
from app.core.text.names import words
from app.money.wallets import postings
from app.money.wallets.rules import check_currency
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.service import note
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

NAME: Final = "house.money"
MODULE: Final = "wallets"
CAPITAL: Final = "capital"
_PLACE: Final = re.compile(r"capital|unexplained|result|(?:bank|clearing):[a-z0-9][a-z0-9-]{0,39}")
WRITE_OFF: Final = ("unexplained", "result")
"""What left without our asking, and was explained since: the house bears it. Neither is a place of anything else."""
_LONGEST_REFERENCE: Final = 120


def place(text: str, currency: str, field: str = "place") -> AccountRef:
    """Where the house has money: `capital`, `bank:NAME` or `clearing:GATEWAY`; or what is written off.

    Raises DomainError 422 `place_unknown`, of that field.
    """
    if not _PLACE.fullmatch(text):
        raise DomainError("place_unknown", field=field)
    kind, _, owner = text.partition(":")
    return AccountRef(kind, owner, currency)


def propose(
    source: str, target: str, currency: str, amount: int, reference: str, why: str, *, actor: str
) -> Approval | None:
    """Ask a second operator to enter that so much (minor units) has gone from one place to another; None where one is
    enough. `reference` is the bank's or the gateway's own.

    Raises:
        DomainError: 422 `currency_unknown`, `amount_out_of_range`, `place_unknown`, `place_is_same`,
            `reference_invalid`;
            409 `house_has_less`: so much is not there, or others have a claim on it; as `approvals.propose`.
    """
    check_currency(currency)
    if not 0 < amount <= MOST_MINOR:
        raise DomainError("amount_out_of_range", field="amountMinor")
    _check_places(source, target, currency)
    kept = words(reference, _LONGEST_REFERENCE)
    if not kept:
        raise DomainError("reference_invalid", field="reference", most=_LONGEST_REFERENCE)
    payload: Payload = {
        "from": source,
        "to": target,
        "currency": currency,
        "amountMinor": amount,
        "reference": kept,
    }
    if _lacks(payload):
        raise DomainError("house_has_less", status=409, field="amountMinor")
    return approvals.propose_or_do(NAME, f"{source}:{currency}", payload, why, actor=actor)


def _check_places(source: str, target: str, currency: str) -> None:
    if place(source, currency, "source") == place(target, currency, "target"):
        raise DomainError("place_is_same", field="target")
    if (source in WRITE_OFF or target in WRITE_OFF) and (source, target) != WRITE_OFF:
        raise DomainError("place_unknown", field="source" if source in WRITE_OFF else "target")


def _lacks(payload: Payload) -> bool:
    """Whether less is there. What leaves for good may be nothing that others have a claim on."""
    source, amount = place(payload["from"], payload["currency"]), payload["amountMinor"]
    if payload["to"] == CAPITAL and _houses_own(payload["currency"]) < amount:
        return True
    return source.kind != CAPITAL and ledger_queries.available(source) < amount


def _describe(payload: Payload) -> Described:
    amount = written(payload["amountMinor"], payload["currency"])
    sentence = gettext(
        "%(amount)s have gone from %(source)s to %(target)s.",
        amount=amount,
        source=payload["from"],
        target=payload["to"],
    )
    return Described(sentence, ((gettext("Reference"), payload["reference"]),))


def _execute(payload: Payload, agreed: Agreed) -> None:
    currency, amount = payload["currency"], payload["amountMinor"]
    source, target = (place(payload[name], currency) for name in ("from", "to"))
    ledger.post(postings.moved(agreed.id, source, target, amount))
    if _is_uncovered(payload):
        raise DomainError("house_has_less", status=409)
    told = {"source": payload["from"], "target": payload["to"], "reference": payload["reference"]}
    note(agreed.actor, "house.moved", NAME, agreed.why, amount_minor=amount, currency=currency, **told)


def _is_uncovered(payload: Payload) -> bool:
    """Asked once its accounts are locked: what left for good was somebody's."""
    return payload["to"] == CAPITAL and _houses_own(payload["currency"]) < 0


def _houses_own(currency: str) -> int:
    """What is free and in no game's bankroll, which leaves another way: its draws may have it."""
    return ledger_queries.standing(currency).free - ledger_queries.total("bankroll", currency=currency)


def _still_valid(payload: Payload) -> str | None:
    return str(gettext("There is not so much any more that is the house’s.")) if _lacks(payload) else None


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Money of the house"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
)
