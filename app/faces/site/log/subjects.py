"""What somebody looks for in the log, as its entries call what they are about: a round, an order, a transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.ids import parse_id
from app.money.payouts.sent import told
from app.selling.windows.lists.transactions import paid_in

_TXID: Final = re.compile(r"[0-9a-f]{64}")
_ROUND: Final = re.compile(r"(?P<name>[^\d:#]*[^\d:#, ])[:#, ]*(?P<number>[1-9][0-9]{0,8})")


def subjects(text: str) -> list[str]:
    """The names, of which none need be in the log; empty for what names nothing."""
    asked = text.strip().lower()
    order_id = parse_id(asked.rpartition(":")[2])
    if order_id is not None:
        return [f"order:{order_id}", f"payout:{order_id}"]
    if _TXID.fullmatch(asked):
        return list(_of_transaction(asked))
    found = _ROUND.fullmatch(asked)
    return list(_of_round(found["name"], int(found["number"]))) if found else []


def _of_round(name: str, number: int) -> Iterator[str]:
    """Of the game that is named, or of all where only a round is."""
    for game in catalogue().games:
        kind = game.records.round_kind if game.records is not None else None
        if kind is not None and name in _names(game, kind):
            yield f"{kind}:{number}"


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
