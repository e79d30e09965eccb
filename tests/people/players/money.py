"""Somebody who takes players' money and keeps the book of it: a table of the tests, as a game with accounts will be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.core.ids import new_id
from app.people.players import spending
from app.people.players.queries import SPENT
from app.people.players.rules import Kind, Movement, Taking

_TABLE = """
CREATE TABLE IF NOT EXISTS tests_takings (
    id uuid PRIMARY KEY, user_id uuid NOT NULL, currency text NOT NULL, kind text NOT NULL,
    amount bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
_MINE = "FROM tests_takings WHERE user_id = :user_id AND currency = :currency AND kind = :kind AND at > :since"


class Takings:
    """The book: stakes are losses until they bring something back."""

    def __init__(self, app: Flask) -> None:
        db.session.execute(text(_TABLE))
        db.session.commit()
        SPENT.fill(app, self)

    def total(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> int:
        asked = text(f"SELECT coalesce(sum(amount), 0) {_MINE}")
        return int(db.session.execute(asked, _values(user_id, currency, kind, since)).scalar_one())

    def totals(self, user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Mapping[UUID, int]:
        return {user_id: self.total(user_id, currency, kind, since) for user_id in user_ids}

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        asked = text(f"SELECT at, amount {_MINE} ORDER BY at")
        return [Movement(*row) for row in db.session.execute(asked, _values(user_id, currency, kind, since))]

    def take(self, user_id: UUID, amount: int, kind: Taking = "stake", currency: str = "HTG") -> None:
        """Ask, and write it down, in the caller's transaction."""
        spending.allowed(user_id, currency, kind, amount)
        for one in ("stake", "loss") if kind == "stake" else ("deposit",):
            self.write(user_id, amount, one, currency)

    @staticmethod
    def write(user_id: UUID, amount: int, kind: str, currency: str = "HTG", hours_ago: float = 0) -> None:
        db.session.execute(
            text(
                "INSERT INTO tests_takings (id, user_id, currency, kind, amount, at) VALUES"
                " (:id, :user_id, :currency, :kind, :amount, clock_timestamp() - make_interval(secs => :seconds))"
            ),
            {
                "id": new_id(),
                "user_id": user_id,
                "currency": currency,
                "kind": kind,
                "amount": amount,
                "seconds": hours_ago * 3600,
            },
        )


def _values(user_id: UUID, currency: str, kind: Kind, since: datetime) -> dict[str, Any]:
    return {"user_id": user_id, "currency": currency, "kind": kind, "since": since}
