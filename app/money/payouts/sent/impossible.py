"""Payouts that can never be mined any more, and how we know it.

Whoever sent a payout cannot call it back, so it may be given up only when the chain itself excludes it: a buried
transaction of somebody else spends one of its coins, or one of its coins was made by a transaction that a buried one
excludes. The second happens when the chain changes deeper than we thought possible and a deposit is spent otherwise in
the new branch. That transaction spends no coin of ours, so the scanner does not see it: the node is asked, on request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import aliased

from app.chain.models import ChainBlock, Coin
from app.chain.node import client as node
from app.chain.node import rpc
from app.chain.node.blocks import Block, display, parse_block
from app.core.config import current_settings
from app.core.database.session import db, end_reading, transaction
from app.money.payouts import queries, service
from app.money.payouts.models import Payout, PayoutInput

_FURTHEST = 2_016  # blocks that are read for one answer, in either branch

Outpoint = tuple[bytes, int]


def is_dead(payout: Payout, tip: int) -> bool:
    """Whether a buried transaction that is no version of this payout excludes it for good."""
    values = {"payout": payout.id, "depth": current_settings().settlement_depth, "tip": tip}
    query = f"SELECT {queries.DEAD} FROM payouts p WHERE p.id = :payout"
    return bool(db.session.execute(text(query), values).scalar_one())


def earlier_version(payout: Payout, tip: int) -> Payout | None:
    """The newest version before this one that may still be mined: it is what counts when this one is given up."""
    while payout.replaces_id is not None:
        payout = service.locked(payout.replaces_id)
        if not is_dead(payout, tip):
            return payout
    return None


def lost_coins(payout_id: UUID) -> list[Coin]:
    """Coins of a payout that left the chain with their block and did not come back."""
    again = aliased(Coin)
    back = exists().where(again.txid == PayoutInput.txid, again.vout == PayoutInput.vout, again.orphaned_at.is_(None))
    query = select(Coin).join(PayoutInput, PayoutInput.coin_id == Coin.id).where(PayoutInput.payout_id == payout_id)
    return list(db.session.scalars(query.where(~back).order_by(PayoutInput.position)))


def look(payout_id: UUID) -> bool:
    """Ask the node what took the place of coins that left the chain, and write down which block excludes which version.

    Returns whether such a block was found. Sends nothing, gives nothing up.

    Raises:
        rpc.NodeFailure: the node gave no usable answer; nothing has changed.
        NotFound: there is no such payout.
    """
    end_reading()
    with transaction():
        root = queries.payout(payout_id).root_id
        lost = {version.id: _origins(version) for version in queries.versions_of(root) if version.state != "confirmed"}
    found = {}
    for version_id, origins in lost.items():
        block = next((block for origin in origins if (block := _excluding(node.client(), *origin))), None)
        if block is not None:
            found[version_id] = block
    with transaction():
        for version_id, block in found.items():
            _write(service.locked(version_id), block)
    return bool(found)


def _origins(version: Payout) -> list[tuple[bytes, str]]:
    return [(coin.txid, display(coin.block_hash)) for coin in lost_coins(version.id)]


def _write(payout: Payout, block: tuple[int, bytes]) -> None:
    """Only a block that we follow ourselves counts."""
    height, block_hash = block
    followed = db.session.get(ChainBlock, height)
    if followed is None or followed.hash != block_hash or payout.excluded_hash == block_hash:
        return
    payout.excluded_height, payout.excluded_hash = height, block_hash
    service.note(payout, service.SYSTEM, "excluded", height=height, hash=display(block_hash))


@dataclass(slots=True)
class _Branch:
    """What the blocks of a branch that was left hold: by transaction what it spends, and their coinbases' heights."""

    fork: int
    spends: dict[bytes, list[Outpoint]] = field(default_factory=dict)
    coinbases: dict[bytes, int] = field(default_factory=dict)


def _excluding(client: rpc.NodeClient, txid: bytes, block_hash: str) -> tuple[int, bytes] | None:
    """The block of the present chain that excludes a transaction of a block that was left: (height, hash)."""
    try:
        branch = _left(client, block_hash)
    except rpc.NodeError:  # a node that was never there does not know the branch
        branch = None
    if branch is None:
        return None
    family, wanted = _ancestry(branch, txid)
    heights = [branch.coinbases[one] for one in family if one in branch.coinbases]
    for height, block in _blocks(client, branch.fork + 1):
        if height in heights or any(out in wanted and by not in family for out, by in _spends(block)):
            return height, block.hash
    return None


def _left(client: rpc.NodeClient, block_hash: str) -> _Branch | None:
    """The branch down from this block to where it left the present chain; None if it is part of that, or too long."""
    branch = _Branch(0)
    for _ in range(_FURTHEST):
        header = client.call("getblockheader", block_hash, True)
        if header["confirmations"] >= 0:
            branch.fork = header["height"]
            return branch if branch.spends or branch.coinbases else None
        block = parse_block(rpc.raw_block(client, block_hash))
        branch.coinbases[block.txids[0]] = header["height"]
        for outpoint, by in _spends(block):
            branch.spends.setdefault(by, []).append(outpoint)
        block_hash = block.prev_hash_hex
    return None


def _ancestry(branch: _Branch, txid: bytes) -> tuple[set[bytes], set[Outpoint]]:
    """The transaction with its ancestors in the branch, and everything they spend."""
    family: set[bytes] = set()
    wanted: set[Outpoint] = set()
    waiting = [txid]
    while waiting:
        one = waiting.pop()
        if one in family or (one not in branch.spends and one not in branch.coinbases):
            continue
        family.add(one)
        wanted.update(branch.spends.get(one, ()))
        waiting += [parent for parent, _ in branch.spends.get(one, ())]
    return family, wanted


def _blocks(client: rpc.NodeClient, first: int) -> Iterator[tuple[int, Block]]:
    """The present chain's blocks from `first` on, as far as one answer may read."""
    last = min(rpc.tip(client)[0], first + _FURTHEST - 1)
    for height in range(first, last + 1):
        yield height, parse_block(rpc.raw_block(client, rpc.block_hash(client, height)))


def _spends(block: Block) -> Iterator[tuple[Outpoint, bytes]]:
    """Every outpoint that a block spends, and the transaction that does."""
    inputs = block.inputs
    for txid, vout, by in zip(inputs.prev_txids, inputs.prev_vouts, inputs.spending_txids, strict=True):
        yield (txid, vout), by
