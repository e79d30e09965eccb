"""Refunds: money that bought nothing goes to the partner's balance when an operator has decided so.

That is possible once it is certain that it bought nothing: its round is over and its block is buried. The partner then
makes its player whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import Row, Select, func, select, update

from app.chain import maturity
from app.chain import service as chain
from app.chain.models import ChainCursor, Coin
from app.core.checks import Breach
from app.core.database.session import db
from app.core.faults import step
from app.core.money import Sats
from app.core.web.languages import SOURCE
from app.money.payouts import balances
from app.people.partners.team import telling
from app.record.audit import service as audit
from app.record.events import service as events
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.selling.windows import postings
from app.selling.windows.games import window_games
from app.selling.windows.orders.passing import is_suspended
from app.selling.windows.tables import AnyTables

BATCH = 1_000


def suspended(game: AnyTables) -> Select[UUID]:
    """The ids of a game's payments whose money waits in suspense: no coin of theirs may be spent."""
    return select(game.payment.id).where(is_suspended(game))


def suspended_rewards(game: AnyTables, tip: int) -> Sats:
    """What of a game's money in suspense lies in miners' rewards that cannot be spent yet."""
    query = select(func.coalesce(func.sum(game.payment.refundable_sats), 0)).join(
        Coin, Coin.payment_id == game.payment.id
    )
    return int(db.session.scalar(query.where(is_suspended(game), maturity.is_immature(tip))) or 0)


def due(game: AnyTables, number: int | None = None, limit: int = BATCH, fate: str | None = None) -> Sequence[Row[Any]]:
    """A game's payments whose refund may be decided now, of one round or of all; at most `limit`. `fate`: only those
    that bought nothing for this reason."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    query = _due(game, cursor.height, number, fate).order_by(game.payment.id).limit(limit)
    rows: Sequence[Row[Any]] = db.session.execute(query).all()
    return rows


@dataclass(frozen=True, slots=True)
class Due:
    """What may be decided now: of how many payments, how much, and how much of it would be whose."""

    payments: int
    sats: Sats
    shares: Mapping[UUID, Sats]


def totals(game: AnyTables, number: int | None = None, fate: str | None = None) -> Due:
    """All that `due` has, in a row for each partner, however much that is."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return Due(0, 0, {})
    found = _due(game, cursor.height, number, fate).subquery()
    site = found.c.partner_site_id
    query = select(site, func.count(), func.sum(found.c.refundable_sats)).group_by(site).order_by(site)
    rows = db.session.execute(query).all()
    return Due(sum(row[1] for row in rows), sum(int(row[2]) for row in rows), {row[0]: int(row[2]) for row in rows})


def rounds_due(game: AnyTables, number: int | None = None) -> Sequence[int]:
    """The rounds in which something may be decided now, the oldest first."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    found = _due(game, cursor.height, number, None).subquery().c.round_number
    return db.session.scalars(select(found).distinct().order_by(found)).all()


def _due(game: AnyTables, tip: int, number: int | None, fate: str | None) -> Select[Any]:
    payment, order, round_ = game.payment, game.order, game.round
    query = (
        select(
            payment.id,
            payment.order_id,
            payment.txid,
            payment.vout,
            payment.refundable_sats,
            payment.status,
            order.partner_site_id,
            order.round_number,
        )
        .join(order, order.id == payment.order_id)
        .join(round_, round_.round_number == order.round_number)
        .where(
            is_suspended(game),
            round_.status.in_(("settled", "void")),
            payment.block_height + round_.settlement_depth <= tip,
        )
    )
    if number is not None:
        query = query.where(round_.round_number == number)
    if fate is not None:
        query = query.where(payment.status == fate)
    return query  # type: ignore[return-value]


def decide(
    game: AnyTables, actor: str, reason: str, number: int | None = None, limit: int = BATCH, fate: str | None = None
) -> int:
    """Move up to `limit` refunds that are due from suspense to their partners' balances, each once; how many."""
    # The cursor's lock keeps the scanner and a second decision out.
    chain.hold_cursor()
    rows = due(game, number, limit, fate)
    if not rows:
        return 0
    sites = {str(row.id): row.partner_site_id for row in rows}
    legs = _refunds(sites, _kept(game, rows))
    ledger.post(legs)
    _mark_refunded(game, [row.id for row in rows])
    step("refund.posted")
    events.record_many(
        [
            events.Fact(
                "payment.refunded",
                game.name,
                f"order:{row.order_id}",
                {
                    "orderId": str(row.order_id),
                    "roundNumber": row.round_number,
                    "txid": row.txid,
                    "vout": row.vout,
                    "refundedSats": row.refundable_sats,
                    "status": row.status,
                },
                row.partner_site_id,
            )
            for row in rows
        ]
    )
    balances.tell(game.name, legs, "refund")
    _tell_people(game, rows, legs)
    refunded = sum(row.refundable_sats for row in rows)
    of_fate = {"fate": fate} if fate is not None else {}
    subject = game.name if number is None else game.subject(number)
    audit.note(actor, "payments.refunded", subject, reason, payments=len(rows), sats=refunded, **of_fate)
    return len(rows)


