"""The proof bundle: a round with its evidence, read from our tables in one go and from the node block by block.

Here is what every game's bundle has: headers, proofs of transactions, seal, balances, payout. The game adds its orders,
payments, what they bought, and its draw. A part holds whole blocks. It is written while it is read, so that its size
costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, stream_with_context
from sqlalchemy import Row, select, text

from app.chain.node import client as node
from app.chain.node import rpc
from app.chain.node.blocks import display
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import Unavailable
from app.money.payouts.sent import debts
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowRound
from app.selling.windows.questions.proof import Evidence
from app.selling.windows.rounds.schemas import (
    BundleBalance,
    BundleLog,
    BundlePayout,
    Headers,
    Seal,
    TransactionProof,
    WindowBundle,
)
from app.selling.windows.statements import for_tables_of

from . import kept, logged, promise
from .transactions import coinbase_proof, proofs_of

_ATTEMPTS: Final = 3
MAX_PAYMENTS: Final = 5_000
MAX_BLOCKS: Final = 200

# The whole row: whatever of the round is told must not have moved meanwhile.
_STAND = """
SELECT c.height AS tip, c.hash AS tip_hash, r.* FROM chain_cursor c CROSS JOIN {rounds} r
WHERE r.round_number = :round
"""

_LIVE = """
FROM {payments} p JOIN {orders} o ON o.id = p.order_id
WHERE o.round_number = :round AND p.orphaned_at IS NULL
"""

_HEIGHTS = f"""
SELECT p.block_height AS height, count(*) AS payments {_LIVE} AND p.block_height >= :begin
GROUP BY p.block_height ORDER BY p.block_height
"""

_BLOCKS = f"""
SELECT p.block_height AS height, p.block_hash AS hash, array_agg(DISTINCT p.txid) AS txids
{_LIVE} AND p.block_height BETWEEN :begin AND :last
GROUP BY p.block_height, p.block_hash ORDER BY p.block_height
"""

_FIRST_PAID = f"SELECT min(p.block_height) {_LIVE}"

_HEADERS = """
SELECT b.height, b.hash, b.header FROM chain_blocks b
JOIN {rounds} r ON r.round_number = :round
WHERE b.height BETWEEN least(r.opens_at_height, :first) AND r.closing_height + r.settlement_depth
ORDER BY b.height
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A part as the tables give it. The node is still to be asked for `blocks`: (height, hash, transaction ids)."""

    bundle: WindowBundle
    blocks: list[tuple[int, str, frozenset[str]]]
    height_block: tuple[int, str] | None  # whose coinbase proves the heights: the closing block, once it exists
    payout_block: tuple[int, str] | None  # that holds the payout
    anchor_block: tuple[int, str] | None  # that holds a root of the public log


def read(game: AnyGame, number: int, begin: int) -> Reading:
    """The part of a round's bundle whose payments begin at block `begin`.

    Raises:
        NotFound: no such round.
        Unavailable: chain or round kept moving while it was read.
    """
    queries.round_of(game, number)
    for _ in range(_ATTEMPTS):
        db.session.expire_all()
        before = _stand(game, number)
        reading = _read(game, number, begin)
        if _stand(game, number) == before:
            return reading
    raise Unavailable("records_moving", retry_after=2)


def _read(game: AnyGame, number: int, begin: int) -> Reading:
    round_ = queries.round_of(game, number)
    last, following = _extent(game, number, begin)
    evidence = game.proof.evidence(round_, _draw(game, round_), begin, last)
    headers = _headers(game, number) if begin == 0 else []
    paid = _payout(game, number) if begin == 0 else None
    said = logged.of_round(game, round_) if begin == 0 else None
    bundle = evidence.bundle(
        bundle_version=promise.version_of(round_),
        game=game.name,
        network=current_settings().bitcoin_network,
        part_from=begin,
        next=following,
        headers=_header_list(headers),
        height_proof=None,
        seal=_seal(round_, evidence),
        balances=_balances(game, round_) if begin == 0 else [],
        payout=paid[0] if paid else None,
        log=said.told if said else None,
        transactions=[],
        **{**evidence.records, "round": _with_reason(game, round_, evidence)},
    )
    blocks = _rows(game, _BLOCKS, round=number, begin=begin, last=last)
    witness = next((row for row in headers if row.height == round_.closing_height), headers[-1] if headers else None)
    of_height = (witness.height, display(witness.hash)) if witness else None
    paying = [(row.height, row.hash, frozenset(row.txids)) for row in blocks]
    return Reading(bundle, paying, of_height, paid[1] if paid else None, said.block if said else None)


def prove(reading: Reading, client: rpc.NodeClient) -> Iterator[str]:
    """The part as JSON text, its transactions proven from the node's blocks.

    Raises:
        Unavailable: at once, if the node is away; if it goes away later the text breaks off.
    """
    proofs = (proof for height, hash_, txids in reading.blocks for proof in proofs_of(client, height, hash_, txids))
    height_proof = coinbase_proof(client, *reading.height_block) if reading.height_block else None
    payout = reading.bundle.payout
    if payout is not None and reading.payout_block is not None:
        proof = next(proofs_of(client, *reading.payout_block, frozenset({payout.txid})), None)
        height = coinbase_proof(client, *reading.payout_block)
        payout = payout.model_copy(update={"proof": proof, "height_proof": height})
    first = next(proofs, None)
    log = _anchored(client, reading)
    told = reading.bundle.model_copy(update={"height_proof": height_proof, "payout": payout, "log": log})
    head = told.model_dump_json(by_alias=True, exclude={"transactions"})
    return stream_with_context(_written(head, first, proofs))


def _anchored(client: rpc.NodeClient, reading: Reading) -> BundleLog | None:
    told = reading.bundle.log
    if told is None or told.anchor is None or reading.anchor_block is None:
        return told
    proof = next(proofs_of(client, *reading.anchor_block, frozenset({told.anchor.txid})), None)
    return told.model_copy(update={"anchor": told.anchor.model_copy(update={"proof": proof}) if proof else None})


def answer(reading: Reading) -> Response:
    """The part as a response that is written while the node is read.

    Raises:
        Unavailable: the node is away.
    """
    return Response(prove(reading, node.client()), mimetype="application/json")


def _written(head: str, first: TransactionProof | None, rest: Iterator[TransactionProof]) -> Iterator[str]:
    """The transactions come last, one by one."""
    yield head.removesuffix("}") + ',"transactions":['
    if first is not None:
        yield first.model_dump_json(by_alias=True)
        for proof in rest:
            yield "," + proof.model_dump_json(by_alias=True)
    yield "]}"


def _rows(game: AnyGame, statement: str, **values: Any) -> Sequence[Row[Any]]:
    return db.session.execute(text(for_tables_of(game, statement)), values).all()


def _stand(game: AnyGame, number: int) -> Sequence[Row[Any]]:
    return _rows(game, _STAND, round=number)


def _extent(game: AnyGame, number: int, begin: int) -> tuple[int, int | None]:
    """The last block of the part that begins at `begin`, and the block the next part begins at."""
    last, blocks, payments = begin, 0, 0
    for row in _rows(game, _HEIGHTS, round=number, begin=begin):
        if blocks and (payments + row.payments > MAX_PAYMENTS or blocks == MAX_BLOCKS):
            return last, row.height
        last, blocks, payments = row.height, blocks + 1, payments + row.payments
    return last, None


def _headers(game: AnyGame, number: int) -> Sequence[Row[Any]]:
    """Headers from the round's beginning, or its first payment if that is earlier, until its closing is buried."""
    first = _rows(game, _FIRST_PAID, round=number)[0][0]
    return _rows(game, _HEADERS, round=number, first=first)


