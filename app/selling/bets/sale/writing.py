"""Writes what is sold: tickets, leaves, ledger, and what draws could cost. Called with the draws' rows locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.database.session import db
from app.core.ids import new_id
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.service import Played
from app.money.wallets.postings import wallet
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.record.log.format.leaves import Leaf
from app.record.log.receipts.service import SALT, new_salts
from app.selling.bets import exposure, postings, rules

from . import statements
from .draws import Draw
from .leaves import Chained, subject_of_ticket
from .ticket import Bet, Wanted


@dataclass(frozen=True, slots=True)
class Entry:
    """A ticket's part in one draw; without number and leaf until it is posted."""

    id: UUID
    draw_id: UUID
    stake: int
    bets: tuple[Bet, ...]


@dataclass(slots=True)
class Sale:
    """A ticket that is sold, or reserved `until` a moment. `returns`: which percentage comes back of what is staked on
    each draw. `said`: of each draw its number, its leaf and the leaf's salt."""

    wanted: Wanted
    code: str
    currency: str
    entries: tuple[Entry, ...]
    returns: Callable[[UUID], int] = lambda _: 0
    until: datetime | None = None
    said: dict[UUID, tuple[int, Leaf, bytes]] = field(default_factory=dict)

    @property
    def is_posted(self) -> bool:
        return self.until is None


def entries_of(bets: Sequence[Bet]) -> tuple[Entry, ...]:
    """The bets by their draws, in the order in which these come."""
    by_draw: dict[UUID, list[Bet]] = {}
    for bet in bets:
        by_draw.setdefault(bet.line.draw_id, []).append(bet)
    return tuple(
        Entry(new_id(), draw_id, sum(bet.line.stake for bet in own), tuple(own)) for draw_id, own in by_draw.items()
    )


def record(sales: Sequence[Sale], draws: Iterable[Draw], now: datetime, worst: Mapping[UUID, int]) -> None:
    """New tickets, in the order of acceptance; what is posted at once is paid from its wallet. `worst`: what draws
    could cost with them, of those whose games count that."""
    posted = [sale for sale in sales if sale.is_posted]
    said = _say(posted, draws, now)
    _weigh([bet for sale in sales for entry in sale.entries for bet in entry.bets], worst)
    db.session.execute(statements.RECORD, {**_rows(sales), **said, "now": now})
    paid = [one for sale in posted for one in _paid(sale, wallet(sale.wanted.user_id, sale.currency))]
    ledger.post(paid, savepoint=False)  # a wallet that has not what was found in it ends the whole sale
    origins.play_all(
        [
            Played(sale.wanted.user_id, sale.currency, entry.stake, sale.returns(entry.draw_id))
            for sale in posted
            for entry in sale.entries
        ]
    )


def post(sale: Sale, draws: Iterable[Draw], now: datetime, source: AccountRef) -> None:
    """A ticket that was reserved is paid from `source`."""
    said = _say([sale], draws, now)
    ids = {"ticket_ids": [sale.wanted.ticket_id], "entry_ids": [entry.id for entry in sale.entries]}
    db.session.execute(statements.POST, {**ids, **_numbered([sale]), **said, "now": now})
    ledger.post(_paid(sale, source))


def _weigh(bets: Iterable[Bet], worst: Mapping[UUID, int]) -> None:
    by_draw: dict[UUID, list[rules.Weight]] = {}
    for bet in bets:
        by_draw.setdefault(bet.line.draw_id, []).append(bet.weight)
    exposure.add_all({draw_id: rules.added(weights) for draw_id, weights in by_draw.items()}, worst)


def _paid(sale: Sale, source: AccountRef) -> list[Posting]:
    return postings.sold(sale.wanted.ticket_id, source, [(entry.draw_id, entry.stake) for entry in sale.entries])


def _say(sales: Sequence[Sale], draws: Iterable[Draw], now: datetime) -> dict[str, list[Any]]:
    """Give each entry its number and its leaf; the columns of what is said, and of the draws afterwards."""
    chains = {
        draw.id: Chained(draw.game, draw.name, draw.currency, draw.promise_hash, draw.sales, draw.tip) for draw in draws
    }
    staked: Counter[UUID] = Counter()
    salts, at = new_salts(sum(len(sale.entries) for sale in sales)), 0
    rows = []
    for sale in sales:
        for entry in sale.entries:
            salt, chain = salts[at : at + SALT], chains[entry.draw_id]
            leaf = chain.sold(sale.wanted.ticket_id, sale.wanted.user_id, salt, entry.bets, now)
            sale.said[entry.draw_id] = chain.number, leaf, salt
            staked[entry.draw_id] += entry.stake
            rows.append((leaf.subject, subject_of_ticket(sale.wanted.ticket_id), str(entry.id), leaf.data, salt))
            at += SALT
    names = ("subjects", "holders", "facts", "data", "salts")
    return {
        **_columns(names, rows),
        **_columns(
            ("draws", "sales", "tips", "staked"),
            [(draw_id, chains[draw_id].number, chains[draw_id].tip, stake) for draw_id, stake in staked.items()],
        ),
    }


def _rows(sales: Sequence[Sale]) -> dict[str, list[Any]]:
    tickets, entries, lines = [], [], []
    for sale in sales:
        wanted, state = sale.wanted, "posted" if sale.is_posted else "reserved"
        bought = (wanted.ticket_id, wanted.game, sale.code, wanted.user_id, sale.currency)
        tickets.append((*bought, wanted.total, wanted.payment, state, sale.until))
        entries += [(wanted.ticket_id, entry.draw_id, entry.stake, state) for entry in sale.entries]
        bets = {bet.line: bet for entry in sale.entries for bet in entry.bets}
        lines += [_line(wanted.ticket_id, place, bets[line]) for place, line in enumerate(wanted.lines)]
    return {
        **_columns(_TICKET, tickets),
        **_columns(("entry_tickets", "entry_draws", "entry_stakes", "entry_states"), entries),
        **_columns(_LINE, lines),
        **_numbered(sales),
        "entry_ids": [entry.id for sale in sales for entry in sale.entries],
    }


_TICKET: Final = ("ticket_ids", "games", "codes", "users", "currencies", "totals", "payments", "states", "untils")
_LINE: Final = (
    *("line_tickets", "places", "line_draws", "kinds", "selections"),
    *("stakes", "numerators", "denominators", "marks", "wins", "odds_by_mark", "wins_by_mark"),
)


def _line(ticket_id: UUID, place: int, bet: Bet) -> tuple[Any, ...]:
    line, differs = bet.line, bool(bet.wins_by_mark)
    return (
        ticket_id,
        place,
        line.draw_id,
        line.kind,
        line.selection,
        line.stake,
        *bet.odds,
        _array(bet.marks),
        bet.wins,
        _array(bet.all_odds) if differs else None,
        _array(bet.wins_by_mark) if differs else None,
    )


def _array(numbers: Iterable[int]) -> str:
    """As Postgres reads it."""
    return f"{{{','.join(map(str, numbers))}}}"


def _numbered(sales: Sequence[Sale]) -> dict[str, list[Any]]:
    said = [sale.said.get(entry.draw_id) for sale in sales for entry in sale.entries]
    return {
        "numbers": [None if one is None else one[0] for one in said],
        "hashes": [None if one is None else one[1].hash for one in said],
    }


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}
