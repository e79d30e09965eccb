"""Following the chain, one step at a time. The network is asked first; then one transaction applies one block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import select

from app.chain import service
from app.chain.listeners import ChainListener
from app.chain.models import ChainBlock, ChainCursor
from app.chain.node import rpc
from app.chain.node.blocks import Block, display, from_display, parse_block
from app.core.database.session import TO_CHANGE, db, transaction
from app.core.ports import Port

from .matching import OutputAt
from .reading import ReadAhead

log = structlog.get_logger()

_UNKNOWN_BLOCK = -5
_OF_A_TIPS_PARENT = 2  # confirmations: nothing follows the block after this one


LISTENERS: Final = Port[tuple[ChainListener, ...]]("listeners to the chain")


class Step(StrEnum):
    """What one call of `advance` did."""

    IDLE = "idle"
    STARTED = "started"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class _Place(NamedTuple):
    """Where the cursor is, or was when we looked: whoever finds it elsewhere writes nothing."""

    height: int
    hash: bytes


def advance(node: rpc.NodeClient, listeners: Sequence[ChainListener], first_height: int | None = None) -> Step:
    """Take one step towards the node's tip: start, apply the next block, or take the tip back.

    Raises:
        rpc.NodeFailure: the node gave no usable answer; the cursor has not moved.
        service.CursorMoved: another scanner was faster; nothing was written.
    """
    return _advance(ReadAhead(node), listeners, first_height, _place(), goes_on=False)[0]


def catch_up(
    node: rpc.NodeClient, listeners: Sequence[ChainListener], first_height: int | None = None, limit: int = 10_000
) -> int:
    """Advance until there is nothing more to do, at most `limit` steps; how many were taken.

    The cursor is asked for once, for each step says where it left it, and a block is read while the one before it is
    applied. Where that was the tip a moment ago, nobody asks once more whether it still is. Raises as `advance` does.
    """
    place, ahead = _place(), ReadAhead(node)
    for taken in range(limit):
        step, place = _advance(ahead, listeners, first_height, place, goes_on=taken + 1 < limit)
        if step is Step.IDLE:
            return taken
        if ahead.is_at_tip:
            return taken + 1
    return limit


def _place() -> _Place | None:
    with transaction():
        row = db.session.execute(_WHERE_WE_ARE).first()
        return _Place._make(row) if row else None


_WHERE_WE_ARE: Final = select(ChainCursor.height, ChainCursor.hash).where(ChainCursor.id == 1)


def _advance(
    ahead: ReadAhead,
    listeners: Sequence[ChainListener],
    first_height: int | None,
    place: _Place | None,
    *,
    goes_on: bool,
) -> tuple[Step, _Place | None]:
    node = ahead.node
    if place is None:
        _start(node, first_height)
        return Step.STARTED, _place()
    header = _header_on_best_chain(node, place.hash)
    if header is None:
        return Step.DISCONNECTED, _disconnect(place, listeners)
    block = _next_block(ahead, header)
    if block is None or block.prev_hash != place.hash:
        return Step.IDLE, place
    ahead.is_at_tip = rpc.integer(header, "confirmations") <= _OF_A_TIPS_PARENT
    if goes_on and not ahead.is_at_tip:
        ahead.begin(block.hash)
    with transaction():
        service.connect_block(block, place.height + 1, listeners)
    log.info("block_connected", height=place.height + 1, hash=block.hash_hex)
    return Step.CONNECTED, _Place(place.height + 1, block.hash)


def rewind(height: int, listeners: Sequence[ChainListener]) -> None:
    """Take applied blocks back until the cursor is at `height`, as a reorganisation would."""
    while (place := _place()) is not None and place.height > height:
        _disconnect(place, listeners)


@dataclass(frozen=True, slots=True)
class Found:
    """An output of an applied block. `block_hash` is as explorers print it."""

    block_hash: str
    output: OutputAt


def positions_paying(node: rpc.NodeClient, height: int, scripts: Set[bytes]) -> list[Found]:
    """The outputs of the block at `height` that pay to one of `scripts`."""
    block = parse_block(rpc.raw_block(node, rpc.block_hash(node, height)))
    outputs = block.outputs
    return [
        Found(
            block.hash_hex,
            OutputAt(
                outputs.txids[at], outputs.vouts[at], outputs.tx_indexes[at], outputs.values[at], outputs.scripts[at]
            ),
        )
        for at, script in enumerate(outputs.scripts)
        if script in scripts and outputs.values[at] > 0
    ]


def _start(node: rpc.NodeClient, first_height: int | None) -> None:
    tip, _ = rpc.tip(node)
    height = tip if first_height is None else min(first_height - 1, tip)
    hash_ = from_display(rpc.block_hash(node, height))
    with transaction():
        service.start_at(height, hash_, height + 1)


def _header_on_best_chain(node: rpc.NodeClient, hash_: bytes) -> Mapping[str, Any] | None:
    """What the node says of our tip and of what follows it; None if it is not on its best chain."""
    try:
        header = node.call("getblockheader", display(hash_))
    except rpc.NodeError as error:
        if error.code != _UNKNOWN_BLOCK:
            raise
        _refuse_stranger(node)
        return None
    if rpc.integer(header, "confirmations") <= 0:
        return None
    found: Mapping[str, Any] = header
    return found


def _refuse_stranger(node: rpc.NodeClient) -> None:
    """A node that does not know our tip is loading, or on a chain that split off, or has nothing to do with our chain.

    Raises:
        rpc.NodeSyncing: it is still loading.
        rpc.NodeWrongNetwork: it does not know our first block either; nothing may be undone on its word.
    """
    if rpc.chain_info(node).get("initialblockdownload"):
        raise rpc.NodeSyncing("initial block download")
    with transaction():
        first = db.session.scalar(select(ChainBlock.hash).order_by(ChainBlock.height).limit(1))
    if first is None:
        return
    try:
        node.call("getblockheader", display(first))
    except rpc.NodeError as error:
        if error.code != _UNKNOWN_BLOCK:
            raise
        raise rpc.NodeWrongNetwork("the node knows neither our tip nor our first block") from None


def _next_block(ahead: ReadAhead, header: Mapping[str, Any]) -> Block | None:
    """The block that follows on the best chain, named in the same answer that says that our tip is on it."""
    hash_hex = header.get("nextblockhash")
    if hash_hex is None:
        return None
    if not isinstance(hash_hex, str):
        raise rpc.NodeUnavailable("the node's answer has the wrong shape")
    return ahead.block(hash_hex)


def _disconnect(place: _Place, listeners: Sequence[ChainListener]) -> _Place:
    with transaction():
        cursor = db.session.get_one(ChainCursor, 1, with_for_update=TO_CHANGE, populate_existing=True)
        if (cursor.height, cursor.hash) != place:
            raise service.CursorMoved  # before its missing row is taken for a missing history
        row = db.session.get(ChainBlock, place.height)
        if row is None or row.hash != place.hash:
            raise ReorgBelowStart(place.height)
        previous = row.previous_hash
        db.session.expunge(row)
        service.disconnect_tip(place.height, place.hash, previous, listeners)
    log.warning("block_disconnected", height=place.height, hash=display(place.hash))
    return _Place(place.height - 1, previous)


class ReorgBelowStart(Exception):
    """The chain changed below the first block we ever scanned: a person must look."""
