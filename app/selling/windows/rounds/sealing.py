"""The seal: once a round's last sale is buried, a root over everything that takes part in its draw is fixed and
published, before the closing block exists. A round that could not be sealed in time is void by rule; nobody chooses."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.chain import service as chain
from app.chain.models import ChainCursor
from app.core.clock import now
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError
from app.core.faults import step
from app.outcomes.draws import service as draws
from app.record.audit import service as audit
from app.record.events import service as events
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.selling.windows import statements
from app.selling.windows.games import AnyGame, WindowGame
from app.selling.windows.lists import unseen
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import kept
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.rules import is_buried
from app.selling.windows.tables import AnyTables, OrderT, PaymentT, RoundsOf, RoundT
from app.selling.windows.words import voided

from . import lifecycle

_POSTED_AT_ONCE = 10_000  # payments; no statement may outlast its timeout


def due(game: AnyTables) -> list[int]:
    """Rounds whose last sale is buried and that have no seal yet."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    closed = select(game.round).where(game.round.status == "closed").order_by(game.round.round_number)
    return [round_.round_number for round_ in db.session.scalars(closed) if _sales_are_buried(round_, cursor)]


def _sales_are_buried(round_: WindowRound, cursor: ChainCursor) -> bool:
    return is_buried(round_.sales_end_height - 1, cursor.height, round_.settlement_depth)


def _locked(game: RoundsOf[RoundT], number: int) -> tuple[ChainCursor, RoundT]:
    """The cursor, which keeps the scanner out while the leaves are read, and then the round."""
    cursor = chain.hold_cursor()
    assert cursor is not None, "a round was due"
    return cursor, db.session.get_one(game.round, number, with_for_update=TO_CHANGE, populate_existing=True)


def seal(game: AnyGame, number: int, node_tip: int) -> bool:
    """Fix and publish the round's root; False if that is not due, or if the round is not what was promised: a root
    would cover a promise that it does not keep, so the round is halted.

    `node_tip` is the node's height, asked just before: the proof that the closing block was not known yet.
    """
    cursor, round_ = _locked(game, number)
    known_height = max(node_tip, cursor.height)  # a paused process or another node may have told an old height
    if round_.status != "closed" or known_height >= round_.closing_height:
        return False
    if not _sales_are_buried(round_, cursor):
        return False
    differences = kept.promise_differs(game, round_)
    if differences:
        lifecycle.halt(game, round_, kept.ALARM, differences=differences)
        return False
    game.seal.before(round_)
    leaves = game.seal.leaves(number)
    round_.seal_root = kept.seal_root(round_, leaves)
    round_.sealed_at = now()
    round_.sealed_at_height = known_height
    kept.mark_seal(game, round_)
    round_.status = "sealed"
    step("seal.written")
    facts: dict[str, Any] = {
        "roundNumber": number,
        "sealRoot": round_.seal_root.hex(),
        "payments": len(leaves),
        **game.seal.sold(round_),
        "tipHeight": known_height,
    }
    subject = game.subject(number)
    audit.note("system", "round.sealed", subject, **facts)
    events.record("round.sealed", game.name, subject, facts)
    return True


def void(game: AnyGame, number: int, node_tip: int) -> bool:
    """Void a round that was not sealed before its closing block: everything paid waits for its refund."""
    cursor, round_ = _locked(game, number)
    known_height = max(node_tip, cursor.height)
    if round_.status != "closed" or known_height < round_.closing_height:
        return False
    if not _sales_are_buried(round_, cursor):
        return False  # there may be payments in time that were not applied yet
    _write_void(game, round_, kept.NOT_SEALED, "system", known_height)
    return True


def void_unseen(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> None:
    """Void a round whose seal was not cosigned in time by as many witnesses as it promised: what nobody had seen may
    have been made when the closing block was known. The alarm keeps who had not, and what is known of them by now.
    Cursor and round are locked."""
    height = round_.closing_height + round_.settlement_depth
    found = unseen.of(game, round_)
    _write_void(game, round_, kept.NOT_COSIGNED, "system", height, **(voided.facts(found) if found else {}))


def resolve_halted(game: AnyGame, number: int, outcome: str, actor: str, reason: str) -> None:
    """A person's way out for a round that was halted: `void` it, or `resume` it where its seal holds again.

    Raises:
        DomainError: 409 `round_not_halted`, or `promise_does_not_hold` or `seal_does_not_hold`: what the tables say is
            not what was published.
    """
    cursor, round_ = _locked(game, number)
    subject = game.subject(number)
    if round_.status != "halted":
        raise DomainError("round_not_halted", status=409)
    if outcome == "void":
        _write_void(game, round_, reason, actor, cursor.height)
    else:
        game.seal.before(round_)  # what a lost block had taken back may have been credited once more
        if kept.promise_differs(game, round_):
            raise DomainError("promise_does_not_hold", status=409)
        if round_.seal_root is None or kept.seal_differs(game, round_):
            raise DomainError("seal_does_not_hold", status=409)
        round_.status = "sealed"
        kept.mark_seal(game, round_)
        round_.closing_block_hash = None
        draws.abandon(game.name, str(number))
        audit.note(actor, "round.resumed", subject, reason)
        events.record("round.sealed", game.name, subject, {"roundNumber": number, "resumed": True})
    audit.close_alarm("round_halted", subject)


def _write_void(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT],
    round_: RoundT,
    reason: str,
    actor: str,
    height: int,
    **found: str | list[str],
) -> None:
    """All that was credited goes to suspense, and waits there for its refund. `found` is told with the alarm."""
    number, subject = round_.round_number, game.subject(round_.round_number)
    suspend(game, game.seal.voids(number), "void")
    game.seal.voided(round_)
    round_.status = "void"
    step("void.written")
    audit.note(actor, "round.voided", subject, reason, tip=height)
    audit.raise_alarm("round_voided", subject, reason=reason, **found)
    events.record("round.voided", game.name, subject, {"roundNumber": number, "reason": reason})


def suspend(game: AnyTables, recipes: Iterable[tuple[UUID, list[Posting]]], fate: str) -> None:
    """Credited payments are credited no more: post each one's recipe, and mark it as `fate`, all of it refundable."""
    rest = iter(recipes)
    while batch := list(islice(rest, _POSTED_AT_ONCE)):
        ledger.post([leg for _, legs in batch for leg in legs])
        ids = [payment_id for payment_id, _ in batch]
        db.session.execute(text(statements.void_payments(game)), {"ids": ids, "fate": fate})
