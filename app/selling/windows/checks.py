"""What `flask audit` asks of every game of windows. Letters name invariants: once, credit, money, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, Text, and_, cast, func, select, text

from app.chain.deposits.commitment import ORDER_TAG, tag_prefix
from app.core.checks import Breach
from app.core.database.session import db
from app.outcomes.draws.checks import checkpoints_are_under_their_roots
from app.outcomes.draws.models import Draw
from app.record.audit.models import AuditEntry

from .games import AnyGame, window_games
from .models import WindowRound
from .orders import said
from .proof import entries, fixed, kept, owed, promise
from .statements import for_tables_of
from .tables import AnyTables

_ONE_FATE = """
SELECT c.payment_id AS id, p.status
FROM coins c JOIN {orders} o ON o.deposit_address_id = c.deposit_address_id
LEFT JOIN {payments} p ON p.id = c.payment_id
WHERE p.id IS NULL OR (p.orphaned_at IS NULL) <> (c.orphaned_at IS NULL)
LIMIT 5
"""

_WRONG_FATE = """
SELECT p.id, p.status FROM {payments} p
JOIN {orders} o ON o.id = p.order_id JOIN {rounds} r ON r.round_number = o.round_number
JOIN coins c ON c.payment_id = p.id
LEFT JOIN chain_blocks b ON b.height = c.block_height AND b.hash = c.block_hash
WHERE (p.status = 'credited' AND (b.hash IS NULL OR p.block_height >= r.sales_end_height
                                  OR p.amount_sats < o.min_payment_sats))
   OR (p.status = 'late' AND p.block_height < r.sales_end_height)
   OR (p.status = 'below_minimum' AND p.amount_sats >= o.min_payment_sats)
LIMIT 5
"""

_WRONGLY_OWED = """
SELECT o.source_id, o.amount_sats, r.jackpot_sats
FROM obligations o LEFT JOIN {rounds} r ON r.round_number::text = o.source_id
WHERE o.source = :game AND o.kind = 'jackpot' AND o.amount_sats IS DISTINCT FROM r.jackpot_sats
LIMIT 5
"""


_ANOTHER_PROMISE = """
SELECT promised.round, found.id
FROM unnest(CAST(:numbers AS integer[]), CAST(:versions AS text[]), CAST(:commitments AS text[]))
    AS promised (round, version, commitment)
CROSS JOIN LATERAL (
    SELECT o.id FROM {orders} o JOIN deposit_addresses d ON d.id = o.deposit_address_id
    WHERE o.round_number = promised.round AND (
        sha256(CAST(:prefix AS bytea) || convert_to(d.terms, 'UTF8')) <> d.commitment
        OR (d.terms::jsonb ->> 'version') IS DISTINCT FROM promised.version
        OR (d.terms::jsonb ->> 'roundCommitment') IS DISTINCT FROM promised.commitment
        OR (d.terms::jsonb ->> 'payoutAddress') IS DISTINCT FROM o.payout_address
        OR (d.terms::jsonb ->> 'minPaymentSats') IS DISTINCT FROM o.min_payment_sats::text
        OR (d.terms::jsonb ->> 'houseEdgePercent') IS DISTINCT FROM o.house_edge_percent::text)
    LIMIT 5) AS found
"""
_AT_ONCE: Final = 200  # rounds, of which up to twenty addresses each are held at a time


def _rows(game: AnyGame, query: str) -> Sequence[Row[Any]]:
    return db.session.execute(text(for_tables_of(game, query)), {"game": game.name}).all()


def payments_have_their_fate() -> list[Breach]:
    """Every payment has one fate, and nothing is credited from an unconfirmed, orphaned, late or too small one."""
    breaches = []
    for game in window_games():
        for row in _rows(game, _ONE_FATE):
            breaches.append(Breach(f"{game.name}.O every payment has one fate", f"payment {row.id} is {row.status}"))
        for row in _rows(game, _WRONG_FATE):
            breaches.append(Breach(f"{game.name}.C fates", f"payment {row.id} is {row.status}"))
    return breaches


def jackpots_are_owed() -> list[Breach]:
    """What is owed for a win is its round's jackpot."""
    return [
        Breach(
            f"{game.name}.M jackpots are owed", f"{row.source_id}: found {row.amount_sats}, expected {row.jackpot_sats}"
        )
        for game in window_games()
        for row in _rows(game, _WRONGLY_OWED)
    ]


def _rounds_of(game: AnyGame) -> Sequence[WindowRound]:
    return db.session.scalars(select(game.round).order_by(game.round.round_number)).all()


