"""A round once more from the chain and its orders' terms, compared with what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.chain import queries as chain
from app.chain.deposits import commitment
from app.chain.models import ChainBlock, DepositAddress
from app.chain.node import client as node
from app.chain.node.blocks import display
from app.chain.scan import scanner
from app.core.database.session import TO_CHANGE, db, transaction
from app.core.ids import created_at
from app.record.audit.service import note
from app.selling.windows import queries
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowPayment, WindowRound
from app.selling.windows.orders.recovery import CLOCKS_MAY_DIFFER
from app.selling.windows.proof import kept
from app.selling.windows.questions.proof import Comparison, Paid

from . import rerun

Told = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and every difference in words."""

    orders: int
    blocks: int
    payments: int
    differences: list[str] = field(default_factory=list)
    sealed: bytes | None = None  # the root that was looked at


@dataclass(slots=True)
class _Stored:
    """What the tables say, read in one go."""

    orders: dict[bytes, UUID]  # by the script that follows from the terms
    payments: dict[tuple[str, int], WindowPayment]
    game_differs: Comparison
    first: int
    last: int
    kept_differs: list[str]
    draw: rerun.Drawn | None
    sealed: bytes | None


def replay(game: AnyGame, number: int, *, with_draw: bool, tell: Told) -> Report:
    """Read every block in which the round could have been paid, and do again what the scanner did.

    Raises:
        NotFound: no such round.
        rpc.NodeFailure: the node gave no usable answer.
    """
    differences: list[str] = []
    with transaction():
        stored = _read(game, number, differences)
    found = list(_from_chain(stored, tell))
    _compare_payments(stored, found, differences)
    differences += stored.game_differs(found)
    differences += stored.kept_differs
    if with_draw and stored.draw is not None:
        tell(stored.last - stored.first, stored.last - stored.first + 1, "draw")
        if rerun.outcome_of(stored.draw) != stored.draw.outcome:
            differences.append("the draw comes out otherwise than recorded")
    return Report(len(stored.orders), max(0, stored.last - stored.first + 1), len(found), differences, stored.sealed)


def vouch(game: AnyGame, number: int, report: Report) -> bool:
    """Mark the seal of a round in which nothing differed, if its mark is not ours: of an earlier secret, or older than
    marks. Whether this call did it."""
    if report.differences or report.sealed is None:
        return False
    with transaction():
        round_ = db.session.get_one(game.round, number, with_for_update=TO_CHANGE, populate_existing=True)
        if round_.seal_root != report.sealed or not kept.seal_not_ours(game, round_):
            return False
        kept.mark_seal(game, round_)
        note("system", "round.seal_marked", game.subject(number), "replayed without a difference")
        return True


def _read(game: AnyGame, number: int, differences: list[str]) -> _Stored:
    round_ = queries.round_of(game, number)
    db.session.refresh(round_)
    rows = db.session.execute(
        select(game.order, DepositAddress)
        .join(DepositAddress, DepositAddress.id == game.order.deposit_address_id)
        .where(game.order.round_number == number)
    ).all()
    ids = [row[0].id for row in rows]
    payments = db.session.scalars(
        select(game.payment).where(game.payment.order_id.in_(ids), game.payment.orphaned_at.is_(None))
    )
    return _Stored(
        orders=_orders(rows, differences),
        payments={(row.txid, row.vout): row for row in payments},
        game_differs=game.proof.replay(round_),
        first=_first_block(ids),
        last=min(chain.tip_height(), round_.closing_height + round_.settlement_depth),
        kept_differs=kept.differences(game, round_),
        draw=_draw(game, round_),
        sealed=round_.seal_root,
    )


def _orders(rows: Sequence[Any], differences: list[str]) -> dict[bytes, UUID]:
    """By the script that follows from the terms, whatever script is stored."""
    found = {}
    for row in rows:
        order, address = row[0], row[1]
        key = commitment.output_key(address.internal_key, commitment.commitment(address.terms))
        script = commitment.script_pubkey(key)
        if script != address.script_pubkey:
            differences.append(f"order {order.id}: its terms lead to another address than {address.address}")
        found[script] = order.id
    return found


def _first_block(ids: Sequence[UUID]) -> int:
    if not ids:
        return chain.tip_height() + 1
    oldest = min(created_at(order_id) for order_id in ids) - CLOCKS_MAY_DIFFER
    first = db.session.scalar(select(func.min(ChainBlock.height)).where(ChainBlock.time >= oldest))
    return first if first is not None else chain.tip_height() + 1


def _draw(game: AnyGame, round_: WindowRound) -> rerun.Drawn | None:
    return rerun.record_of(game, round_.round_number) if round_.status == "settled" else None


def _from_chain(stored: _Stored, tell: Told) -> list[Paid]:
    found = []
    scripts = set(stored.orders)
    for height in range(stored.first, stored.last + 1):
        tell(height - stored.first, stored.last - stored.first + 1, f"block {height}")
        for place in scanner.positions_paying(node.client(), height, scripts) if scripts else ():
            output = place.output
            found.append(
                Paid(
                    stored.orders[output.script],
                    display(output.txid),
                    output.vout,
                    output.tx_index,
                    output.amount_sats,
                    height,
                )
            )
    return sorted(found, key=lambda paid: (paid.height, paid.tx_index, paid.vout))


def _compare_payments(stored: _Stored, found: Sequence[Paid], differences: list[str]) -> None:
    known = dict(stored.payments)
    for paid in found:
        row = known.pop((paid.txid, paid.vout), None)
        where = f"{paid.txid}:{paid.vout}"
        if row is None:
            differences.append(f"{where} in block {paid.height} pays {paid.sats} sats and is not stored")
        elif (row.amount_sats, row.block_height, row.tx_index, row.order_id) != (
            paid.sats,
            paid.height,
            paid.tx_index,
            paid.order_id,
        ):
            differences.append(f"{where}: amount, place or order is not the chain's")
    differences += [
        f"{txid}:{vout} is stored for block {row.block_height}, and the chain does not have it"
        for (txid, vout), row in known.items()
        if row.block_height <= stored.last
    ]
