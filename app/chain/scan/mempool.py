"""Sightings of unconfirmed payments: shown as seen, credited never, forgotten when they leave the mempool."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

import redis
import structlog
from sqlalchemy import text

from app.chain.node import rpc
from app.chain.node.blocks import from_display
from app.chain.node.transactions import Output, outputs_of
from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.core.jobs.queue import bell
from app.core.ports import Port

log = structlog.get_logger()

BATCH = 100
NEW_PER_LOOK = 5_000
_MEMORY_SECONDS = 600


SightingListener = Callable[[UUID, str, int, int], None]
"""Is told of an output to one of our addresses in the mempool: address, txid, vout, sats."""
SIGHTING_LISTENERS: Final = Port[tuple[SightingListener, ...]]("listeners to the mempool")


class Watcher:
    """Remembers which transactions it has looked into, so that each is fetched once."""

    def __init__(self) -> None:
        self._known: set[str] | None = None

    def look(self, node: rpc.NodeClient) -> None:
        """Compare the mempool with what is known: fetch what is new, drop what has gone."""
        if self._known is None:
            self._known = _load_known() | _recall()
        listed = node.call("getrawmempool")
        if not isinstance(listed, list):
            raise rpc.NodeUnavailable("the node's answer has the wrong shape")
        current = set(listed)
        # A sample, for of a long list no part may be left out for ever.
        unknown = list(current - self._known)
        new = random.sample(unknown, min(len(unknown), NEW_PER_LOOK))
        gone = self._known - current
        for start in range(0, len(new), BATCH):
            self._fetch(node, new[start : start + BATCH])
        if gone:
            with transaction():
                _forget(gone)
        self._known = (self._known & current) | set(new)
        _remember(new, gone)

    def _fetch(self, node: rpc.NodeClient, txids: Sequence[str]) -> None:
        answers = node.batch([("getrawtransaction", [txid, 0]) for txid in txids])
        outputs = [
            output
            for txid, answer in zip(txids, answers, strict=True)
            if isinstance(answer, str)  # an error: it left the mempool meanwhile
            for output in outputs_of(bytes.fromhex(answer), from_display(txid))
            if output.amount_sats > 0
        ]
        if outputs:
            with transaction():
                _record(outputs)


def _load_known() -> set[str]:
    """Begin with what has a sighting; the rest of the mempool is looked into again, which does no harm."""
    with transaction():
        rows = db.session.execute(text("SELECT DISTINCT encode(txid, 'hex') FROM sightings"))
        return {bytes.fromhex(row[0])[::-1].hex() for row in rows}


def _memory() -> str:
    url = current_settings().database_url.get_secret_value()
    return f"tiraj:mempool:{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def _recall() -> set[str]:
    """What the watcher before this one looked into: each lives for seconds only, a mempool is read in minutes.

    Losing it costs nothing but a second look.
    """
    try:
        with bell() as client:
            members: set[bytes] = client.smembers(_memory())  # type: ignore[assignment]
    except redis.RedisError:
        return set()
    return {member.hex() for member in members}


def _remember(new: Iterable[str], gone: Iterable[str]) -> None:
    added, removed = [bytes.fromhex(txid) for txid in new], [bytes.fromhex(txid) for txid in gone]
    try:
        with bell() as client, client.pipeline(transaction=True) as pipe:
            if removed:
                pipe.srem(_memory(), *removed)
            if added:
                pipe.sadd(_memory(), *added)
            pipe.expire(_memory(), _MEMORY_SECONDS, nx=True)  # begun anew now and then, whatever was missed
            pipe.execute()
    except redis.RedisError:
        log.info("bell_away")


def _record(outputs: Sequence[Output]) -> None:
    rows = db.session.execute(
        text(_INSERT),
        {
            "ids": [new_id() for _ in outputs],
            "txids": [output.txid for output in outputs],
            "vouts": [output.vout for output in outputs],
            "amounts": [output.amount_sats for output in outputs],
            "scripts": [output.script for output in outputs],
        },
    ).all()
    for row in rows:
        for tell in SIGHTING_LISTENERS.get():
            tell(row.deposit_address_id, row.txid[::-1].hex(), row.vout, row.amount_sats)


_INSERT = """
INSERT INTO sightings (id, txid, vout, amount_sats, deposit_address_id)
SELECT seen.id, seen.txid, seen.vout, seen.amount, d.id
FROM unnest(CAST(:ids AS uuid[]), CAST(:txids AS bytea[]), CAST(:vouts AS bigint[]), CAST(:amounts AS bigint[]),
            CAST(:scripts AS bytea[])) AS seen (id, txid, vout, amount, script)
JOIN deposit_addresses d ON d.script_pubkey = seen.script
WHERE NOT EXISTS (SELECT FROM coins c WHERE c.txid = seen.txid AND c.vout = seen.vout AND c.orphaned_at IS NULL)
ON CONFLICT DO NOTHING
RETURNING txid, vout, amount_sats, deposit_address_id
"""


def _forget(txids: Iterable[str]) -> None:
    db.session.execute(
        text("DELETE FROM sightings WHERE txid = ANY(CAST(:txids AS bytea[]))"),
        {"txids": [from_display(txid) for txid in txids]},
    )
