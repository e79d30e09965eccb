"""The proof bundle: all that the public log says of a draw, in the log's order, with what it came to.

It is written while it is read, page by page, and no page keeps a transaction open: of a draw's hundred thousand sales
only the entries' numbers are held.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text

from app.core.database.session import db
from app.core.errors import NotFound
from app.outcomes.results.wanted import public_name
from app.record.log.models import Entry

from ..calendar.making import subject_of
from ..models import BetDraw, BetSettlement
from ..sale.leaves import SOLD
from . import logged
from .schemas import DrawBundle, DrawEntry, DrawSettled

VERSION: Final = 1
AT_ONCE: Final = 1000
_UNPROVEN: Final = (SOLD, "bet.refunded")
"""Entries of which there may be as many as sales."""

_NUMBERS: Final = "SELECT number FROM log_entries WHERE subject = :subject AND kind <> 'ledger' ORDER BY number"


@dataclass(frozen=True, slots=True)
class Reading:
    """A draw as it stood at a moment, and which entries are still to be read."""

    told: DrawBundle
    numbers: Sequence[int]


def read(game: str, name: str) -> Reading:
    """Raises NotFound `draw_not_found`."""
    query = select(BetDraw).where(BetDraw.game == game, BetDraw.name == name)
    draw = db.session.scalar(query.execution_options(populate_existing=True))
    if draw is None:
        raise NotFound("draw_not_found")
    told = DrawBundle(
        bet_bundle_version=VERSION,
        game=game,
        name=name,
        state=draw.state,
        promise=draw.promise,
        promise_hash=draw.promise_hash.hex(),
        sales=draw.sales,
        tip=draw.tip.hex(),
        settlement=_settled(draw),
        results=list(_entries(_numbers(public_name(game, name)), draw.promise)),
        entries=[],
    )
    return Reading(told, _numbers(subject_of(game, name)))


def written(reading: Reading) -> Iterator[str]:
    """The bundle as JSON; its entries come last."""
    yield reading.told.model_dump_json(by_alias=True, exclude={"entries"}).removesuffix("}") + ',"entries":['
    for at in range(0, len(reading.numbers), AT_ONCE):
        found = _entries(reading.numbers[at : at + AT_ONCE], reading.told.promise)
        page = ",".join(one.model_dump_json(by_alias=True, exclude_none=True) for one in found)
        db.session.rollback()  # it was only read; whoever takes long to fetch it holds no snapshot
        yield ("," if at else "") + page
    yield "]}"


def _numbers(subject: str) -> Sequence[int]:
    return array("q", db.session.scalars(text(_NUMBERS), {"subject": subject}))


def _entries(numbers: Sequence[int], promise: str) -> Iterator[DrawEntry]:
    found = select(Entry).where(Entry.number.in_(list(numbers))).order_by(Entry.number)
    for entry in db.session.scalars(found).all():
        is_proven = entry.kind not in _UNPROVEN
        yield DrawEntry(
            number=entry.number,
            text=entry.data,
            proof=logged.proof_of(entry) if is_proven else None,
            witnessed=logged.witnessed(entry, promise) if entry.kind == logged.SEALED else None,
        )


def _settled(draw: BetDraw) -> DrawSettled | None:
    query = select(BetSettlement).where(BetSettlement.draw_id == draw.id, BetSettlement.reversed_at.is_(None))
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        return None
    return DrawSettled(id=str(found.id), outcome=found.outcome, winners=found.winners, won=found.won_minor)
