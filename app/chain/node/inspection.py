"""The ledger's coins held against the node's own set of unspent outputs: the last question of `flask audit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from app.chain import queries
from app.core.checks import Breach
from app.core.database.session import db, transaction

from . import client as node
from . import rpc
from .blocks import display

_BATCH = 500

_UNSPENT = """
SELECT c.txid, c.vout, c.amount_sats FROM coins c
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT FROM coin_spends s WHERE s.coin_id = c.id AND s.orphaned_at IS NULL)
ORDER BY c.id
"""


class ChainMoved(Exception):
    """Scanner and node were not at one and the same block all the while: the comparison would mean nothing."""


def coins_the_node_denies() -> list[Breach]:
    """Coins we count that the node does not know as unspent with that amount.

    Raises:
        rpc.NodeFailure: the node gave no usable answer.
        ChainMoved: a block came meanwhile, or the scanner is behind; ask again.
    """
    client = node.client()
    before = rpc.tip(client)
    with transaction():
        cursor = queries.cursor()
        place = (cursor.height, display(cursor.hash)) if cursor else None
        coins = db.session.execute(text(_UNSPENT)).all()
    breaches = [
        breach for start in range(0, len(coins), _BATCH) for breach in _compare(client, coins[start : start + _BATCH])
    ]
    if place != before or rpc.tip(client) != before:
        raise ChainMoved
    return breaches


def _compare(client: rpc.NodeClient, coins: Sequence[Row[Any]]) -> list[Breach]:
    answers = client.batch([("gettxout", [display(coin.txid), coin.vout, False]) for coin in coins])
    return [
        Breach("chain.node", f"{display(coin.txid)}:{coin.vout}")
        for coin, answer in zip(coins, answers, strict=True)
        if not isinstance(answer, dict) or rpc.sats(answer["value"]) != coin.amount_sats
    ]
