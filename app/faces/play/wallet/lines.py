"""To which page a line of a statement leads: what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from flask import url_for

from app.money.gateways.payers import queries as payers
from app.money.wallets import postings
from app.money.wallets.statement.queries import StatementLine
from app.selling.bets.postings import SALE

_PAID: Final = (postings.TOPUP, SALE)
"""What a payment is behind: what it brought, and what of it went back."""


def pages_of(lines: Sequence[StatementLine]) -> Mapping[int, str]:
    """Addresses by the ids of lines; of what has no page, such as a change by us, none. One statement for all."""
    parts = {one.id: one.reference.partition(":") for one in lines}
    keys = [key for source, _, key in parts.values() if source in _PAID]
    payments = payers.behind(postings.TOPUP, keys)
    found = {line: _page(source, key, payments) for line, (source, _, key) in parts.items()}
    return {line: page for line, page in found.items() if page is not None}


def _page(source: str, key: str, payments: Mapping[str, UUID]) -> str | None:
    if source == postings.WITHDRAWAL:
        return url_for("play_draw.one", withdrawal_id=key)
    if source == postings.EXCHANGE:
        return url_for("play_exchange.quoted", quote_id=key)
    return url_for("payments.page", payment_id=payments[key]) if key in payments else None
