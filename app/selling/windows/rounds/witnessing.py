"""Fixes in the public log whether a round's quorum was there: as soon as it is, at the latest with the closing block.

Every writer holds the chain's cursor, so there is one at a time: who comes second finds what was said, and is silent.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.chain import queries as blocks
from app.chain import service as chain
from app.chain.models import ChainBlock
from app.core.clock import now
from app.core.database.session import TO_CHANGE, db
from app.core.faults import step
from app.record.audit import service as audit
from app.record.log import queries as log
from app.selling.windows.games import game_called
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import fixed, promise
from app.selling.windows.proof.fixed import Fixed
from app.selling.windows.tables import AnyTables, RoundsOf, RoundT

from .backing import Living

_SEALED = "round.sealed"


def quorum_of(round_: WindowRound) -> int:
    """How many witnesses a round promised to wait for; none, if its promise names none."""
    named = promise.witnessed_of(round_.round_terms)
    return named.quorum if named is not None else 0


def due(game: AnyTables) -> list[int]:
    """Sealed rounds that wait for their quorum, with no closing block yet."""
    rounds = select(game.round).where(game.round.status == "sealed").order_by(game.round.round_number)
    waiting = [round_ for round_ in db.session.scalars(rounds) if quorum_of(round_)]
    tip = blocks.tip_height()
    return [
        round_.round_number
        for round_ in waiting
        if round_.closing_height > tip and not _is_said(game, round_) and _is_there(game, round_)
    ]


def _is_said(game: AnyTables, round_: WindowRound) -> bool:
    """Whether an entry that names no block says so already."""
    return any(entry.block is None for entry in fixed.said(game, round_))


def _is_there(game: AnyTables, round_: WindowRound) -> bool:
    return bool(fixed.to_say(round_, _seal_entry(game, round_), now(), None)["hasQuorum"])


def fix_early(game: RoundsOf[RoundT], number: int) -> bool:
    """Say that a round's quorum is there while its closing block is not; False if that is not due (any more)."""
    chain.hold_cursor()
    round_ = db.session.get_one(game.round, number, with_for_update=TO_CHANGE, populate_existing=True)
    if round_.status != "sealed" or blocks.applied_block(round_.closing_height) is not None:
        return False
    if _is_said(game, round_) or not _is_there(game, round_):
        return False
    _say(game, round_, None)
    return True


def fix_at(rounds: Iterable[Living], height: int) -> None:
    """The block at `height` was applied, in whose transaction this is: rounds that it closes are fixed for it.

    `rounds`: all that are not over.
    """
    for one in rounds:
        if one.closing == height and one.status == "sealed":
            game = game_called(one.game)
            round_ = db.session.get_one(game.round, one.number)
            if quorum_of(round_):
                decided(game, round_, db.session.get_one(ChainBlock, height))


def decided(game: AnyTables, round_: WindowRound, closing: ChainBlock) -> bool:
    """Whether the quorum was there for this closing block, by what the log says; which is said now where it was not, as
    of a block that was applied by an older version. The cursor is held."""
    if not quorum_of(round_):
        return True
    found: Fixed | None = fixed.deciding(fixed.said(game, round_), closing)
    if found is None:
        _say(game, round_, closing)
        found = fixed.deciding(fixed.said(game, round_), closing)
    assert found is not None, "it was just said"
    return found.has_quorum(closing.time)


def _seal_entry(game: AnyTables, round_: WindowRound) -> int | None:
    subject = game.subject(round_.round_number)
    return log.numbers_of((_SEALED,), [subject]).get((_SEALED, subject))


def _say(game: AnyTables, round_: WindowRound, closing: ChainBlock | None) -> None:
    until = now() if closing is None else closing.time
    told = fixed.to_say(round_, _seal_entry(game, round_), until, closing)
    audit.note("system", "round.witnessed", game.subject(round_.round_number), **told)
    step("witnessed.said")
