"""A wallet's statement: its lines, the newest first, each with what was in it afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.money.wallets.postings import wallet
from app.money.wallets.rules import Currency
from app.record.ledger.entries import AccountRef
from app.record.ledger.queries import Line
from app.record.ledger.running import running

KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("topup", "paid"): "topup",
    ("topup", "take_back"): "refund",
    ("topup", "give_back"): "refund_failed",
    ("topup", "charged_back"): "charged_back",
    ("withdrawal", "sent"): "withdrawal",
    ("withdrawal", "returned"): "withdrawal_returned",
    ("adjustment", "adjusted"): "adjustment",
    ("owing", "set_off"): "set_off",
    ("exchange", "sold"): "exchange_sold",
    ("exchange", "bought"): "exchange_bought",
}
"""What a line is called, by what was posted; of a game's lines its own words."""

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: `amount` is below zero where it left. `reference` leads to what it was, such as `topup:<id>`;
    `counterpart` is where it went, or came from."""

    id: int
    kind: str
    amount: int
    balance_after: int
    at: datetime
    reference: str
    counterpart: AccountRef


def lines_of(user_id: UUID, currency: Currency, after: int | None = None, limit: int = 50) -> list[StatementLine]:
    """One page; `after` is the id of the last line of the page before."""
    found = running(wallet(user_id, currency), after, limit)
    return [_line(line, balance) for line, balance in found]


def all_lines(user_id: UUID, currency: Currency) -> Iterator[StatementLine]:
    """Every line there is, a page after the other."""
    after: int | None = None
    while page := lines_of(user_id, currency, after, _AT_ONCE):
        yield from page
        after = page[-1].id


def _line(line: Line, balance: int) -> StatementLine:
    kind = KINDS.get((line.source, line.kind), f"{line.source}_{line.kind}")
    reference = f"{line.source}:{line.source_id}"
    return StatementLine(line.id, kind, line.amount, balance, line.posted_at, reference, line.counterpart)
