"""What gateways' lists and our books do not agree on, night by night, and what operators say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.money.gateways.clients.all_of_them import client_of
from app.money.gateways.clients.interface import PaysOut
from app.money.gateways.models import GatewayDifference, GatewayReconciliation
from app.money.gateways.purchases import OUTGOING
from app.money.gateways.refunds import unasked
from app.money.gateways.settings import PROVIDERS
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, note
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

_ROW = GatewayDifference
_GOES_ON: Final = _ROW.resolved_at.is_(None)
_SHOWN: Final[Mapping[str, ColumnElement[bool]]] = {
    "open": _GOES_ON & _ROW.explained_at.is_(None),
    "explained": _GOES_ON & _ROW.explained_at.is_not(None),
    "gone": _ROW.resolved_at.is_not(None),
}
SHOWN: Final = tuple(_SHOWN)
"""Which differences: what nobody has explained, what somebody has, what the last comparison did not find any more."""


@dataclass(frozen=True, slots=True)
class Night:
    """One comparison with a gateway's list: so many lines since a moment, so many differences."""

    id: UUID
    provider: str
    since: datetime
    lines: int
    differences: int
    made_at: datetime


def found(shown: str, provider: str = "", before: UUID | None = None, limit: int = 50) -> list[GatewayDifference]:
    """One page, the newest first; `before` is the id of the previous page's last."""
    query = select(_ROW).where(_SHOWN[shown], *_of(provider))
    if before is not None:
        query = query.where(_ROW.id < before)
    return list(db.session.scalars(query.order_by(_ROW.id.desc()).limit(limit)))


def counts(provider: str = "") -> dict[str, int]:
    """How many of each there are."""
    columns = (func.count().filter(which).label(name) for name, which in _SHOWN.items())
    return dict(db.session.execute(select(*columns).where(*_of(provider))).one()._mapping)


def waiting() -> int:
    """How many wait for somebody who explains them."""
    return db.session.scalar(select(func.count()).where(_SHOWN["open"])) or 0


def open_by_provider() -> dict[str, int]:
    """The same of each gateway that has any."""
    query = select(_ROW.provider, func.count()).where(_SHOWN["open"]).group_by(_ROW.provider)
    return {str(name): count for name, count in db.session.execute(query)}


def nights(provider: str = "", limit: int = 30) -> list[Night]:
    """The last comparisons, the newest first."""
    row = GatewayReconciliation
    query = select(row).order_by(row.id.desc()).limit(limit)
    if provider:
        query = query.where(row.provider == provider)
    return [_night(one) for one in db.session.scalars(query)]


def last_of_each() -> dict[str, Night]:
    """The last comparison with each gateway."""
    return {name: found[0] for name in PROVIDERS if (found := nights(name, 1))}


def compared() -> dict[str, Night]:
    """The last comparison of each clearing account, by its owner: a gateway may pay out from another one than it is
    paid into."""
    last = last_of_each()
    clients = [(client, last[name]) for name in last if (client := client_of(name)) is not None]
    paid_from = {client.pays_from: night for client, night in clients if isinstance(client, PaysOut)}
    return {client.refunds_from: night for client, night in clients} | paid_from | last


def by_hand() -> dict[str, int]:
    """How many payouts have left a gateway's account since the first moment of its last comparison that no list has,
    for people have made them; of each gateway with any."""
    return {name: count for name, night in last_of_each().items() if (count := _unlisted(night))}


def _unlisted(night: Night) -> int:
    client = client_of(night.provider)
    if client is not None and isinstance(client, PaysOut) and client.pays_from == night.provider:
        return 0  # it is asked about each by our reference
    return len(OUTGOING.get()(night.provider, night.since))


def moved_since(night: Night) -> bool:
    """Whether money was posted to one of the gateway's accounts since: of that the comparison says nothing."""
    client = client_of(night.provider)
    if client is None:
        return False
    owners = {night.provider, client.refunds_from, client.pays_from if isinstance(client, PaysOut) else night.provider}
    lines = (
        line
        for owner in owners
        for currency in client.currencies
        for line in ledger.lines(AccountRef("clearing", owner, currency), limit=1)
    )
    return any(line.posted_at > night.made_at for line in lines)


def unlike() -> dict[tuple[str, str], int]:
    """How many differences nobody has explained, by the owner of the clearing account and its currency."""
    owner = case((_ROW.kind == "balance", _ROW.reference), else_=_ROW.provider)
    query = select(owner, _ROW.currency, func.count()).where(_SHOWN["open"]).group_by(owner, _ROW.currency)
    return {(name, currency): count for name, currency, count in db.session.execute(query)}


def explain(difference_id: UUID, reason: str, *, actor: str) -> GatewayDifference:
    """Say what one is: it stays in the list until it is gone from the gateway's, and alarms nobody any more. The alarm
    closes with a gateway's last one.

    Raises:
        NotFound: `difference_not_found`.
        DomainError: 409 `difference_explained`: somebody has, or it is gone; `difference_waits_for_two`: two people
            decide who bears it.
    """
    query = select(_ROW).where(_ROW.id == difference_id).with_for_update(key_share=True)
    row = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("difference_not_found")
    if row.explained_at is not None or row.resolved_at is not None:
        raise DomainError("difference_explained", status=409)
    if row.payment_id is not None and unasked.waits_at(row.payment_id, row.reference):
        raise DomainError("difference_waits_for_two", status=409)
    _explain(row, reason, actor)
    told = {"kind": row.kind, "reference": row.reference, "difference": str(row.id)}
    note(actor, "gateway.explained", f"gateway:{row.provider}", reason, **told)
    return row


def decided(provider: str, reference: str, reason: str, *, actor: str) -> None:
    """Two people have said who bears a refund that nobody asked for: that explains it."""
    its = (_ROW.provider == provider) & (_ROW.kind == "refund_nobody_asked") & (_ROW.reference == reference)
    query = select(_ROW).where(_SHOWN["open"], its).with_for_update(key_share=True)
    for row in db.session.scalars(query.execution_options(populate_existing=True)):
        _explain(row, reason, actor)


def _explain(row: GatewayDifference, reason: str, actor: str) -> None:
    row.explained_at, row.explained_by, row.explanation = read_now(), actor, reason
    db.session.flush()
    if not is_any_open(row.provider):
        close_alarm("gateway_differs", f"gateway:{row.provider}")


def is_any_open(provider: str) -> bool:
    """Whether something of a gateway waits for somebody who explains it."""
    query = select(_ROW.id).where(_SHOWN["open"], *_of(provider))
    return db.session.scalar(query.limit(1)) is not None


def _of(provider: str) -> tuple[ColumnElement[bool], ...]:
    """Of one gateway, or of any."""
    return (_ROW.provider == provider,) if provider else ()


def _night(row: GatewayReconciliation) -> Night:
    return Night(row.id, row.provider, row.since, row.lines, row.differences, row.made_at)