def _tell_people(game: AnyTables, rows: Sequence[Row[Any]], legs: Sequence[Posting]) -> None:
    """A mail to each partner for each round that something of came to its balance."""
    came: dict[str, Sats] = defaultdict(int)
    for leg in legs:
        if leg.credit.kind == "partner":
            came[leg.source_id] += leg.amount
    with force_locale(SOURCE):
        title = str(game.title)
    of_round: dict[tuple[UUID, int], list[str]] = defaultdict(list)
    for row in rows:
        of_round[row.partner_site_id, row.round_number].append(str(row.id))
    for (site_id, number), payments in sorted(of_round.items()):
        if sats := sum(came[payment] for payment in payments):
            telling.refunded(site_id, title, number, sats, min(payments))


def _refunds(sites: Mapping[str, UUID], kept: dict[str, Sats]) -> list[Posting]:
    legs = []
    for kind in ("credit", "void"):
        for leg in ledger_queries.postings_of(postings.PAYMENT, list(sites), kind):
            if leg.credit.kind == "suspense":
                lost = min(leg.amount, kept.get(leg.source_id, 0))
                legs += postings.refund_again(postings.refund(leg, sites[leg.source_id]), lost)
                if lost:
                    kept[leg.source_id] -= lost
    return legs


def _kept(game: AnyTables, rows: Sequence[Row[Any]]) -> dict[str, Sats]:
    """By payment: what its partner was paid and kept of an earlier refund of the same output, whose block then went."""
    payment = game.payment
    outpoints = {(row.txid, row.vout): str(row.id) for row in rows}
    earlier = db.session.execute(
        select(payment.id, payment.txid, payment.vout).where(
            payment.txid.in_([txid for txid, _ in outpoints]), payment.orphaned_at.is_not(None)
        )
    ).all()
    now = {str(row.id): outpoints[row.txid, row.vout] for row in earlier if (row.txid, row.vout) in outpoints}
    kept: dict[str, Sats] = defaultdict(int)
    for kind, sign in (("refund_lost", 1), ("regain", -1), ("undo_regain", 1)):
        for leg in ledger_queries.postings_of(postings.PAYMENT, list(now), kind):
            kept[now[leg.source_id]] += sign * leg.amount
    return kept


def taken_back(payment_ids: Sequence[str]) -> list[Posting]:
    """The mirror of the refunds of payments whose block is gone.

    A partner gives back what its balance has. What was paid out meanwhile is the house's loss, with an alarm: no
    account falls below zero, and the scanner goes on.
    """
    posted = ledger_queries.postings_of(postings.PAYMENT, payment_ids, "regain", "refund")
    legs = mirrored([leg for leg in posted if leg.kind == "regain"], "undo_regain")
    left: dict[AccountRef, Sats] = {}
    for leg in (leg for leg in posted if leg.kind == "refund"):
        has = left.setdefault(leg.credit, max(ledger_queries.available(leg.credit), 0))
        back = min(leg.amount, has)
        left[leg.credit] -= back
        legs += postings.refund_undone(leg, back)
        if back < leg.amount:
            audit.raise_alarm("refund_lost", f"payment:{leg.source_id}", sats=leg.amount - back)
    return legs


def _mark_refunded(game: AnyTables, payment_ids: Sequence[UUID]) -> None:
    db.session.execute(
        update(game.payment)
        .where(game.payment.id.in_(payment_ids))
        .values(refunded_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def suspense_is_what_waits() -> list[Breach]:
    """For `flask audit`: what is in suspense is what payments of all games say is still to be refunded."""
    found = ledger_queries.total("suspense")
    expected = sum(
        int(
            db.session.scalar(
                select(func.coalesce(func.sum(game.payment.refundable_sats), 0)).where(is_suspended(game))
            )
            or 0
        )
        for game in window_games()
    )
    return [] if found == expected else [Breach("windows.M suspense", f"found {found}, expected {expected}")]
