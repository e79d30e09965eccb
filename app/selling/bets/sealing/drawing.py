"""A draw that no official lottery decides: its closing block is buried, and a delay over promise, seal and that block's
hash chooses the outcome. It is settled in the transaction that records it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.chain import service as chain
from app.chain.models import ChainBlock
from app.chain.node.blocks import display
from app.core.database.session import TO_CHANGE, db
from app.core.faults import step
from app.outcomes.draws import service as draws
from app.outcomes.draws.models import Draw
from app.record.audit import service as audit
from app.record.log import service as public_log

from ..calendar import promise
from ..calendar.making import subject_of
from ..calendar.service import locked
from ..models import BetDraw
from ..settlement.result import settle
from .algorithm import ALGORITHM, Drawn
from .closing import closing_block
from .witnessing import is_witnessed

DRAWN: Final = "bet.drawn"


def due() -> Sequence[UUID]:
    """Sealed draws of this kind whose time has come."""
    wanted = select(BetDraw.id).where(
        BetDraw.state == "sealed", BetDraw.source == "sealed_draw", BetDraw.draws_at <= func.clock_timestamp()
    )
    return db.session.scalars(wanted.order_by(BetDraw.draws_at)).all()


def buried_height(draw_id: UUID) -> int | None:
    """The height of the block that decides, once it is buried as deep as the draw promises."""
    cursor = chain.hold_cursor()
    draw = db.session.get_one(BetDraw, draw_id, populate_existing=True)
    block = closing_block(draw.draws_at)
    if cursor is None or block is None or cursor.height - block.height < _rules(draw).depth:
        return None
    return block.height


def begin(draw_id: UUID, height: int, told: str) -> draws.Work[Drawn] | None:
    """Fix the closing block's hash and begin the delay; None if that is not due (any more).

    `told` is the hash that the node has at that height, asked just before: who writes another one into our table of
    blocks would choose the outcome.
    """
    draw, block = _locked(draw_id)
    if draw.state != "sealed" or block is None or block.height != height or not is_witnessed(draw):
        return None
    if display(block.hash) != told:
        differences = [f"block {height} is {told}, ours is {display(block.hash)}"]
        audit.raise_alarm("bet_draw_differs", subject_of(draw.game, draw.name), differences=differences)
        return None
    assert draw.seal_root is not None
    parameters = {
        "promise": draw.promise_hash.hex(),
        "sealRoot": draw.seal_root.hex(),
        "hashes": _rules(draw).hashes,
        "classes": draw.classes,
    }
    begun = draws.begin(draw.game, draw.name, "closing_block", ALGORITHM.id, told, parameters)
    if dict(begun.parameters) != parameters:
        differences = ["its draw was begun with something else"]
        audit.raise_alarm("bet_draw_differs", subject_of(draw.game, draw.name), differences=differences)
        return None
    return draws.work_of(begun, ALGORITHM) if begun.state == "provisional" else None


def finish(draw_id: UUID, work: draws.Work[Drawn], drawn: Drawn) -> bool:
    """Record the outcome for good and hand it on; False if the draw is no longer this delay's to decide."""
    draw, block = _locked(draw_id)
    begun = db.session.get_one(Draw, work.draw_id, with_for_update=TO_CHANGE, populate_existing=True)
    is_same = block is not None and display(block.hash) == work.seed
    if draw.state != "sealed" or not is_same or begun.state != "provisional":
        return False
    draws.confirm(begun, drawn)
    db.session.flush()
    step("bet.drawn")
    told = {"closingBlock": work.seed, "outcome": drawn.outcome, "promise": draw.promise_hash.hex()}
    told |= {"checkpointsRoot": drawn.delay.root, "lastState": drawn.delay.last_state}
    public_log.tell(DRAWN, subject_of(draw.game, draw.name), told)
    settle(draw_id, drawn.outcome)
    return True


def _rules(draw: BetDraw) -> promise.Rules:
    return promise.rules_in(promise.read(draw.promise))


def _locked(draw_id: UUID) -> tuple[BetDraw, ChainBlock | None]:
    """The draw, locked after the chain's cursor, and the block that decides, if that is on the best chain at depth."""
    cursor = chain.hold_cursor()
    draw = locked(draw_id)
    block = closing_block(draw.draws_at)
    is_there = cursor is not None and block is not None and cursor.height - block.height >= _rules(draw).depth
    return draw, block if is_there else None
