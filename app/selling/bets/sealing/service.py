"""The seal: some time after the cut-off, a root over all that was sold is fixed and published, before anything of the
draw can be known. A draw that could not be sealed in time is void by rule; nobody chooses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.core.faults import step
from app.people.players.queries import read_now
from app.record.audit import service as audit
from app.record.log import service as public_log

from .. import exposure
from ..bankroll import capacity
from ..calendar import promise
from ..calendar.making import subject_of
from ..calendar.official import is_known
from ..calendar.service import cancel, locked
from ..games import game_named
from ..models import BetDraw, BetEntry
from .closing import closing_block
from .seal import Sale, Sealed, seal_of

SEALED: Final = "bet.sealed"
NOT_SEALED: Final = "not_sealed_before_draw"
NO_RESULT: Final = "no_result_in_time"


def due() -> Sequence[UUID]:
    """Draws that are to be sealed now."""
    wanted = select(BetDraw.id).where(BetDraw.state == "selling", BetDraw.seals_at <= func.clock_timestamp())
    return db.session.scalars(wanted.order_by(BetDraw.seals_at)).all()


def seal(draw_id: UUID) -> bool:
    """Fix and publish a draw's root, or void it if its time has come; False if neither is due, or if its rows are not
    what was promised and sold: then a person is called, and its time comes."""
    draw = locked(draw_id)
    now = read_now()
    if draw.state != "selling" or now < draw.seals_at:
        return False
    if now >= draw.draws_at or _is_decided(draw):
        void(draw, NOT_SEALED)
        return True
    found = what_is_sold(draw)
    if isinstance(found, str):
        audit.raise_alarm("bet_draw_differs", subject_of(draw.game, draw.name), differences=[found])
        return False
    draw.seal_root, draw.sealed_at, draw.state = found.root, now, "sealed"
    db.session.flush()
    if not game_named(draw.game).shows_one:
        exposure.recount(draw.id)  # nothing is sold any more: what it could cost is told as it is
        db.session.refresh(draw)
    step("bet.sealed")
    capacity.narrow(draw.id, draw.worst_minor)
    told = {
        "promise": draw.promise_hash.hex(),
        "sealRoot": found.root.hex(),
        "sales": found.sales,
        "staked": found.staked,
        "currency": draw.currency,
        "lastNumber": found.last,
        "lastLeaf": draw.tip.hex(),
        "worst": draw.worst_minor,
        "reservations": _reservations(draw.id),
    }
    public_log.tell(SEALED, subject_of(draw.game, draw.name), told)
    return True


def _is_decided(draw: BetDraw) -> bool:
    """Whether the block is known already that decides: then anybody may know the outcome."""
    return draw.source == "sealed_draw" and closing_block(draw.draws_at) is not None


def what_is_sold(draw: BetDraw) -> Sealed | str:
    """The seal over a draw's rows as they are; or what is wrong with them, in words."""
    last: list[bytes] = [draw.promise_hash]
    try:
        found = seal_of(subject_of(draw.game, draw.name), draw.promise_hash, _sales(draw.id, last))
    except ValueError as error:
        return str(error)
    if promise.hash_of(draw.promise) != draw.promise_hash:
        return "its promise is another"
    if (found.last, last[-1]) != (draw.sales, draw.tip):
        return "its last sale is another"
    return found if found.staked == draw.sold_minor else "what was staked is another sum"


def _sales(draw_id: UUID, last: list[bytes]) -> Iterator[Sale]:
    rows = select(BetEntry.number, BetEntry.leaf, BetEntry.stake_minor, BetEntry.state).where(
        BetEntry.draw_id == draw_id, BetEntry.number.is_not(None)
    )
    for number, leaf, stake, state in db.session.execute(rows.order_by(BetEntry.number)):
        last[:] = [bytes(leaf or b"")]
        yield Sale(int(number or 0), last[0], stake, state == "posted")


def _reservations(draw_id: UUID) -> dict[str, int]:
    """What became of tickets that were not paid from a wallet, by how many: one that still waits is not covered, and
    what is paid for it goes back."""
    rows = select(BetEntry.state, func.count()).where(BetEntry.draw_id == draw_id, BetEntry.number.is_(None))
    counted = {row[0]: int(row[1]) for row in db.session.execute(rows.group_by(BetEntry.state))}
    return {"released": counted.get("released", 0), "waiting": counted.get("reserved", 0)}


def overdue() -> Sequence[UUID]:
    """Sealed draws whose time to have a result may be over."""
    wanted = select(BetDraw.id).where(BetDraw.state == "sealed", BetDraw.draws_at <= func.clock_timestamp())
    return db.session.scalars(wanted.order_by(BetDraw.draws_at)).all()


def void_without_result(draw_id: UUID) -> bool:
    """Void a sealed draw that had no result for as long as it promised to wait; whether it was. One that is known and
    waits to be settled is a result."""
    draw = locked(draw_id)
    wait = promise.rules_in(promise.read(draw.promise)).void_after_seconds
    is_over = read_now() >= draw.draws_at + timedelta(seconds=wait)
    if draw.state != "sealed" or not is_over or is_known(draw):
        return False
    void(draw, NO_RESULT)
    return True


def void(draw: BetDraw, because: str) -> None:
    """A draw is void by rule, and somebody is told. It is locked."""
    cancel(draw, because, actor="system")
    audit.raise_alarm("bet_draw_void", subject_of(draw.game, draw.name), because=because)