def _header_list(rows: Sequence[Row[Any]]) -> Headers | None:
    if not rows:
        return None
    return Headers(first_height=rows[0].height, headers=[row.header.hex() for row in rows])


def _with_reason(game: AnyGame, round_: WindowRound, evidence: Evidence) -> Any:
    """The round as its game tells it, and why it is void."""
    reason = kept.void_reason(game, round_) if round_.status == "void" else None
    return evidence.records["round"].model_copy(update={"void_reason": reason})


def _seal(round_: WindowRound, evidence: Evidence) -> Seal | None:
    """The root that was published, of a void round too. Nothing of that takes part in any draw: it has no leaves."""
    if round_.seal_root is None or round_.sealed_at_height is None:
        return None
    leaves = [] if round_.status == "void" else [leaf.data.decode() for leaf in evidence.leaves]
    return Seal(root=round_.seal_root.hex(), sealed_at_height=round_.sealed_at_height, leaves=leaves)


def _draw(game: AnyGame, round_: WindowRound) -> Draw | None:
    """What was drawn is told once the round is settled: a draw that runs may still be discarded."""
    if round_.status != "settled":
        return None
    return queries.draws_of(game, [round_]).get(round_.round_number)


def _balances(game: AnyGame, round_: WindowRound) -> list[BundleBalance]:
    """What each partner earned; nothing before the round is settled."""
    if round_.status != "settled":
        return []
    earned = game.crediting.held_by_site(round_.round_number)
    sites = db.session.execute(select(PartnerSite.id, PartnerSite.name).where(PartnerSite.id.in_(earned)))
    names = {row.id: row.name for row in sites}
    told = [BundleBalance(partner_name=names[site], earned_sats=sats) for site, sats in earned.items()]
    return sorted(told, key=lambda balance: balance.partner_name)


def _payout(game: AnyGame, number: int) -> tuple[BundlePayout, tuple[int, str]] | None:
    """The payout of the round's jackpot and the block that holds it; None before there is one."""
    debt = debts.of_sources("jackpot", game.name, [str(number)]).get(str(number))
    if debt is None or debt.sent is None or debt.block is None:
        return None
    record = BundlePayout(
        txid=debt.sent.txid, vout=debt.sent.vout, amount_sats=debt.sats, proof=None, height_proof=None
    )
    return record, (debt.block.height, debt.block.hash)
