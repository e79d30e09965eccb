"""Reads of one site's records for its people: searched, filtered, newest first, from a row on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.models import DepositAddress
from app.core.db import db
from app.core.ids import parse_id
from app.partners.models import PartnerSite
from app.rounds import queries as rounds
from app.rounds.models import OrderPayment, PartnerWin, TicketOrder
from app.rounds.queries import OrderView
from app.rounds.reconciling import OrderFilter, made_between

from .wanted import Wanted

_HASH_LENGTH = 64


def orders(site: PartnerSite, wanted: Wanted, before: UUID | None, limit: int) -> list[OrderView]:
    """Orders, unpaid ones too; days are when they were made."""
    conditions = OrderFilter(
        round_number=wanted.round_number, state=wanted.state,
        created_after=wanted.begins, created_before=wanted.ends,
    ).conditions()  # fmt: skip
    return rounds.site_orders(site, before, limit, [*conditions, *_found_orders(wanted.search)])


def payments(
    site: PartnerSite, wanted: Wanted, before: UUID | None, limit: int
) -> Sequence[tuple[OrderPayment, TicketOrder]]:
    """Confirmed payments with their orders; days are when they were recorded."""
    query = (
        select(OrderPayment, TicketOrder)
        .join(TicketOrder, TicketOrder.id == OrderPayment.order_id)
        .where(
            TicketOrder.partner_site_id == site.id,
            *made_between(OrderPayment.id, wanted.begins, wanted.ends),
            *_found_orders(wanted.search),
        )
    )
    if wanted.round_number is not None:
        query = query.where(TicketOrder.round_number == wanted.round_number)
    if wanted.state is not None:
        query = query.where(OrderPayment.status == wanted.state)
    if before is not None:
        query = query.where(OrderPayment.id < before)
    rows = db.session.execute(query.order_by(OrderPayment.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def wins(site: PartnerSite, wanted: Wanted, before: int | None, limit: int) -> Sequence[PartnerWin]:
    """Wins; days are when the round was settled."""
    query = select(PartnerWin).where(
        PartnerWin.partner_site_id == site.id, *made_between(PartnerWin.id, wanted.begins, wanted.ends)
    )
    if wanted.search:
        slip = parse_id(wanted.search)
        query = query.where(or_(
            *_named(PartnerWin.player_public_identifier, PartnerWin.player_private_identifier, text=wanted.search),
            PartnerWin.payout_address == wanted.search,
            *([PartnerWin.slip_id == slip] if slip else []),
        ))  # fmt: skip
    if wanted.round_number is not None:
        query = query.where(PartnerWin.round_number == wanted.round_number)
    if before is not None:
        query = query.where(PartnerWin.round_number < before)
    return db.session.scalars(query.order_by(PartnerWin.round_number.desc()).limit(limit)).all()


def _found_orders(text: str) -> list[ColumnElement[bool]]:
    """Part of an identifier, or the whole of an order's id, a deposit address or a transaction's id."""
    if not text:
        return []
    found = _named(TicketOrder.player_public_identifier, TicketOrder.player_private_identifier, text=text)
    order_id = parse_id(text)
    if order_id is not None:
        found.append(TicketOrder.id == order_id)
    found.append(
        TicketOrder.deposit_address_id.in_(select(DepositAddress.id).where(DepositAddress.address == text.lower()))
    )
    if len(text) == _HASH_LENGTH:
        found.append(TicketOrder.id.in_(select(OrderPayment.order_id).where(OrderPayment.txid == text.lower())))
    return [or_(*found)]


def _named(
    *columns: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], text: str
) -> list[ColumnElement[bool]]:
    return [column.icontains(text, autoescape=True) for column in columns]
