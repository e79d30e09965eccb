"""What of ours a hash is that is no transaction's: everything that the site itself prints leads to where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext
from sqlalchemy import LargeBinary, literal_column, select

from app.catalogue import bets
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.chain.models import ChainBlock, DepositAddress
from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.anchors import queries as anchors
from app.selling.windows.games import AnyGame
from app.selling.windows.lists.transactions import site_of
from app.selling.windows.models import COMMITMENT

from .wins import round_url

_MOST = 5

Place = tuple[str, str | None]
"""What it is, and where that is seen, if everybody may."""


def places_of(hash_: str) -> list[Place]:
    """All that it is, as hexadecimal; nothing of what nobody here knows. A block's is as explorers print it."""
    asked = bytes.fromhex(hash_)
    return [*_log(asked), *_of_games(asked), *bets.hashed(asked), *_blocks(asked)]


def _log(asked: bytes) -> Iterator[Place]:
    entry = log.entry_with(asked)
    if entry is not None and entry.number is not None and entry.number < log.signed_size():
        yield gettext("Entry %(number)s of the public log", number=entry.number), f"/log/entries/{entry.number}"
    size = anchors.size_under(asked)
    if size is not None:
        yield gettext("The root of our public log over its first %(size)s entries.", size=f"{size:,}"), "/log"
    anchor = anchors.of(asked[::-1])
    if anchor is not None:
        yield gettext("The transaction that writes a root of our public log into Bitcoin"), "/log"


def _of_games(asked: bytes) -> Iterator[Place]:
    for game in catalogue().games:
        if game.windows is not None:
            yield from _rounds(game, game.windows, asked)
            yield from _orders(game, game.windows, asked)


def _rounds(game: GameParts, windows: AnyGame, asked: bytes) -> Iterator[Place]:
    """Each hash by its own index."""
    rounds = windows.round
    for column, words in (
        (rounds.seal_root, gettext("The seal of")),
        (rounds.closing_block_hash, gettext("The closing block of")),
        (literal_column(COMMITMENT, LargeBinary), gettext("The promise of")),
    ):
        query = select(rounds.round_number).where(column == asked).order_by(rounds.round_number.desc()).limit(_MOST)
        for number in db.session.scalars(query):
            title = gettext("%(game)s, round %(n)s", game=game.title, n=number)
            yield f"{words} {title}", round_url(game, number)


def _orders(game: GameParts, windows: AnyGame, asked: bytes) -> Iterator[Place]:
    """By what their addresses commit to; where nobody may look at an order, nothing is said of it."""
    order, orders = windows.order, game.records.orders if game.records is not None else None
    query = select(order.id).join(DepositAddress, DepositAddress.id == order.deposit_address_id)
    for found in db.session.scalars(query.where(DepositAddress.commitment == asked).limit(_MOST)):
        site = site_of(windows, found)
        row = orders.one(site, str(found)) if orders is not None and site is not None else None
        url = orders.line(row).url if orders is not None and row is not None else None
        if url is not None:
            yield gettext("The commitment of an order"), url


def _blocks(asked: bytes) -> Iterator[Place]:
    height = db.session.scalar(select(ChainBlock.height).where(ChainBlock.hash == asked[::-1]))
    if height is not None:
        yield gettext("The hash of block %(height)s", height=f"{height:,}"), None
