"""What the public log says of a sale: its place among its draw's, and the leaf before it. Pure.

Leaves of a draw are a chain that begins at the hash of its promise: the last one, which the seal names, fixes them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from app.record.log.format.leaves import Leaf, canonical
from app.record.log.receipts.service import person_hash
from app.selling.bets.calendar.making import subject_of

from .ticket import Bet

SOLD: Final = "bet.sold"


def subject_of_ticket(ticket_id: object) -> str:
    """What a ticket's receipts are found by."""
    return f"ticket:{ticket_id}"


class Chained:
    """The leaves of one draw's sales, each with the hash of the one before it."""

    def __init__(self, game: str, name: str, currency: str, promise_hash: bytes, sales: int, tip: bytes) -> None:
        self.number, self.tip = sales, tip
        self._subject = subject_of(game, name)
        self._said = {"currency": currency, "draw": name, "game": game, "promise": promise_hash.hex()}

    def sold(self, ticket_id: UUID, user_id: UUID, salt: bytes, bets: Sequence[Bet], at: datetime) -> Leaf:
        """The next sale. The person in it can be told by who has the salt."""
        self.number += 1
        told = {
            **self._said,
            "lines": [[bet.line.kind, bet.line.selection, bet.line.stake, *bet.all_odds] for bet in bets],
            "number": self.number,
            "person": person_hash(salt, str(user_id)),
            "previous": self.tip.hex(),
            "soldAt": at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "subject": self._subject,
            "ticket": str(ticket_id),
            "type": SOLD,
        }
        leaf = Leaf(SOLD, self._subject, canonical(told))
        self.tip = leaf.hash
        return leaf
