"""A partner's lists: those of each game, as the games describe them, and the balance, which is of no game."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from app.core.errors import NotFound
from app.core.web.templating import iso
from app.core.wire.paging import number_place
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows.lists.listing import GameRecords, Listing, game_records


def partner_account(site: PartnerSite) -> AccountRef:
    """The account that holds what a site has earned."""
    return AccountRef("partner", str(site.id))


_BALANCE: Final = Listing(
    lambda site, wanted, before, limit: ledger.lines(partner_account(site), before, limit),
    lambda line: line.id,
    partial(number_place, most=10**18),
    {
        "postedAt": lambda line: iso(line.posted_at),
        "lineId": lambda line: line.id,
        "kind": lambda line: line.kind,
        "source": lambda line: line.source,
        "sourceId": lambda line: line.source_id,
        "amountSats": lambda line: line.amount,
    },
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The list that an address asks for. `records`: whose it is, None for the balance; `other_states` are those that
    only lists of other games have."""

    kind: str
    listing: Listing
    records: GameRecords | None
    is_main: bool = False
    other_states: frozenset[str] = frozenset()

    @property
    def file_name(self) -> str:
        """What the list is called as a file; the main game's has no game in its name."""
        return self.kind if self.is_main or self.records is None else f"{self.records.name}-{self.kind}"


def choose(kind: str, game: str | None) -> Chosen:
    """The list of a kind: orders, payments, wins (of `game`; of the main one, if none is named) or balance.

    Raises:
        NotFound: no such game, or a game's balance.
    """
    if kind == "balance":
        if game:
            raise NotFound("not_found")
        return Chosen(kind, _BALANCE, None)
    games = game_records()
    found = next((one for one in games if one.name == (game or games[0].name)), None)
    if found is None:
        raise NotFound("not_found")
    listings = {one.name: _listing(one, kind) for one in games}
    states = {state for listing in listings.values() for state in listing.states}
    own = listings[found.name]
    return Chosen(kind, own, found, found is games[0], frozenset(states.difference(own.states)))


def settled_game(kind: str) -> GameRecords | None:
    """The game whose round a ledger's line is of; None for what is no round."""
    return next((one for one in game_records() if one.round_kind == kind), None)


def _listing(records: GameRecords, kind: str) -> Listing:
    return {"orders": records.orders, "payments": records.payments, "wins": records.wins}[kind]
