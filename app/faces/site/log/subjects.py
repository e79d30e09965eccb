"""What somebody looks for in the log, as its entries call what they are about: a round, a draw of bets, an order, a
ticket, a transaction; and rounds and draws by what they promised or sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import LargeBinary, literal_column, select

from app.catalogue import bets
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.database.session import db
from app.core.ids import parse_id
from app.money.payouts.sent import told
from app.record.log.queries import About
from app.record.log.receipts import queries as receipts
from app.selling.windows.lists.transactions import paid_in
from app.selling.windows.models import COMMITMENT

_MOST: Final = 5
_TXID: Final = re.compile(r"[0-9a-f]{64}")
_ROUND: Final = re.compile(r"(?P<name>[^\d:#]*[^\d:#, ])[:#, ]*(?P<number>[1-9][0-9]{0,8})")


def subjects(text: str) -> About:
    """The names, of which none need be in the log; empty for what names nothing."""
    asked = text.strip().lower()
    identifier = parse_id(asked.rpartition(":")[2])
    if identifier is not None:
        return About((f"order:{identifier}", f"payout:{identifier}"), receipts.hashes_of(f"ticket:{identifier}"))
    if _TXID.fullmatch(asked):
        hash_ = bytes.fromhex(asked)
        return About((*_of_transaction(asked), *_of_rounds(hash_), *bets.subjects_hashed(hash_)))
    if (ticket := bets.ticket_named(asked)) is not None:
        return About(leaves=receipts.hashes_of(ticket))
    found = _ROUND.fullmatch(asked)
    of_rounds = _of_round(found["name"], int(found["number"])) if found else ()
    return About((*of_rounds, *bets.subjects_named(asked)))


def _of_round(name: str, number: int) -> Iterator[str]:
    """Of the game that is named, or of all where only a round is."""
    for game in catalogue().games:
        kind = game.records.round_kind if game.records is not None else None
        if kind is not None and name in _names(game, kind):
            yield f"{kind}:{number}"


def _of_rounds(hash_: bytes) -> Iterator[str]:
    """Rounds by their promise or their seal."""
    for game in catalogue().games:
        if game.windows is None or game.records is None:
            continue
        rounds = game.windows.round
        for column in (rounds.seal_root, literal_column(COMMITMENT, LargeBinary)):
            for number in db.session.scalars(select(rounds.round_number).where(column == hash_).limit(_MOST)):
                yield f"{game.records.round_kind}:{number}"


def _names(game: GameParts, kind: str) -> set[str]:
    title = str(game.title).lower()
    return {"round", kind, game.name, title, f"{title} round", f"{title}, round"}


def _of_transaction(txid: str) -> Iterator[str]:
    """The orders that it paid; the payout that it is. Both are public once a block has them, or we sent it."""
    for game in catalogue().games:
        if game.windows is not None:
            yield from (f"order:{order.id}" for _, order, _ in paid_in(game.windows, txid))
    payout = told.sent_as(bytes.fromhex(txid)[::-1])
    if payout is not None:
        yield f"payout:{payout}"
