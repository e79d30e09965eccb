"""A partner's lists: those of each game, as the games describe them, and the balance, which is of no game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.catalogue.games import catalogue
from app.catalogue.records import Answered, GameRecords, Listing, PaymentLine
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.web.templating import iso
from app.core.wire.paging import number_place
from app.money.payouts.postings import PAYOUT
from app.money.payouts.sent.earnings import Paying, of_roots
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows.games import window_games
from app.selling.windows.lists import earnings
from app.selling.windows.postings import PAYMENT, SUSPENSE


def partner_account(site: PartnerSite) -> AccountRef:
    """The account that holds what a site has earned."""
    return AccountRef("partner", str(site.id))


@dataclass(frozen=True, slots=True)
class Payer:
    """Of whose payment in which game a line of a balance is, and why it bought nothing (`reason`, a payment's fate)."""

    game: GameRecords
    payment: PaymentLine
    reason: str | None


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A line of a balance, how far the payout has come that it is of, and the payment whose refund it is."""

    line: ledger.Line
    paying: Paying | None
    payer: Payer | None

    @property
    def round_number(self) -> int | None:
        """Of the round that was settled or whose payment it is, as the other lists write it."""
        if self.payer is not None:
            return self.payer.payment.round_number
        is_round = settled_game(self.line.source) is not None and self.line.source_id.isdecimal()
        return int(self.line.source_id) if is_round else None


def payings(site: PartnerSite, lines: Sequence[ledger.Line]) -> dict[str, Paying]:
    """The payouts that lines of a site's balance are of, by what the lines call them."""
    named = {line.source_id: parse_id(line.source_id) for line in lines if line.source == PAYOUT}
    found = of_roots(site.id, [one for one in named.values() if one is not None])
    return {name: found[root] for name, root in named.items() if root in found}


def _balance_rows(site: PartnerSite, before: Any, limit: int) -> Sequence[BalanceRow]:
    lines = ledger.lines(partner_account(site), before, limit, whole=PAYMENT)
    found, by = payings(site, lines), payers(site, lines)
    return [BalanceRow(line, found.get(line.source_id), by.get(line.source_id)) for line in lines]


_BALANCE: Final = Listing(
    lambda site, wanted, before, limit: _balance_rows(site, before, limit),
    lambda row: row.line.id,
    partial(number_place, most=10**18),
    {
        "postedAt": lambda row: iso(row.line.posted_at),
        "lineId": lambda row: row.line.id,
        "kind": lambda row: row.line.kind,
        "source": lambda row: row.line.source,
        "sourceId": lambda row: row.line.source_id,
        "amountSats": lambda row: row.line.amount,
        "roundNumber": lambda row: row.round_number,
        "payoutState": lambda row: row.paying.step if row.paying else None,
        "payoutTxid": lambda row: row.paying.txid if row.paying else None,
        "payoutBlockHeight": lambda row: row.paying.block_height if row.paying else None,
        "reason": lambda row: row.payer.reason if row.payer else None,
    },
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The list that an address asks for. `records`: whose it is, None for the balance; `games` are all that have such a
    list. `other_states` are those that only lists of other games have."""

    kind: str
    listing: Listing
    records: GameRecords | None = None
    games: tuple[GameRecords, ...] = ()
    is_leading: bool = False
    other_states: frozenset[str] = frozenset()

    @property
    def file_name(self) -> str:
        """What the list is called as a file; the leading game's has no game in its name."""
        return self.kind if self.is_leading or self.records is None else f"{self.records.name}-{self.kind}"

    def lines(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows as tables of people show them; the balance's are lines of the ledger."""
        return [self.listing.line(row) if isinstance(self.listing, Answered) else row.line for row in rows]


def choose(kind: str, game: str | None) -> Chosen:
    """The list of a kind: orders, payments, wins (of `game`; of the leading one, if none is named) or balance.

    Raises:
        NotFound: no such game, it has no such list, or a game's balance.
    """
    if kind == "balance":
        if game:
            raise NotFound("not_found")
        return Chosen(kind, _BALANCE)
    leading = catalogue().leading
    lists = {one.name: (one, found) for one in catalogue().records if (found := one.listing(kind)) is not None}
    if (game or leading) not in lists:
        raise NotFound("not_found")
    records, own = lists[game or leading]
    states = {state for _, listing in lists.values() for state in listing.states_for_people}
    return Chosen(
        kind,
        own,
        records,
        tuple(one for one, _ in lists.values()),
        records.name == leading,
        frozenset(states.difference(own.states_for_people)),
    )


def settled_game(kind: str) -> GameRecords | None:
    """The game whose round a ledger's line is of; None for what is no round."""
    return next((one for one in catalogue().records if one.round_kind == kind), None)


def payers(site: PartnerSite, lines: Sequence[ledger.Line]) -> dict[str, Payer]:
    """The payments that lines of a balance are of, by what the lines call them: whose money it is that passes through.

    A refund names its payment alone, and whoever is to pass it on needs the player, the account, the order and why.
    """
    named = {line.source_id: parse_id(line.source_id) for line in lines if line.source == PAYMENT}
    ids = [found for found in named.values() if found is not None]
    if not ids:
        return {}
    reasons = {line.source_id: line.counterpart.owner for line in lines if line.counterpart.kind == SUSPENSE}
    made = {one.name: one for one in catalogue().records if one.payments is not None}
    return {
        str(row[0].id): Payer(records, records.payments.line(row), reasons.get(str(row[0].id)))
        for game in window_games()
        if (records := made.get(game.name)) is not None and records.payments is not None
        for row in earnings.payments_called(game, site, ids)
    }
