"""What the rows of a rail say, and what they have to say by a model that knows no locks, slices, batches or running
maxima: all tickets ever sold, in plain Python, counted anew each time over all thousand numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db
from app.selling.bets.sale.book import Stakes

MULTIPLE = 450
_COUNTED = ("reserved", "posted")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
Part = tuple[UUID, UUID]
"""A ticket and a draw."""


class Bet(NamedTuple):
    """A number on a draw; centavos."""

    draw: UUID
    kind: str
    number: str
    stake: int

    @property
    def outcomes(self) -> set[int]:
        orders = {self.number} if self.kind == "straight" else {"".join(one) for one in permutations(self.number)}
        return {int(one) for one in orders}

    @property
    def wins(self) -> int:
        return self.stake * MULTIPLE // len(self.outcomes)


@dataclass
class Bought:
    """A ticket that was accepted or reserved."""

    id: UUID
    user: UUID
    bets: tuple[Bet, ...]
    payment: UUID | None = None
    is_disputed: bool = False


@dataclass
class Book:
    """The model. `put_in`: what each player has brought or lost elsewhere; `funded`: the owner; `kept`: stakes of cards
    that went back to the wallet and no further."""

    put_in: Counter[UUID] = field(default_factory=Counter)
    funded: int = 0
    tickets: dict[UUID, Bought] = field(default_factory=dict)
    draws: dict[UUID, str] = field(default_factory=dict)
    kept: set[Part] = field(default_factory=set)
    seen: dict[Part, str] = field(default_factory=dict)

    def check(self) -> None:
        """Every figure of every book."""
        rows = Rows.read()
        assert rows.draws.keys() == self.draws.keys()
        self._check_moves(rows)
        worst = self._check_exposure(rows)
        self._check_winnings(rows)
        self._check_money(rows)
        self._check_stakes(rows)
        assert worst <= rows.balances.get("bankroll:swertres", 0), "more was sold than the bankroll could pay"
        self.seen = rows.entries

    def _check_stakes(self, rows: Rows) -> None:
        """What players are told that they have staked, for their limits."""
        staked: Counter[UUID] = Counter()
        for ticket in self.tickets.values():
            for bet in ticket.bets:
                staked[ticket.user] += bet.stake if rows.entries.get((ticket.id, bet.draw)) in _COUNTED else 0
        found = Stakes().totals(staked.keys(), "PHP", "stake", _LONG_AGO)
        assert {user: amount for user, amount in found.items() if amount} == +staked

    def _check_moves(self, rows: Rows) -> None:
        """A reservation is posted or released, once; what is sealed stays."""
        for part, state in rows.entries.items():
            before = self.seen.get(part, "")
            assert (before, state) in _MOVES, f"{before} became {state}"
        assert {name: row.state for name, row in rows.draws.items()} == self.draws

    def _check_exposure(self, rows: Rows) -> int:
        """What each of the numbers could cost; returns the sum of the dearest of every draw to come."""
        total = 0
        for draw_id, row in rows.draws.items():
            if row.state not in ("selling", "sealed"):
                continue
            costs: Counter[int] = Counter()
            for ticket, _, bet in self._on(draw_id):
                if rows.entries[ticket.id, draw_id] in ("reserved", "posted"):
                    costs.update(dict.fromkeys(bet.outcomes, bet.wins))
            worst = max((costs[number] for number in range(1_000)), default=0)
            assert (row.worst, row.worst <= row.allotted) == (worst, True)
            total += worst
        return total

    def _check_winnings(self, rows: Rows) -> None:
        """By the result in force each line that bet on it has won, once, and no other."""
        counting = [one for one in rows.winnings if one.counts]
        assert len({(one.ticket, one.place) for one in counting}) == len(counting), "a line won twice"
        for draw_id, row in rows.draws.items():
            if row.outcome is None:
                continue
            expected = {
                (ticket.id, place): bet.wins
                for ticket, place, bet in self._on(draw_id)
                if row.outcome in bet.outcomes and rows.entries[ticket.id, draw_id] == "posted"
            }
            found = {(one.ticket, one.place): one.amount for one in counting if one.draw == draw_id}
            borne = {(one.ticket, one.place) for one in counting if one.draw == draw_id and one.is_borne}
            assert {key: amount for key, amount in found.items() if key not in borne or key in expected} == expected

    def _check_money(self, rows: Rows) -> None:
        """What everybody has is what they brought and won less what they staked; owners, winners and draws too."""
        expected, counting = Counter(self.put_in), [one for one in rows.winnings if one.counts]
        stakes: Counter[UUID] = Counter()
        for (ticket_id, draw_id), state in rows.entries.items():
            ticket = self.tickets[ticket_id]
            stake = sum(bet.stake for bet in ticket.bets if bet.draw == draw_id)
            if state == "posted":
                stakes[draw_id] += stake
                expected[ticket.user] -= stake if ticket.payment is None else 0
            elif (ticket_id, draw_id) in self.kept:
                expected[ticket.user] += stake
        bankroll = self.funded + sum(stakes[one] for one, row in rows.draws.items() if row.state == "resulted")
        for one in counting:
            bankroll -= one.amount
            expected[self.tickets[one.ticket].user] += one.amount if one.is_paid else 0
        found = rows.balances
        for user in expected:
            assert found.get(f"wallet:{user}", 0) - found.get(f"receivable:{user}", 0) == expected[user]
        assert found.get("bankroll:swertres", 0) == bankroll
        for draw_id, row in rows.draws.items():
            owed = sum(one.amount for one in counting if one.draw == draw_id and not one.is_paid)
            assert found.get(f"owed:{draw_id}", 0) == owed
            assert found.get(f"stakes:{draw_id}", 0) == (0 if row.state == "resulted" else stakes[draw_id])

    def _on(self, draw_id: UUID) -> Iterable[tuple[Bought, int, Bet]]:
        for one in self.tickets.values():
            yield from ((one, place, bet) for place, bet in enumerate(one.bets) if bet.draw == draw_id)


_STATES = ("reserved", "posted", "released", "refunded")
_MOVES = {
    *(("", "reserved"), ("", "posted"), ("reserved", "posted"), ("reserved", "released"), ("posted", "refunded")),
    *((state, state) for state in _STATES),
}


class DrawRow(NamedTuple):
    state: str
    worst: int
    allotted: int
    outcome: int | None


class WinningRow(NamedTuple):
    ticket: UUID
    place: int
    draw: UUID
    amount: int
    is_paid: bool
    counts: bool
    is_borne: bool


@dataclass(frozen=True)
class Rows:
    """As they are now."""

    draws: Mapping[UUID, DrawRow]
    entries: dict[Part, str]
    winnings: list[WinningRow]
    balances: Mapping[str, int]

    @classmethod
    def read(cls) -> Rows:
        run = db.session.execute
        draws = run(text("SELECT id, state, worst_minor, allotted_minor, outcome FROM bet_draws"))
        entries = run(text("SELECT ticket_id, draw_id, state FROM bet_entries"))
        winnings = run(text(_WINNINGS))
        accounts = run(text("SELECT kind || ':' || owner, balance FROM ledger_accounts WHERE currency = 'PHP'"))
        found = cls(
            {row[0]: DrawRow(*row[1:]) for row in draws},
            {(row[0], row[1]): row[2] for row in entries},
            [WinningRow(*row) for row in winnings],
            {name: int(balance) for name, balance in accounts},
        )
        db.session.rollback()
        return found


_WINNINGS = """
    SELECT ticket_id, place, draw_id, amount_minor, paid_at IS NOT NULL, reversed_at IS NULL OR is_borne, is_borne
    FROM bet_winnings JOIN bet_settlements AS one ON one.id = settlement_id
"""