def promises_hold() -> list[Breach]:
    """Every round's columns are what its published text says, and the audit of its making has that text."""
    return [
        Breach(f"{game.name}.P promise", f"round {round_.round_number}: {difference}")
        for game in window_games()
        for rounds in [_rounds_of(game)]
        for made in [entries.noted_of(game, rounds, entries.MADE)]
        for round_ in rounds
        for difference in kept.promise_differs(game, round_, made[round_.round_number])
    ]


def orders_keep_the_promise() -> list[Breach]:
    """The terms that every order's address commits to have its round's version and name its round's promise, and who
    would be paid by them is who stands in the order."""
    return [
        Breach(f"{game.name}.P orders", f"round {number}: {difference}")
        for game in window_games()
        for rounds in [_rounds_of(game)]
        for first in range(0, len(rounds), _AT_ONCE)
        for some in [rounds[first : first + _AT_ONCE]]
        for number, difference in [
            *_orders_differ(game, some),
            *kept.addresses_differ(game, [round_.round_number for round_ in some]),
        ]
    ]


def _orders_differ(game: AnyGame, rounds: Sequence[WindowRound]) -> list[tuple[int, str]]:
    values = {
        "numbers": [round_.round_number for round_ in rounds],
        "versions": [str(promise.version_of(round_)) for round_ in rounds],
        "commitments": [promise.commitment_of(round_) for round_ in rounds],
        "prefix": tag_prefix(ORDER_TAG),
    }
    found = db.session.execute(text(for_tables_of(game, _ANOTHER_PROMISE)), values)
    return [(row.round, f"order {row.id} is not what its terms promised") for row in found]


def seals_hold() -> list[Breach]:
    """What was sealed is what the tables say, and what the audit says was published."""
    return [
        Breach(f"{game.name}.S seal", f"round {round_.round_number}: {difference}")
        for game in window_games()
        for rounds in [_rounds_of(game)]
        for sealed, due in [(entries.noted_of(game, rounds, entries.SEALED), owed.due_rounds(game))]
        for round_ in rounds
        for difference in _seal_differs(
            game, round_, sealed[round_.round_number], is_due=str(round_.round_number) in due
        )
    ]


def _seal_differs(game: AnyGame, round_: WindowRound, sealed: entries.Details, *, is_due: bool) -> list[str]:
    """What was sold in a void round, or in one that was halted, may have left it: its root still is the one noted."""
    taken_part = round_.status in ("sealed", "drawing", "settled")
    if not taken_part:
        return kept.noted_seal_differs(game, round_, sealed)
    decides = round_.status != "settled" or is_due
    return [*kept.seal_differs(game, round_, sealed), *(kept.seal_not_ours(game, round_) if decides else [])]


def draws_hold() -> list[Breach]:
    """Every settled round has the outcome its draw recorded, from its own closing block, as the sealed audit says; and
    what is kept of its hashing leads there."""
    unlike = [
        Breach(f"{game.name}.S draw", f"round {round_.round_number}")
        for game in window_games()
        for due in [owed.due_rounds(game)]
        for round_, draw, entry in _drawn(game)
        if not (
            owed.agrees(game, round_, draw, is_marked=str(round_.round_number) in due) and _is_as_noted(draw, entry)
        )
    ]
    return [*unlike, *checkpoints_are_under_their_roots()]


def _drawn(game: AnyTables) -> list[tuple[WindowRound, Draw | None, AuditEntry | None]]:
    rounds = game.round
    noted = (
        select(AuditEntry.id)
        .where(
            AuditEntry.action == "round.settled",
            AuditEntry.subject == func.concat(f"{game.round_kind}:", cast(rounds.round_number, Text)),
        )
        .order_by(AuditEntry.id.desc())  # a development reset begins the numbers anew and keeps the audit
        .limit(1)
        .correlate(rounds)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(rounds, Draw, AuditEntry)
        .outerjoin(
            Draw,
            and_(Draw.game == game.name, Draw.subject == cast(rounds.round_number, Text), Draw.state != "void"),
        )
        .outerjoin(AuditEntry, AuditEntry.id == noted)
        .where(rounds.status == "settled")
    )
    return [(row[0], row[1], row[2]) for row in found]


def _is_as_noted(draw: Draw | None, entry: AuditEntry | None) -> bool:
    if draw is None or entry is None:
        return False
    return all(entry.detail.get(name) == value for name, value in (draw.outcome or {}).items())


CHECKS: Final = (
    payments_have_their_fate,
    jackpots_are_owed,
    promises_hold,
    orders_keep_the_promise,
    seals_hold,
    draws_hold,
    fixed.quorums_hold,
    said.everything_paid_is_said,
    said.receipts_know_their_leaves,
)
