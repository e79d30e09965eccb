"""Settlement: the closing block is buried, its hash draws the winner, and every debt is written down in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, update

from app.chain import service as chain
from app.chain.models import ChainBlock, ChainCursor
from app.chain.node.blocks import display
from app.core.clock import now
from app.core.database.session import TO_CHANGE, db
from app.core.faults import step
from app.money.payouts import balances
from app.money.payouts import service as obligations
from app.outcomes.draws import service as draws
from app.outcomes.draws.models import Draw
from app.people.partners.team import telling
from app.record.audit import service as audit
from app.record.events import service as events
from app.record.ledger import service as ledger
from app.selling.windows import postings
from app.selling.windows.games import WindowGame, listed
from app.selling.windows.orders import service as orders
from app.selling.windows.proof import kept
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.rules import is_buried
from app.selling.windows.tables import AnyTables, OrderT, PaymentT, RoundsOf, RoundT

from . import lifecycle, paid, sealing, witnessing

ANOTHER_BLOCK: Final = "closing_block_is_another"


def closing_height(game: AnyTables, number: int) -> int:
    """The height whose block draws a round."""
    height: int = db.session.get_one(game.round, number, populate_existing=True).closing_height
    return height


def due(game: AnyTables) -> list[int]:
    """Rounds that are sealed with a buried closing block, or whose draw was begun."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    rounds = select(game.round).where(game.round.status.in_(("sealed", "drawing"))).order_by(game.round.round_number)
    return [
        round_.round_number
        for round_ in db.session.scalars(rounds.execution_options(populate_existing=True))
        if round_.status == "drawing" or is_buried(round_.closing_height, cursor.height, round_.settlement_depth)
    ]


def begin_draw(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], number: int, told: str
) -> draws.Work[ResultT] | None:
    """Fix the closing block's hash and begin the draw; None if that is not due (any more).

    `told` is the hash that the node has at the closing height, asked just before: who writes another one into our
    table of blocks would choose the winner. Where they differ the round is halted.
    """
    round_, hash_hex = _round_and_closing_hash(game, number)
    if hash_hex is None or not _still_holds(game, round_):
        return None
    if hash_hex != told and round_.status in ("sealed", "drawing"):
        lifecycle.halt(game, round_, ANOTHER_BLOCK, ours=hash_hex, node=told)
        return None
    if round_.status == "sealed" and game.draw.algorithm(round_).wants_witnesses:
        closing = db.session.get_one(ChainBlock, round_.closing_height)
        if not witnessing.decided(game, round_, closing):
            sealing.void_unseen(game, round_)
            return None
    if round_.status == "sealed":
        round_.status = "drawing"
        round_.closing_block_hash = bytes.fromhex(hash_hex)
        facts: dict[str, Any] = {"roundNumber": number, "closingBlockHash": hash_hex}
        audit.note("system", "round.drawing", game.subject(number), **facts)
        events.record("round.drawing", game.name, game.subject(number), facts)
    elif round_.status != "drawing" or round_.closing_block_hash != bytes.fromhex(hash_hex):
        return None
    algorithm = game.draw.algorithm(round_)
    draw = draws.begin(game.name, str(number), "closing_block", algorithm.id, hash_hex, algorithm.parameters_of(round_))
    differences = kept.draw_differs(game, round_, draw)  # one begun before, changed while nobody drew
    if differences:
        lifecycle.halt(game, round_, kept.ALARM, differences=differences)
        return None
    return draws.work_of(draw, algorithm) if draw.state == "provisional" else None


def _round_and_closing_hash(game: RoundsOf[RoundT], number: int) -> tuple[RoundT, str | None]:
    """The round, locked after the cursor, and its closing block's hash if that is on the best chain at depth."""
    cursor = chain.hold_cursor()
    assert cursor is not None, "a round was due"
    round_ = db.session.get_one(game.round, number, with_for_update=TO_CHANGE, populate_existing=True)
    block = db.session.get(ChainBlock, round_.closing_height, populate_existing=True)
    if block is None or not is_buried(round_.closing_height, cursor.height, round_.settlement_depth):
        return round_, None
    return round_, display(block.hash)


def settle(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], number: int, work: draws.Work[ResultT], result: ResultT
) -> bool:
    """Write what was drawn and move the money; False if the round is no longer this draw's to settle."""
    round_, hash_hex = _round_and_closing_hash(game, number)
    draw = db.session.get_one(Draw, work.draw_id, with_for_update=TO_CHANGE, populate_existing=True)
    if hash_hex != work.seed or draw.state != "provisional" or not _still_holds(game, round_, draw):
        return False
    winner = game.draw.winner(round_, result)
    if winner is not None and (differences := orders.differ_from_terms(game, winner, round_)):
        lifecycle.halt(game, round_, kept.ALARM, differences=differences)
        return False
    if not _claim(game, number, work.seed, game.draw.columns(result)):
        return False
    step("settle.claimed")
    draws.confirm(draw, result)
    db.session.refresh(round_)
    pool = game.crediting.pool_sats(round_)
    legs = postings.settle(game.round_kind, game.name, number, pool, game.crediting.held_by_site(number))
    ledger.post(legs)
    step("settle.posted")
    if winner is not None:
        _record_win(game, round_, winner, result)
    step("settle.won")
    told = work.algorithm.told(result)
    facts = {"roundNumber": number, "closingBlockHash": hash_hex, **told, "sold": winner is not None}
    drew = game.draw.words(round_, result)
    audit.note("system", "round.settled", game.subject(number), **{**facts, **result.to_json(), "drew": drew})
    events.record("round.settled", game.name, game.subject(number), facts)
    balances.tell(game.name, legs, "round_settled", roundNumber=number)
    return True


def _still_holds(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, draw: Draw | None = None) -> bool:
    """Whether the round is what was promised and sealed, and was drawn like that. One that is not is halted: no draw,
    nobody's money moves."""
    if round_.status not in ("sealed", "drawing"):
        return True  # not to be drawn anyway
    differences = [*kept.differences(game, round_), *kept.seal_not_ours(game, round_)]
    if draw is not None:
        differences += kept.draw_differs(game, round_, draw)
    if differences:
        lifecycle.halt(game, round_, kept.ALARM, differences=differences)
    return not differences


def _claim(game: AnyTables, number: int, seed: str, drawn: Mapping[str, int]) -> bool:
    """The one conditional write by which a round becomes settled."""
    db.session.flush()
    rounds = game.round
    claimed = db.session.execute(
        update(rounds)
        .where(
            rounds.round_number == number, rounds.status == "drawing", rounds.closing_block_hash == bytes.fromhex(seed)
        )
        .values(status="settled", settled_at=now(), **drawn)
        .execution_options(synchronize_session=False)
    )
    return bool(claimed.rowcount == 1)  # type: ignore[attr-defined]


def _record_win(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, order: OrderT, result: ResultT
) -> None:
    payload = dict(game.draw.record_win(round_, order, result))
    site = order.partner_site_id
    obligations.owe("jackpot", game.name, str(round_.round_number), site, order.payout_address, round_.jackpot_sats)
    events.record("win.created", game.name, f"order:{order.id}", payload, site)
    telling.won(paid.win(listed(game), order, round_.jackpot_sats), game.draw.words(round_, result))
